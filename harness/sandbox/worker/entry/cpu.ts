import * as tf from 'gradus:tfjs';
import { startupSnapshot } from 'node:v8';
import { prepare } from '../main.ts';
import { warmUp } from '../warm-up.ts';

if (startupSnapshot.isBuildingSnapshot()) void warmUp(tf);

export const start = prepare(tf);
