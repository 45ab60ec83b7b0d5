import * as tf from 'gradus:tfjs';
import { useDoubles } from '../engine.ts';
import { serve } from '../main.ts';

useDoubles(tf);
serve(tf);
