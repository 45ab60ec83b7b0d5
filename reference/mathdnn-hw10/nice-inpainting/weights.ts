import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { WEIGHTS_SHA256 } from './weights-digest.ts';
import { decodeModel, type Model } from './weights-file.ts';

const FILE = fileURLToPath(new URL('./nice-mnist.bin', import.meta.url));

let loaded: Model | undefined;

/** The flow that was trained on MNIST, read once. Throws where the file is not the one that the digest was written with. */
export function trainedModel(): Model {
  if (loaded === undefined) {
    const file = readFileSync(FILE);
    const digest = createHash('sha256').update(file).digest('hex');
    if (digest !== WEIGHTS_SHA256)
      throw new Error(`${FILE} is not the file of weights-digest.ts: run npm run train:nice`);
    loaded = decodeModel(file);
  }
  return loaded;
}
