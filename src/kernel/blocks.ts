/** Long lists in parts, for whoever takes one a little at a time. */

const BLOCK = 1_000;

/** The same values in the same order, in lists of at most a thousand. */
export function inBlocks<T>(values: Iterable<T>): readonly (readonly T[])[] {
  const blocks: T[][] = [];
  let last: T[] = [];
  for (const value of values) {
    if (last.length === 0) blocks.push(last);
    last.push(value);
    if (last.length === BLOCK) last = [];
  }
  return blocks;
}
