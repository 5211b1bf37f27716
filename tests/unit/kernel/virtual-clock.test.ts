import { describe, expect, it } from 'vitest';
import { InvariantViolation } from '#kernel/invariant.ts';
import { epochMs } from '#kernel/time.ts';
import { createVirtualClock, type VirtualClock } from '#kernel/virtual-clock.ts';

const START = epochMs(1_000_000);

function logged(): { clock: VirtualClock; log: string[]; note: (what: string) => () => void } {
  const clock = createVirtualClock(START);
  const log: string[] = [];
  return { clock, log, note: (what) => () => log.push(`${clock.mono()} ${what}`) };
}

describe('a virtual clock', () => {
  it('stands still until it is told to move', () => {
    const { clock } = logged();
    expect([clock.now(), clock.mono(), clock.nextDue()]).toEqual([START, 0, null]);
    clock.advance(250);
    expect([clock.now(), clock.mono()]).toEqual([START + 250, 250]);
  });

  it('fires by due time, and what is due together in order of scheduling', () => {
    const { clock, log, note } = logged();
    clock.after(30, note('c'));
    clock.after(10, note('a'));
    clock.after(20, note('b1'));
    clock.after(20, note('b2'));
    clock.after(20, note('b3'));
    clock.advance(25);
    expect(log).toEqual(['10 a', '20 b1', '20 b2', '20 b3']);
    clock.advance(5);
    expect(log.at(-1)).toBe('30 c');
  });

  it('shows each timer its own due time', () => {
    const { clock, log } = logged();
    clock.after(10, () => log.push(`${clock.now() - START}`));
    clock.after(70, () => log.push(`${clock.now() - START}`));
    clock.advance(1_000);
    expect(log).toEqual(['10', '70']);
    expect(clock.mono()).toBe(1_000);
  });

  it('fires what falls due while it moves, if scheduled on the way', () => {
    const { clock, log, note } = logged();
    clock.after(10, () => {
      note('first')();
      clock.after(5, note('second'));
      clock.after(0, note('at once'));
      clock.after(50, note('later'));
    });
    clock.advance(20);
    expect(log).toEqual(['10 first', '10 at once', '15 second']);
    expect(clock.nextDue()).toBe(60);
  });

  it('does not fire a delay of 0 before it moves', () => {
    const { clock, log, note } = logged();
    clock.after(0, note('a'));
    clock.after(-5, note('b'));
    expect(log).toEqual([]);
    clock.advance(0);
    expect(log).toEqual(['0 a', '0 b']);
  });

  it('forgets a cancelled timer, even one due at the same moment', () => {
    const { clock, log, note } = logged();
    const cancel = clock.after(10, note('cancelled'));
    clock.after(5, cancel);
    const together = clock.after(20, note('also cancelled'));
    clock.after(20, note('stays'));
    together();
    clock.advance(100);
    expect(log).toEqual(['20 stays']);
  });

  it('takes a second cancel, or one after the fact, for nothing', () => {
    const { clock, log, note } = logged();
    const cancel = clock.after(10, note('fired'));
    clock.after(20, note('other'));
    clock.advance(10);
    cancel();
    cancel();
    clock.advance(10);
    expect(log).toEqual(['10 fired', '20 other']);
  });

  it('steps the wall without passing time', () => {
    const { clock, log, note } = logged();
    clock.after(100, note('due'));
    clock.step(-3_600_000);
    expect([clock.now(), clock.mono()]).toEqual([START - 3_600_000, 0]);
    clock.step(7_200_000);
    expect(log).toEqual([]);
    clock.advance(100);
    expect(log).toEqual(['100 due']);
    expect(clock.now()).toBe(START + 3_600_000 + 100);
  });

  it('never runs backward, also when an action moves it further', () => {
    const { clock } = logged();
    clock.after(10, () => clock.advance(100));
    clock.advance(20);
    expect(clock.mono()).toBe(110);
    expect(() => clock.advance(-1)).toThrow('time only moves forward');
  });

  it('refuses a delay that is no number', () => {
    expect(() => logged().clock.after(Number.NaN, () => undefined)).toThrow(InvariantViolation);
  });

  it('goes on after an action that throws', () => {
    const { clock, log, note } = logged();
    clock.after(10, () => {
      throw new Error('broken');
    });
    clock.after(20, note('next'));
    expect(() => clock.advance(50)).toThrow('broken');
    clock.advance(10);
    expect(log).toEqual(['20 next']);
  });
});
