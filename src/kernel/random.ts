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
  const state = seedState(String(seed));
  const next = (): number => splitmix(state) / 4_294_967_296;
  const random: Random = {
    next,
    integer(low, high) {
      invariant(low <= high, `a range runs upward, was ${low} to ${high}`);
      return low + Math.floor(next() * (high - low + 1));
    },
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    chance: (probability) => next() < probability,
    pick<T>(from: readonly T[]): T {
      invariant(from.length > 0, 'something can be picked only from a list that is not empty');
      return from[Math.floor(next() * from.length)] as T;
    },
    fork: (name) => createRandom(`${seed}/${name}`),
  };
  return random;
}

interface State {
  a: number;
}

/** FNV-1a over the seed's text: near seeds give unrelated streams. */
function seedState(text: string): State {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  }
  return { a: hash };
}

/** splitmix32 (public domain, after Guy Steele et al.). */
function splitmix(state: State): number {
  state.a = (state.a + 0x9e3779b9) | 0;
  let mixed = state.a ^ (state.a >>> 16);
  mixed = Math.imul(mixed, 0x21f0aaad);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x735a2d97);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
