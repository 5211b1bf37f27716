/** Seeded randomness: the only source of chance in the program, always injected. */
import { invariant } from './invariant.ts';

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number;
  /** Standard normal. */
  normal(): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** An independent stream named for its use, so that drawing from one never shifts another. */
  fork(name: string): Random;
}

export function createRandom(seed: number | string): Random {
  const draw = smallFastCounting(seedState(String(seed)));
  const next = (): number => draw() / 4_294_967_296;
  return {
    next,
    integer(low, high) {
      invariant(low <= high, () => `a range runs upward, was ${low} to ${high}`);
      return low + Math.floor(next() * (high - low + 1));
    },
    // Box-Muller; `1 - next()` is never 0, so the logarithm is finite.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    chance: (probability) => next() < probability,
    pick(from) {
      const at = Math.floor(next() * from.length);
      for (const picked of from.slice(at, at + 1)) return picked;
      invariant(false, 'something can be picked only from a list that is not empty');
    },
    fork: (name) => createRandom(`${seed}/${name}`),
  };
}

type State = [a: number, b: number, c: number, counter: number];

const SEED_PRIMES = [0x01000193, 0x85ebca6b, 0xc2b2ae35] as const;
const WARM_UP_DRAWS = 12;

/**
 * 96 bits of state from the seed's text, by three FNV-like hashes with different primes: near seeds
 * and forks of one seed start far apart, and no two of them are likely ever to meet.
 */
function seedState(text: string): State {
  const hashes = SEED_PRIMES.map((prime) => {
    let hash = 0x811c9dc5 ^ text.length;
    for (let at = 0; at < text.length; at += 1) {
      hash = Math.imul(hash ^ text.charCodeAt(at), prime);
      hash ^= hash >>> 15;
    }
    return hash;
  });
  const [a = 0, b = 0, c = 0] = hashes;
  return [a, b, c, 1];
}

/** sfc32 of Chris Doty-Humphrey's PractRand (public domain): unsigned 32-bit numbers. */
function smallFastCounting(state: State): () => number {
  let [a, b, c, counter] = state;
  const draw = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let warm = 0; warm < WARM_UP_DRAWS; warm += 1) draw();
  return draw;
}
