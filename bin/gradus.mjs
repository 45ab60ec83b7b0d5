#!/usr/bin/env node
// Runs the TypeScript sources as they are: tsx strips the types while loading.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('../harness/cli.ts');
await main(process.argv);
