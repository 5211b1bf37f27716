import { describe, expect, it } from 'vitest';
import { createThrottle } from '#adapters/http/throttle.ts';
import { epochMs } from '#kernel/time.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';

const MINUTES_15 = 900_000;

function failing(times: number, what: string, throttle: ReturnType<typeof createThrottle>): void {
  for (let n = 0; n < times; n += 1) throttle.failed(what);
}

describe('a throttle', () => {
  it('closes what failed too often, for its time, and forgets what succeeded', () => {
    const clock = createVirtualClock(epochMs(0));
    const throttle = createThrottle(clock, 5, 'lock');
    failing(4, 'a', throttle);
    expect(throttle.waitMs('a')).toBe(0);
    throttle.succeeded('a');
    failing(5, 'a', throttle);
    expect([throttle.waitMs('a'), throttle.waitMs('b')]).toEqual([MINUTES_15, 0]);
    clock.advance(MINUTES_15);
    expect(throttle.waitMs('a')).toBe(0);
  });

  it('that locks keeps its locks, however many names are tried', () => {
    const throttle = createThrottle(createVirtualClock(epochMs(0)), 5, 'lock');
    failing(5, 'alice', throttle);
    for (let n = 0; n < 30_000; n += 1) throttle.failed(`name ${n}`);
    expect(throttle.waitMs('alice')).toBe(MINUTES_15);
  });

  it('that locks and is full of locks lets nothing new in', () => {
    const throttle = createThrottle(createVirtualClock(epochMs(0)), 1, 'lock');
    for (let n = 0; n < 10_000; n += 1) throttle.failed(`name ${n}`);
    expect(throttle.waitMs('another')).toBe(MINUTES_15);
  });

  it('that forgets never locks a right one out', () => {
    const throttle = createThrottle(createVirtualClock(epochMs(0)), 1, 'forget');
    for (let n = 0; n < 30_000; n += 1) throttle.failed(`name ${n}`);
    expect(throttle.waitMs('another')).toBe(0);
  });

  it('answers late once failures come from everywhere', () => {
    const throttle = createThrottle(createVirtualClock(epochMs(0)), 5, 'forget');
    for (let n = 0; n < 20; n += 1) throttle.failed(`name ${n}`);
    expect(throttle.delayMs()).toBe(0);
    throttle.failed('one more');
    expect(throttle.delayMs()).toBe(500);
  });
});
