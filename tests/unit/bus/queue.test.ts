import { describe, expect, it } from 'vitest';
import { TRAFFIC, type Traffic } from '#bus/model.ts';
import { createQueue } from '#bus/queue.ts';

const entry = (n: number) => ({ n: String(n) });

describe('what waits to be published', () => {
  it.each(TRAFFIC)('stays within its limit and tells the most that ever waited: %s', (traffic) => {
    const queue = createQueue({ traffic, limit: 3 });
    for (let n = 1; n <= 5; n += 1) queue.offer(`key ${n}`, entry(n));
    expect(queue.figures()).toMatchObject({ waiting: 3, highWater: 3 });
    expect(queue.take(2)).toHaveLength(2);
    expect(queue.figures()).toMatchObject({ waiting: 1, highWater: 3 });
  });

  it.each<Traffic>(['order', 'audit', 'signal'])('is never dropped: %s', (traffic) => {
    const queue = createQueue({ traffic, limit: 2 });
    const offered = [1, 2, 3].map((n) => queue.offer(`key ${n}`, entry(n)));
    expect(offered).toEqual(['taken', 'taken', 'full']);
    expect(queue.figures()).toMatchObject({ dropped: 0, refused: 1 });
    expect(queue.take(9).map(([key]) => key)).toEqual(['key 1', 'key 2']);
  });

  it('gives up the oldest of a firehose, and counts it', () => {
    const queue = createQueue({ traffic: 'firehose', limit: 2 });
    const offered = [1, 2, 3, 4].map((n) => queue.offer('same', entry(n)));
    expect(offered).toEqual(['taken', 'taken', 'dropped', 'dropped']);
    expect(queue.take(9).map(([, { n }]) => n)).toEqual(['3', '4']);
    expect(queue.figures()).toMatchObject({ dropped: 2, refused: 0 });
  });

  it('keeps the newest of a signal, also where it is full', () => {
    const queue = createQueue({ traffic: 'signal', limit: 2 });
    queue.offer('a', entry(1));
    queue.offer('b', entry(2));
    expect(queue.offer('a', entry(3))).toBe('replaced');
    expect(queue.take(9)).toEqual([
      ['b', entry(2)],
      ['a', entry(3)],
    ]);
  });

  it('keeps every order, however alike', () => {
    const queue = createQueue({ traffic: 'order', limit: 3 });
    for (const n of [1, 2]) queue.offer('same', entry(n));
    expect(queue.take(9).map(([, { n }]) => n)).toEqual(['1', '2']);
  });
});
