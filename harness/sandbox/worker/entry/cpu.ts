import * as tf from 'gradus:tfjs';
import { serve } from '../main.ts';
import { warmUp } from '../warm-up.ts';

warmUp(tf);

export const start = (): void => serve(tf);
