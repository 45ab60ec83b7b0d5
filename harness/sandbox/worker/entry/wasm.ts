import * as tf from 'gradus:tfjs';
import { serve } from '../main.ts';

// The binaries lie beside the worker.
tf.setWasmPaths(`${__dirname}/`);
tf.setBackend('wasm').then(() => serve(tf));
