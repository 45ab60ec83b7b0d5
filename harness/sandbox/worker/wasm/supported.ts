import type * as tfjs from '@tensorflow/tfjs';

/**
 * Kernels of the WebAssembly backend that also do whole numbers. The others take the bytes for floats, or call the
 * result floats.
 */
const WHOLE_NUMBERS = new Set([
  'Add',
  'AddN',
  'BatchToSpaceND',
  'Cast',
  'Concat',
  'Equal',
  'ExpandDims',
  'GatherNd',
  'GatherV2',
  'Greater',
  'GreaterEqual',
  'Identity',
  'Less',
  'LessEqual',
  'Maximum',
  'Minimum',
  'Multiply',
  'NotEqual',
  'OneHot',
  'OnesLike',
  'Pack',
  'PadV2',
  'Reshape',
  'ScatterNd',
  'Select',
  'Slice',
  'SpaceToBatchND',
  'SplitV',
  'Sub',
  'Tile',
  'Transpose',
  'Unpack',
  'ZerosLike',
]);

/** Kernels that also do truth values. Others write more bytes than there are, which breaks the backend's memory. */
const TRUTH_VALUES = new Set([
  'Cast',
  'Identity',
  'LogicalAnd',
  'LogicalNot',
  'LogicalOr',
  'Reshape',
  'Select',
  'Slice',
]);

type Inputs = Record<string, tfjs.TensorInfo | undefined>;

/** Further conditions under which a kernel's results are right. */
const CONDITIONS: Record<string, (inputs: Inputs, attrs: Record<string, unknown>) => boolean> = {
  // To truth values it keeps the lowest byte of a number.
  Cast: (_, attrs) => attrs.dtype !== 'bool',
  // Without axes these never end.
  Cumprod: ({ x }) => x!.shape.length > 0,
  Cumsum: ({ x }) => x!.shape.length > 0,
  // Sums begin with what happens to lie in memory.
  Conv3DBackpropFilterV2: () => false,
  Conv3DBackpropInputV2: () => false,
  // Maxima of negative numbers alone are lost.
  Dilation2D: () => false,
  Dilation2DBackpropFilter: () => false,
  Dilation2DBackpropInput: () => false,
  MaxPool3DGrad: () => false,
  MaxPoolWithArgmax: () => false,
  // The result is called float32, where the other backends give int32.
  FloorDiv: () => false,
  // Batch axes are not taken into account everywhere.
  GatherV2: (_, attrs) => (attrs.batchDims ?? 0) === 0,
  // Draws others than the CPU backend from the same seed.
  Multinomial: () => false,
  // On and off are written as whole numbers.
  OneHot: (_, attrs) => attrs.dtype === 'int32',
  // Slopes are repeated in order, and not by the rules of broadcasting.
  Prelu: ({ x, alpha }) => isSuffix(alpha!.shape, x!.shape),
  // Of numbers near 0 it says 0.
  Sign: () => false,
  Select: ({ t, e }) => t!.dtype !== 'bool' && e!.dtype !== 'bool',
};

function isSuffix(part: number[], whole: number[]): boolean {
  return part.length <= whole.length && part.every((size, i) => size === whole[whole.length - part.length + i]);
}

/**
 * Whether the WebAssembly backend's own kernel is right for these inputs and attributes. Found by comparing every kernel
 * with the CPU backend's over types, shapes and options.
 */
export function isSupported(kernelName: string, inputs: Inputs, attrs: Record<string, unknown>): boolean {
  for (const input of Object.values(inputs)) {
    if (input != null && !isKnownType(kernelName, input)) return false;
  }
  return CONDITIONS[kernelName]?.(inputs, attrs) ?? true;
}

function isKnownType(kernelName: string, { shape, dtype }: tfjs.TensorInfo): boolean {
  // Sums and extremes of an empty tensor are left unwritten there.
  if (shape.includes(0)) return false;
  if (dtype === 'float32') return true;
  if (dtype === 'int32') return WHOLE_NUMBERS.has(kernelName);
  // There is no memory for complex numbers, and not every kernel looks whether it is given texts.
  return dtype === 'bool' && TRUTH_VALUES.has(kernelName);
}
