/**
 * Chance as a function of a place instead of a sequence: the same seed and coordinates give the
 * same number, in any order and however often asked. So a market's past can be computed at any
 * instant, and a restarted process finds prices where they were.
 */

/** Uniform in [0, 1) at whole coordinates. */
export function uniformAt(seed: number, a: number, b: number, c: number): number {
  return hash(seed, a, b, c) / 4_294_967_296;
}

/** Standard normal at whole coordinates (Box–Muller). */
export function normalAt(seed: number, a: number, b: number, c: number): number {
  const first = hash(seed, a, b, c);
  const second = mix(first ^ 0x9e3779b9);
  const radius = Math.sqrt(-2 * Math.log((first + 1) / 4_294_967_297));
  return radius * Math.cos((2 * Math.PI * second) / 4_294_967_296);
}

/** A seed of its own for a name (FNV-1a). */
export function seedOf(seed: number | string, name: string): number {
  let state = 0x811c9dc5;
  const text = `${seed}/${name}`;
  for (let at = 0; at < text.length; at += 1) {
    state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  }
  return mix(state >>> 0);
}

function hash(seed: number, a: number, b: number, c: number): number {
  let state = mix((seed + Math.imul(a, 0x9e3779b1)) >>> 0);
  state = mix((state ^ Math.imul(b, 0x85ebca6b)) >>> 0);
  return mix((state ^ Math.imul(c, 0xc2b2ae35)) >>> 0);
}

/** The finaliser of MurmurHash3 (public domain). */
function mix(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
