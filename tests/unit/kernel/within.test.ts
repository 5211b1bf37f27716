import { describe, expect, it } from 'vitest';
import { epochMs } from '#kernel/time.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';
import { within } from '#kernel/within.ts';

const late = (): string => 'late';

describe('waiting with an end to it', () => {
  it('gives what the work comes to, and leaves no timer behind', async () => {
    const clock = createVirtualClock(epochMs(0));
    expect(await within({ clock, ms: 100 }, async () => 'done', late)).toBe('done');
    expect(clock.nextDue()).toBeNull();
  });

  it('gives what was kept for that case once the time is over', async () => {
    const clock = createVirtualClock(epochMs(0));
    const waited = within({ clock, ms: 100 }, () => new Promise<string>(() => undefined), late);
    clock.advance(100);
    expect(await waited).toBe('late');
  });

  it('throws as the work does, and not for work that fails too late', async () => {
    const clock = createVirtualClock(epochMs(0));
    const fails = async (): Promise<string> => {
      throw new Error('no');
    };
    await expect(within({ clock, ms: 100 }, fails, late)).rejects.toThrow('no');
    const { promise, reject } = Promise.withResolvers<string>();
    const waited = within({ clock, ms: 100 }, () => promise, late);
    clock.advance(100);
    expect(await waited).toBe('late');
    reject(new Error('much later'));
  });
});
