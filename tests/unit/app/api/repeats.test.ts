import { describe, expect, it } from 'vitest';
import { Repeats } from '#app/api/repeats.ts';
import { epochMs } from '#kernel/time.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';

function open() {
  const clock = createVirtualClock(epochMs(0));
  const told: string[] = [];
  const repeats = new Repeats<string>(clock, (last, times) => told.push(`${last} ×${times}`));
  return { clock, told, repeats };
}

describe('what is told over and over', () => {
  it('is told at once, and then once a minute with its last and its count', () => {
    const { clock, told, repeats } = open();
    for (const what of ['a1', 'a2', 'a3']) repeats.add('a', what);
    expect(told).toEqual(['a1 ×1']);
    clock.advance(59_999);
    expect(told).toHaveLength(1);
    clock.advance(1);
    expect(told).toEqual(['a1 ×1', 'a3 ×2']);
    repeats.add('a', 'a4');
    clock.advance(60_000);
    expect(told).toEqual(['a1 ×1', 'a3 ×2', 'a4 ×1']);
  });

  it('of many kinds is bounded, and every one is counted', () => {
    const { told, repeats } = open();
    for (const turn of ['first', 'again']) {
      for (let n = 0; n < 1_000; n += 1) repeats.add(String(n), turn);
    }
    expect(told).toHaveLength(1_000);
    for (let n = 1_000; n < 1_500; n += 1) repeats.add(String(n), 'new');
    expect(told).toHaveLength(2_000);
    repeats.settle();
    expect(told.filter((line) => line === 'again ×1')).toHaveLength(1_000);
    repeats.settle();
    expect(told).toHaveLength(2_500);
  });
});
