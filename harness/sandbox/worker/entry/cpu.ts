import * as tf from 'gradus:tfjs';
import { serve } from '../main.ts';

serve(tf);
