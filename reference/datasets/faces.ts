import { NdArray } from '../../harness/model/value.ts';
import type { Random } from '../../harness/numerics/random.ts';
import { type Colour, cover, ellipseDistance, mix } from './painting.ts';

/** Pictures are [32, 32, 3] with values in [0, 1]. */
export const FACE_SIDE = 32;
const SIDE = FACE_SIDE;
const ENTRIES = SIDE * SIDE * 3;

export const FACE_ATTRIBUTES = ['smile', 'glasses', 'beard'] as const;
export type FaceAttribute = (typeof FACE_ATTRIBUTES)[number];

/** Everything that a face is drawn from: two faces with equal records are equal pixel by pixel. */
export interface Face extends Record<FaceAttribute, boolean> {
  /** Tone of the skin: 0 light to 1 dark. */
  skin: number;
  /** Which way it looks: −1 left to 1 right, about 15° either way. */
  pose: number;
  /** Tone of hair, brows and beard: 0 black to 1 brown. */
  hair: number;
  /** Brightness of the wall behind, 0 to 1. */
  wall: number;
  /** Width of the head, −1 narrow to 1 wide. */
  width: number;
}

export interface Faces {
  /** [n, 32, 32, 3] */
  images: NdArray;
  faces: Face[];
}

/** A face whose attributes are independent of each other, each there with probability ½; `given` fixes some of them. */
export function drawFace(random: Random, given: Partial<Face> = {}): Face {
  const coin = (): boolean => random.integer(2) === 1;
  const drawn: Face = {
    ...{ smile: coin(), glasses: coin(), beard: coin() },
    ...{ skin: random.uniform(), pose: 2 * random.uniform() - 1 },
    ...{ hair: random.uniform(), wall: random.uniform(), width: 2 * random.uniform() - 1 },
  };
  return { ...drawn, ...given };
}

/** n faces and their pictures. The same generator state and `given` give the same faces. */
export function drawFaces(random: Random, n: number, given: Partial<Face> = {}): Faces {
  const faces = Array.from({ length: n }, () => drawFace(random, given));
  return { images: paintFaces(faces), faces };
}

/** The pictures of these faces, [n, 32, 32, 3]. */
export function paintFaces(faces: readonly Face[]): NdArray {
  const images = NdArray.zeros([faces.length, SIDE, SIDE, 3]);
  for (const [i, face] of faces.entries()) images.data.set(paintFace(face), i * ENTRIES);
  return images;
}

/** How much of the pixel at (x, y) a shape covers, 0 to 1. */
type Shape = (x: number, y: number) => number;
interface Layer {
  shape: Shape;
  colour: Colour;
}

function paintFace(face: Face): Float64Array {
  const layers = layersOf(face);
  const picture = new Float64Array(ENTRIES);
  for (let i = 0; i < SIDE * SIDE; i++) {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
    for (const { shape, colour } of layers) {
      const covered = shape(x, y);
      if (covered === 0) continue;
      for (let c = 0; c < 3; c++) picture[3 * i + c]! += covered * (colour[c]! - picture[3 * i + c]!);
    }
  }
  return picture;
}

const LIGHT: Colour = [0.98, 0.83, 0.72];
const DARK: Colour = [0.5, 0.32, 0.22];
const BLACK_HAIR: Colour = [0.06, 0.05, 0.05];
const BROWN_HAIR: Colour = [0.36, 0.22, 0.12];
const DIM_WALL: Colour = [0.1, 0.16, 0.24];
const BRIGHT_WALL: Colour = [0.78, 0.87, 0.94];
const FRAME: Colour = [0.08, 0.08, 0.14];
const LENS: Colour = [0.12, 0.14, 0.22];
const WHITE: Colour = [0.98, 0.98, 0.98];
const PUPIL: Colour = [0.1, 0.08, 0.08];

/** From the wall to what is nearest. Features of a head that turns move sideways, the farther the nearer they are. */
function layersOf({ smile, glasses, beard, skin, pose, hair, wall, width }: Face): Layer[] {
  const skinColour = mix(LIGHT, DARK, skin);
  const shade = mix(skinColour, [0.35, 0.15, 0.12], 0.3);
  const lips = mix(skinColour, [0.72, 0.16, 0.2], 0.65);
  const hairColour = mix(BLACK_HAIR, BROWN_HAIR, hair);
  const middle = 15.5 + 0.4 * pose;
  const front = middle + 1.4 * pose;
  const half = 10 + 0.8 * width;
  const head = ellipse(middle, 17, half, 12.5);
  const crown = ellipse(middle, 14.5, half + 2, 13.2);
  const eyes = [front - 4.3, front + 4.3] as const;
  const eyeLine = 15;
  const mouthLine = 23.5;
  const layers: Layer[] = [
    { shape: () => 1, colour: mix(DIM_WALL, BRIGHT_WALL, wall) },
    { shape: crown, colour: hairColour },
    { shape: ellipse(middle, 32, 6, 4), colour: shade },
    { shape: head, colour: skinColour },
    // The hair falls on the forehead.
    { shape: both(crown, (x, y) => cover(y - 8.2 + 0.02 * (x - middle) ** 2)), colour: hairColour },
  ];
  if (beard) {
    const jaw = both(head, (x, y) => cover(18.4 + 0.03 * (x - front) ** 2 - y));
    const chin = both(jaw, outside(ellipse(front, mouthLine - 5, 4.2, 4)));
    layers.push({ shape: chin, colour: hairColour });
  }
  for (const eye of eyes) {
    layers.push({ shape: ellipse(eye, eyeLine, 2.1, 1.4), colour: WHITE });
    layers.push({ shape: ellipse(eye + 0.4 * pose, eyeLine, 1.1, 1.3), colour: PUPIL });
    layers.push({ shape: box(eye, eyeLine - 3.6, 2.4, 0.6), colour: hairColour });
  }
  layers.push({ shape: ellipse(front + 0.5 * pose, 18.7, 1.2, 1.9), colour: shade });
  layers.push(
    ...(smile ? smilingMouth(front, mouthLine, lips) : [{ shape: box(front, mouthLine, 2.9, 0.75), colour: lips }]),
  );
  if (glasses) {
    for (const eye of eyes) {
      layers.push({ shape: scaled(ellipse(eye, eyeLine, 3.1, 2.9), 0.75), colour: LENS });
      layers.push({ shape: ring(eye, eyeLine, 3.5, 0.8), colour: FRAME });
    }
    layers.push({ shape: box(front, eyeLine - 0.5, 1, 0.6), colour: FRAME });
    const arms = both(head, (x, y) => cover(Math.abs(y - eyeLine + 0.5) - 0.6) * cover(7.6 - Math.abs(x - front)));
    layers.push({ shape: arms, colour: FRAME });
  }
  return layers;
}

/** The lower half of an ellipse, its teeth showing, its corners drawn up. */
function smilingMouth(x0: number, y0: number, lips: Colour): Layer[] {
  const bend = (x: number): number => y0 - 1.9 + 0.02 * (x - x0) ** 2;
  const below = (depth: number) => (x: number, y: number) => cover(bend(x) - depth - y);
  return [
    { shape: both(ellipse(x0, y0 - 1.9, 6.8, 5.4), below(0.3)), colour: lips },
    { shape: both(ellipse(x0, y0 - 1.9, 6, 4.4), below(-0.3)), colour: WHITE },
  ];
}

const ellipse =
  (x0: number, y0: number, rx: number, ry: number): Shape =>
  (x, y) =>
    cover(ellipseDistance(x, y, x0, y0, rx, ry));

function ring(x0: number, y0: number, radius: number, half: number): Shape {
  return (x, y) => cover(Math.abs(Math.hypot(x - x0, y - y0) - radius) - half);
}

function box(x0: number, y0: number, halfWidth: number, halfHeight: number): Shape {
  return (x, y) => cover(Math.abs(x - x0) - halfWidth) * cover(Math.abs(y - y0) - halfHeight);
}

const both =
  (a: Shape, b: Shape): Shape =>
  (x, y) =>
    a(x, y) * b(x, y);
const outside =
  (shape: Shape): Shape =>
  (x, y) =>
    1 - shape(x, y);
const scaled =
  (shape: Shape, by: number): Shape =>
  (x, y) =>
    by * shape(x, y);
