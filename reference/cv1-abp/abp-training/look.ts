/** Runs beside the student's program: holds tensors that are handed to it, and looks at them and at results afterwards. */

interface TensorLike {
  isDisposed: boolean;
  dataId: object;
  shape: number[];
  dtype: string;
  data(): Promise<ArrayLike<number>>;
}

function isTensor(value: unknown): value is TensorLike {
  return typeof value === 'object' && value !== null && 'dataId' in value && 'isDisposed' in value;
}

/** Gives back what it is given: kept under a name it can be handed to several functions. */
export function hold(value: unknown): unknown {
  return value;
}

/** What became of a tensor. */
export function state(value: unknown): unknown {
  if (!isTensor(value)) return { value };
  return value.isDisposed ? { disposed: true } : { value };
}

/**
 * Of each of `count` pictures how far it is from `origin` along `pattern`, and how far at all, squared; with the least and the greatest
 * value of all. Null where there is another number of values. Thousands of pictures are not sent for two numbers each.
 */
export async function measured(pictures: unknown, origin: unknown, pattern: TensorLike, count: number) {
  const [values, zero, weights] = [await numbersOf(pictures), await numbersOf(origin), await pattern.data()];
  const size = weights.length;
  if (values.length !== count * size || zero.length !== size) return null;
  const [along, far] = [new Float64Array(count), new Float64Array(count)];
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    // What is not a number must show.
    if (!(value >= least)) least = value;
    if (!(value <= greatest)) greatest = value;
    const off = value - zero[i % size]!;
    along[Math.floor(i / size)]! += off * weights[i % size]!;
    far[Math.floor(i / size)]! += off * off;
  }
  return { along, far, least, greatest };
}

/** The numbers of a tensor, or of lists of numbers and tensors. */
async function numbersOf(value: unknown): Promise<ArrayLike<number>> {
  if (isTensor(value)) return value.data();
  const all: number[] = [];
  const add = async (item: unknown): Promise<void> => {
    if (typeof item === 'number') all.push(item);
    else if (isTensor(item)) for (const x of Array.from(await item.data())) all.push(x);
    else if (Array.isArray(item) || isNumbers(item)) {
      const list = item as unknown[];
      // No promise for each of the numbers, which are by far the most.
      for (let i = 0; i < list.length; i++) {
        if (typeof list[i] === 'number') all.push(list[i] as number);
        else await add(list[i]);
      }
    }
  };
  await add(value);
  return all;
}

/** Parameters that are records and lists of tensors through and through; null where there is anything else in them. */
export function plain(params: unknown): unknown {
  return isPlain(params, 0, false) ? params : null;
}

/** `others`: tensors that are not float32 may be among them. */
function isPlain(value: unknown, depth: number, others: boolean): boolean {
  if (depth > 6) return false;
  if (isTensor(value)) return !value.isDisposed && (others || value.dtype === 'float32');
  if (Array.isArray(value)) return value.every((item) => typeof item !== 'number' && isPlain(item, depth + 1, others));
  if (typeof value === 'object' && value !== null) {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return false;
    return Object.values(value).every((item) => isPlain(item, depth + 1, others));
  }
  return value === null || ['number', 'string', 'boolean', 'undefined'].includes(typeof value);
}

type Numbers = Float32Array | Float64Array;
type Grid = (number | Grid)[];

/** A place where weights may be: a float tensor, an array of floats, or nested lists of numbers. */
interface Place {
  name: string;
  holds: TensorLike | Numbers | Grid;
}

const isNumbers = (value: unknown): value is Numbers =>
  /^\[object Float(32|64)Array\]$/.test(Object.prototype.toString.call(value));

const isGrid = (value: unknown): value is Grid =>
  Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'number' || isGrid(item));

/** More places than these, or objects on the way to them, are not looked at. */
const MOST_PLACES = 64;
const MOST_OBJECTS = 10_000;

/** The places of a value, each once; undefined where there are too many. */
function placesOf(params: unknown): Place[] | undefined {
  // The same tensor in two fields of a record is two weights: new parameters may tell them apart.
  const once = !isPlain(params, 0, true);
  const places: Place[] = [];
  const seen = new Set<unknown>();
  let objects = 0;
  const visit = (value: unknown, name: string, depth: number): void => {
    if (typeof value !== 'object' || value === null || (once && seen.has(value))) return;
    seen.add(value);
    if (++objects > MOST_OBJECTS || depth > 12) return;
    const inside = (item: unknown, key: string): void => visit(item, name === '' ? key : `${name}.${key}`, depth + 1);
    if (isTensor(value)) {
      if (!value.isDisposed && value.dtype === 'float32') places.push({ name, holds: value });
    } else if (isNumbers(value) || isGrid(value)) {
      if (!Object.isFrozen(value)) places.push({ name, holds: value });
    } else if (isModel(value)) {
      for (const [i, weight] of value.trainableWeights.entries()) inside(weight.read(), `weights.${i}`);
    } else if (value instanceof Map) {
      for (const [key, item] of value) inside(item, String(key));
    } else {
      // Not what a getter makes: it may be another one each time.
      for (const [key, field] of Object.entries(Object.getOwnPropertyDescriptors(value)))
        if (field.enumerable) inside(field.value, key);
    }
  };
  visit(params, '', 0);
  return objects > MOST_OBJECTS || places.length > MOST_PLACES ? undefined : places;
}

/** A model or a layer of tf.layers. What it does not learn, such as the means of a batch normalisation, is none of its weights. */
function isModel(value: object): value is { trainableWeights: { read(): unknown }[] } {
  const { getWeights, trainableWeights } = value as Record<string, unknown>;
  return typeof getWeights === 'function' && Array.isArray(trainableWeights);
}

/** The numbers in all places where weights may be, and the names of these: `layers.0.kernel`. */
export async function weights(params: unknown): Promise<unknown> {
  const places = placesOf(params);
  if (places === undefined) return null;
  const values: unknown[] = [];
  for (const { holds } of places) values.push(isTensor(holds) || isNumbers(holds) ? holds : await numbersOf(holds));
  return { names: places.map(({ name }) => name), tensors: places.map(({ holds }) => isTensor(holds)), values };
}

let undo: (() => void)[] = [];

/**
 * Parameters with other numbers in some places. Records of tensors are made anew. Of anything else the numbers themselves are changed,
 * until `restored`: there is no telling how to make another instance of a class, or of what a function closes over.
 */
export async function moved(params: unknown, which: number[], values: TensorLike[]): Promise<unknown> {
  if (isPlain(params, 0, true)) return rebuilt(params, new Map(which.map((place, i) => [place, values[i]!])));
  const places = placesOf(params)!;
  for (const [i, place] of which.entries()) {
    const { holds } = places[place]!;
    if (isTensor(holds)) {
      const { dataId } = holds;
      undo.push(() => {
        holds.dataId = dataId;
      });
      // As tf.Variable.assign does: the tensor stays the same one, wherever it is kept.
      holds.dataId = values[i]!.dataId;
    } else {
      const before = await numbersOf(Array.isArray(holds) ? holds : Array.from(holds));
      undo.push(() => fill(holds, before));
      fill(holds, await values[i]!.data());
    }
  }
  return params;
}

/** Puts back what `moved` changed. */
export function restored(): void {
  for (const back of undo.reverse()) back();
  undo = [];
}

function fill(holds: Numbers | Grid, values: ArrayLike<number>, from = 0): number {
  let next = from;
  for (let i = 0; i < holds.length; i++) {
    const item = holds[i]!;
    if (typeof item === 'number') (holds as number[])[i] = values[next++]!;
    else next = fill(item, values, next);
  }
  return next;
}

/** Plain parameters with other tensors in some places, which are counted as `placesOf` does. */
function rebuilt(params: unknown, others: Map<number, TensorLike>): unknown {
  let place = 0;
  const replace = (value: unknown): unknown => {
    if (isTensor(value)) return value.dtype === 'float32' ? (others.get(place++) ?? value) : value;
    if (Array.isArray(value)) return value.map(replace);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replace(item)]));
  };
  return replace(params);
}
