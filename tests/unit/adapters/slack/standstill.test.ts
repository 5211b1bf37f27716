import { describe, expect, it } from 'vitest';
import { Standstill } from '#adapters/slack/standstill.ts';
import type { Cancel, Clock } from '#kernel/time.ts';

/** A clock whose timers are late by as much as the process stands still. */
function stoppableClock() {
  let mono = 0;
  let due: { readonly at: number; readonly act: () => void } | null = null;
  const clock: Pick<Clock, 'mono' | 'after'> = {
    mono: () => mono,
    after(ms, act): Cancel {
      due = { at: mono + ms, act };
      return () => {
        due = null;
      };
    },
  };
  return {
    clock,
    pass(ms: number): void {
      const until = mono + ms;
      while (due !== null && due.at <= until) {
        const { at, act } = due;
        due = null;
        mono = at;
        act();
      }
      mono = until;
    },
    /** Time goes on, and nothing runs. */
    stand(ms: number): void {
      mono += ms;
    },
    wake(): void {
      const act = due?.act;
      due = null;
      act?.();
    },
  };
}

describe('a standstill of the process', () => {
  it('is none while timers come in time', () => {
    const { clock, pass } = stoppableClock();
    const standstill = new Standstill(clock);
    standstill.start();
    for (let n = 0; n < 20; n += 1) {
      pass(300);
      expect(standstill.waitedMs()).toBe(0);
    }
  });

  it('counts for what is read before, and right after, its timers run again', () => {
    const { clock, pass, stand, wake } = stoppableClock();
    const standstill = new Standstill(clock);
    standstill.start();
    pass(1_000);
    stand(20_000);
    expect(standstill.waitedMs()).toBe(20_000);
    wake();
    expect(standstill.waitedMs()).toBe(20_000);
    pass(900);
    expect(standstill.waitedMs()).toBe(20_900);
    pass(200);
    expect(standstill.waitedMs()).toBe(0);
  });
});
