import { describe, expect, it } from 'vitest';
import { inBlocks } from '#kernel/blocks.ts';

describe('a list in blocks', () => {
  it.each([0, 1, 999, 1_000, 1_001, 2_500])('holds all of %i values, in order', (count) => {
    const values = Array.from({ length: count }, (_, at) => at);
    const blocks = inBlocks(values);
    expect(blocks.flat()).toEqual(values);
    expect(blocks).toHaveLength(Math.ceil(count / 1_000));
    expect(Math.max(0, ...blocks.map(({ length }) => length))).toBeLessThanOrEqual(1_000);
  });
});
