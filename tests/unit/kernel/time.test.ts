import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { InvariantViolation } from '#kernel/invariant.ts';
import { createSystemClock, epochMs, formatInstant, parseInstant, plus } from '#kernel/time.ts';

const DAY_MS = 86_400_000;

describe('an instant', () => {
  it.each([
    ['2026-10-06T13:30:00Z', '2026-10-06T13:30:00.000Z'],
    ['2026-10-06T13:30Z', '2026-10-06T13:30:00.000Z'],
    ['2026-10-06T09:30:00-04:00', '2026-10-06T13:30:00.000Z'],
    ['2026-10-06T19:00:00+0530', '2026-10-06T13:30:00.000Z'],
    ['2026-08-31T18:05:00.000+00:00', '2026-08-31T18:05:00.000Z'],
    ['2026-10-06T13:30:00.123456789Z', '2026-10-06T13:30:00.123Z'],
  ])('%s is read', (text, written) => {
    const at = parseInstant(text);
    expect(at === null ? null : formatInstant(at)).toBe(written);
  });

  it.each([
    ['without a zone', '2026-10-06T13:30:00'],
    ['without a time', '2026-10-06'],
    ['of 30 February', '2026-02-30T00:00:00Z'],
    ['of 29 February in a common year', '2026-02-29T00:00Z'],
    ['of 31 April', '2026-04-31T10:00+05:30'],
    ['of month 13', '2026-13-01T00:00Z'],
    ['of minute 60', '2026-10-06T13:60:00Z'],
    ['of an hour past the day', '2026-10-06T24:30:00Z'],
    ['with a zone of its own', '2026-10-06T13:30:00+25:00'],
    ['as a person writes it', 'Oct 6 2026 13:30 UTC'],
    ['with something after it', '2026-10-06T13:30:00Z '],
    ['empty', ''],
  ])('%s is none', (_, text) => {
    expect(parseInstant(text)).toBeNull();
  });

  it('is a whole number of milliseconds', () => {
    expect(epochMs(1.6)).toBe(2);
    expect(plus(epochMs(1_000), 500.4)).toBe(1_500);
    expect(() => epochMs(Number.NaN)).toThrow(InvariantViolation);
    expect(() => epochMs(Number.POSITIVE_INFINITY)).toThrow(InvariantViolation);
  });
});

describe('the system clock', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'], now: 1_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('shows the machine’s time, shifted for a demonstration', () => {
    expect(createSystemClock().now()).toBe(1_000);
    expect(createSystemClock(3_600_000).now()).toBe(3_601_000);
    expect(createSystemClock(3_600_000).mono()).toBe(createSystemClock().mono());
  });

  it('acts once after the delay, and not before', () => {
    const acted = vi.fn<() => void>();
    createSystemClock().after(500, acted);
    vi.advanceTimersByTime(499);
    expect(acted).toHaveBeenCalledTimes(0);
    vi.advanceTimersByTime(10_000);
    expect(acted).toHaveBeenCalledTimes(1);
  });

  it('does not act when cancelled', () => {
    const acted = vi.fn<() => void>();
    const cancel = createSystemClock().after(500, acted);
    cancel();
    vi.advanceTimersByTime(10_000);
    expect(acted).not.toHaveBeenCalled();
  });

  it('waits longer than one timer of the platform can', () => {
    const acted = vi.fn<() => void>();
    const clock = createSystemClock();
    clock.after(60 * DAY_MS, acted);
    const cancel = clock.after(60 * DAY_MS, () => expect.unreachable('it was cancelled'));
    vi.advanceTimersByTime(30 * DAY_MS);
    cancel();
    vi.advanceTimersByTime(30 * DAY_MS - 1);
    expect(acted).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(acted).toHaveBeenCalledTimes(1);
  });

  it('takes a delay in the past as now', () => {
    const acted = vi.fn<() => void>();
    createSystemClock().after(-5, acted);
    expect(acted).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(acted).toHaveBeenCalledTimes(1);
  });
});
