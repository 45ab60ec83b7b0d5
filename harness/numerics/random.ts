import { createHash } from 'node:crypto';
import { NdArray, sizeOf } from '../model/value.ts';

/**
 * A seeded generator: sfc32 (Doty-Humphrey's "small fast counting" generator, 128 bits of state, period ≥ 2^32).
 * Every number it gives depends on 32-bit integer arithmetic, square roots and `Math.log` alone, so runs repeat on
 * every platform. Not for secrets.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  #spareNormal: number | undefined;

  /** `state`: three 32-bit words; take `fromSeed` or `derive` instead of making one up. */
  constructor(state: readonly [number, number, number]) {
    [this.#a, this.#b, this.#c] = state;
    // A state with few bits set takes some rounds to spread.
    for (let round = 0; round < 16; round++) this.bits();
  }

  /** The stream of an integer seed (any safe integer). */
  static fromSeed(seed: number): Random {
    if (!Number.isSafeInteger(seed)) throw new RangeError(`a seed is an integer, got ${seed}`);
    return derive(seed, '');
  }

  /** 32 random bits as an unsigned integer. */
  bits(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform on [0, 1), 53 bits. */
  uniform(): number {
    const high = this.bits() >>> 5;
    const low = this.bits() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /**
   * Standard normal, by Marsaglia's polar method: of the common ways the one that needs no sine or cosine, whose
   * last bit engines do not agree on.
   */
  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const square = u * u + v * v;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spareNormal = v * factor;
      return u * factor;
    }
  }

  /** Uniform on 0 … n − 1, for 1 ≤ n ≤ 2^32, without modulo bias. */
  integer(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 32) throw new RangeError(`integer(n) needs 1 ≤ n ≤ 2^32, got ${n}`);
    const limit = 2 ** 32 - (2 ** 32 % n);
    for (;;) {
      const bits = this.bits();
      if (bits < limit) return bits % n;
    }
  }

  /** A uniformly random order of 0 … n − 1 (Fisher–Yates). */
  permutation(n: number): number[] {
    const order = Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order;
  }

  /** A float64 array of independent standard normals. */
  normals(shape: readonly number[]): NdArray {
    return new NdArray(
      shape,
      Float64Array.from({ length: sizeOf(shape) }, () => this.normal()),
    );
  }

  /** A float64 array of independent uniforms on [lo, hi). */
  uniforms(shape: readonly number[], lo = 0, hi = 1): NdArray {
    return new NdArray(
      shape,
      Float64Array.from({ length: sizeOf(shape) }, () => lo + (hi - lo) * this.uniform()),
    );
  }
}

/**
 * The stream that belongs to a name: independent of all other names under the same seed, so that adding or
 * removing a case leaves the inputs of the others as they were.
 */
export function derive(seed: number, label: string): Random {
  const digest = createHash('sha256').update(`${seed}\n${label}`).digest();
  return new Random([digest.readInt32LE(0), digest.readInt32LE(4), digest.readInt32LE(8)]);
}
