#!/usr/bin/env node
// Runs the TypeScript sources as they are. Newer Nodes strip the types themselves; for others tsx does while loading.
import * as module from 'node:module';

module.enableCompileCache?.();
if (!process.features.typescript) {
  const { register } = await import('tsx/esm/api');
  register();
}
const { main } = await import('../harness/cli.ts');
await main(process.argv);
