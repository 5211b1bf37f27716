/** The clock a desk starts by, beside the end of its own record. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createShiftableClock, setClock } from '#app/market-clock.ts';
import { plus } from '#kernel/time.ts';

const directory = mkdtempSync(join(tmpdir(), 'strikewire-clock-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const DAY_MS = 86_400_000;

describe('a record that ends later than now', () => {
  it('holds no desk back that trades a real market: it starts by the clock there is', async () => {
    const clock = createShiftableClock();
    const lastAt = plus(clock.now(), DAY_MS);
    const request = { source: 'simulated', clock: 'real', directory, lastAt } as const;
    expect(await setClock(clock, request)).toEqual({ ok: true, value: 0 });
    expect(clock.now()).toBeLessThan(lastAt);
  });

  it('is never gone behind by a clock that is shifted anyway', async () => {
    const clock = createShiftableClock();
    const lastAt = plus(clock.now(), DAY_MS);
    const request = { source: 'simulated', clock: 'market_hours', directory, lastAt } as const;
    expect(await setClock(clock, request)).toMatchObject({ ok: true });
    expect(clock.now()).toBeGreaterThan(lastAt);
  });
});

describe('a file of the last shift', () => {
  it.each(['{"shiftMs":-9007199254740991}', '{"shiftMs":1e300}', '{"shiftMs":"noon"}', 'noon'])(
    'that says %s is as good as none',
    async (content) => {
      const clock = createShiftableClock();
      writeFileSync(join(directory, 'clock.json'), content);
      const request = {
        source: 'simulated',
        clock: 'market_hours',
        directory,
        lastAt: null,
      } as const;
      expect(await setClock(clock, request)).toMatchObject({ ok: true });
    },
  );
});
