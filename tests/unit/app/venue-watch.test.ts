import { describe, expect, it } from 'vitest';
import type { ClientHealth } from '#adapters/tastytrade/client.ts';
import { VenueWatch } from '#app/venue-watch.ts';
import { epochMs } from '#kernel/time.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';

const NOW = epochMs(1_790_000_000_000);

function watching() {
  const clock = createVirtualClock(NOW);
  const told: string[] = [];
  let skewMs: number | null = null;
  let notKept: string | null = null;
  const desk = {
    incident: (code: string, detail: string) => void told.push(`${code}: ${detail}`),
    raise: (to: string, why: string) => void told.push(`${to}: ${why}`),
  };
  const health = (): ClientHealth => ({
    skew: skewMs === null ? null : { skewMs, uncertaintyMs: 600, at: NOW },
    token: { expiresInMs: 1, refusals: 0, fault: null, notKept, refreshes: 1 },
  });
  new VenueWatch(desk, clock, health).watch();
  return {
    told,
    at(ms: number | null) {
      skewMs = ms;
      clock.advance(15_000);
    },
    keep(problem: string | null) {
      notKept = problem;
      clock.advance(15_000);
    },
  };
}

describe("the venue's clock", () => {
  it('is of no concern within two seconds, or before it is known', () => {
    const { told, at } = watching();
    for (const ms of [null, 0, 2_600, -2_600]) at(ms);
    expect(told).toEqual([]);
  });

  it('is told of once beyond that, and again when it has been right between', () => {
    const { told, at } = watching();
    for (const ms of [4_600, 4_600, 0, -4_600]) at(ms);
    expect(told).toEqual([
      "clock_skew: the venue's clock is 4 s ahead of this machine's",
      "clock_skew: the venue's clock is 4 s behind this machine's",
    ]);
  });

  it('pauses the desk beyond ten seconds', () => {
    const { told, at } = watching();
    at(-11_600);
    expect(told).toContain("PAUSE: the venue's clock is 11 s behind this machine's");
  });
});

it('a refresh token that could not be kept is told of once', () => {
  const { told, keep } = watching();
  keep('disk full');
  keep('disk full');
  expect(told).toEqual(['token_not_kept: disk full']);
});
