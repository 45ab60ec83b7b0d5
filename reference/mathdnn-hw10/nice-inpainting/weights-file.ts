import { createHash } from 'node:crypto';
import { NdArray, sizeOf } from '../../../harness/model/value.ts';

/** A dense layer: kernel [in, out], bias [out]. */
export type Layer = { kernel: NdArray; bias: NdArray };

/** A flow as its functions get it: the networks of the couplings, and the logarithms of the scaling [D]. */
export type Model = { couplings: Layer[][]; scale: NdArray };

const MAGIC = 'GDNICE01';
const HEADER = MAGIC.length + 32;

/**
 * A model as bytes: "GDNICE01", SHA-256 of the rest, number of couplings and of layer widths and the widths themselves
 * (uint32 each; all couplings have the same), then kernels, biases and scale as float32 in order. Little-endian.
 */
export function encodeModel({ couplings, scale }: Model): Buffer {
  const widths = widthsOf(couplings[0]!);
  const arrays = [...couplings.flatMap((layers) => layers.flatMap(({ kernel, bias }) => [kernel, bias])), scale];
  const head = [couplings.length, widths.length, ...widths];
  const floats = arrays.flatMap(({ data }) => Array.from(data));
  const body = Buffer.alloc(4 * (head.length + floats.length));
  for (const [i, value] of head.entries()) body.writeUInt32LE(value, 4 * i);
  for (const [i, value] of floats.entries()) body.writeFloatLE(value, 4 * (head.length + i));
  return Buffer.concat([Buffer.from(MAGIC, 'latin1'), createHash('sha256').update(body).digest(), body]);
}

/** The model in these bytes, its numbers as doubles. Throws an Error that says what is wrong where they are damaged. */
export function decodeModel(file: Buffer): Model {
  const body = file.subarray(HEADER);
  if (file.toString('latin1', 0, MAGIC.length) !== MAGIC) throw new Error(`the file does not begin with ${MAGIC}`);
  const digest = createHash('sha256').update(body).digest();
  if (!digest.equals(file.subarray(MAGIC.length, HEADER))) throw new Error('the file is damaged: its digest differs');
  const count = body.readUInt32LE(0);
  const widths = Array.from({ length: body.readUInt32LE(4) }, (_, i) => body.readUInt32LE(8 + 4 * i));
  let offset = 4 * (2 + widths.length);
  const read = (shape: number[]): NdArray => {
    const data = Float64Array.from({ length: sizeOf(shape) }, (_, i) => body.readFloatLE(offset + 4 * i));
    offset += 4 * data.length;
    return new NdArray(shape, data);
  };
  const couplings = Array.from({ length: count }, () =>
    widths.slice(1).map((width, i): Layer => ({ kernel: read([widths[i]!, width]), bias: read([width]) })),
  );
  const scale = read([2 * widths[0]!]);
  if (offset !== body.length) throw new Error(`the file has ${body.length - offset} bytes too many`);
  return { couplings, scale };
}

function widthsOf(layers: Layer[]): number[] {
  return [layers[0]!.kernel.shape[0]!, ...layers.map(({ bias }) => bias.shape[0]!)];
}
