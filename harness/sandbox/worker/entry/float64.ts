import * as tf from 'gradus:tfjs';
import { startupSnapshot } from 'node:v8';
import { useDoubles } from '../engine.ts';
import { prepare } from '../main.ts';
import { warmUp } from '../warm-up.ts';

useDoubles(tf);
if (startupSnapshot.isBuildingSnapshot()) void warmUp(tf);

export const start = prepare(tf);
