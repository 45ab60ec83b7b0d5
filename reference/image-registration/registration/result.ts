import { coerce } from '../../../harness/checks/coerce.ts';
import { isRecord, type NdArray, type Value } from '../../../harness/model/value.ts';

/** H of a result, [3, 3], or in words what is wrong with it. */
export function readH(value: Value): NdArray | string {
  if (!isRecord(value)) return `The result should be a record { H, losses }, but it is ${kindOf(value)}.`;
  if (!('H' in value)) return `The result has no H; its keys are ${Object.keys(value).join(', ') || 'none'}.`;
  const H = coerce(value.H, [3, 3], 'H');
  if (!H.ok) return H.problem;
  if (!H.array.data.every(Number.isFinite)) return 'H has entries that are not finite: the training has diverged.';
  return H.array;
}

function kindOf(value: Value): string {
  if (value === undefined) return 'undefined (is a `return` missing?)';
  return Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`;
}
