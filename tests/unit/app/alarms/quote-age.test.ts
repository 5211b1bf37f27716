import { describe, expect, it } from 'vitest';
import { quoteAgeSeconds } from '#app/alarms/quote-age.ts';
import { plus } from '#kernel/time.ts';
import { at, NOW, optionOf, quoteOf } from '../../../fixtures/risk.ts';

const instrument = optionOf();
const opened = at('10:00');
const trade = { plan: { instrument }, openedAt: opened };
const watchedSince = at('09:45');

describe('the age of the stalest quote of open trades', () => {
  it('is nothing without a trade, and nothing while the market is closed', () => {
    const none = { latest: () => null, watchedSince };
    expect(quoteAgeSeconds([], { ...none, now: NOW })).toBeNull();
    expect(quoteAgeSeconds([trade], { ...none, now: at('20:00') })).toBeNull();
  });

  it('counts from when the newest quote was received', () => {
    const quote = quoteOf(instrument, '0.70', '0.80', { receivedAt: plus(NOW, -7_000) });
    expect(quoteAgeSeconds([trade], { latest: () => quote, watchedSince, now: NOW })).toBe(7);
  });

  it('counts from the opening of a trade that was never quoted', () => {
    const look = { latest: () => null, watchedSince, now: NOW };
    expect(quoteAgeSeconds([trade], look)).toBe(30 * 60);
  });

  it('counts from the start after a restart, until the first quote comes', () => {
    const look = { latest: () => null, watchedSince: plus(NOW, -90_000), now: NOW };
    expect(quoteAgeSeconds([trade], look)).toBe(90);
  });
});
