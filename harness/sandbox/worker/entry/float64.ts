import * as tf from 'gradus:tfjs';
import { useDoubles } from '../engine.ts';
import { serve } from '../main.ts';
import { warmUp } from '../warm-up.ts';

useDoubles(tf);
warmUp(tf);

export const start = (): void => serve(tf);
