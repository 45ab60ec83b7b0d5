import { offerGpu } from './gpu.ts';

// tfjs registers its backend only where there is a GPU when it is loaded: it gets something that is replaced before it is used.
offerGpu({});
