import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochMs } from '#kernel/time.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';

const delays = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 40 });
const timers = fc.array(
  fc.record({ delay: fc.integer({ min: 0, max: 50 }), isCancelled: fc.boolean() }),
  { maxLength: 40 },
);
const cuts = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 10 });

describe('a virtual clock', () => {
  it('fires every timer that is not cancelled, once, as a stable sort by due time says', () => {
    fc.assert(
      fc.property(timers, cuts, (wanted, moves) => {
        const clock = createVirtualClock(epochMs(0));
        const fired: string[] = [];
        const planned = wanted.map((timer, order) => {
          const cancel = clock.after(timer.delay, () => fired.push(`${clock.mono()} #${order}`));
          if (timer.isCancelled) cancel();
          return { ...timer, order };
        });
        for (const ms of moves) clock.advance(ms);
        clock.advance(50);
        const expected = planned
          .filter(({ isCancelled }) => !isCancelled)
          .toSorted((a, b) => a.delay - b.delay)
          .map(({ delay, order }) => `${delay} #${order}`);
        expect(fired).toEqual(expected);
        expect(clock.nextDue()).toBeNull();
      }),
    );
  });

  it('comes to the same whether it moves in one stride or many', () => {
    fc.assert(
      fc.property(delays, cuts, (waits, moves) => {
        const run = (strides: readonly number[]): string[] => {
          const clock = createVirtualClock(epochMs(0));
          const log: string[] = [];
          for (const [order, delay] of waits.entries()) {
            clock.after(delay, () => {
              log.push(`${clock.mono()} #${order}`);
              clock.after(delay % 7, () => log.push(`${clock.mono()} after #${order}`));
            });
          }
          for (const ms of strides) clock.advance(ms);
          return log;
        };
        const total = moves.reduce((sum, ms) => sum + ms, 0);
        expect(run(moves)).toEqual(run([total]));
      }),
    );
  });
});
