import type * as tfjs from '@tensorflow/tfjs';

/** tfjs as an object; bundled for a backend it has no default export. */
export type Tf = Omit<typeof tfjs, 'default'>;
