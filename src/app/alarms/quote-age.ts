/**
 * How long open trades have been without a quote, for the alarm. A trade that was never quoted
 * counts too: a feed that is dead from the start on must not look like one that is not needed.
 */
import type { QuoteSource } from '#feeds/ports.ts';
import type { EpochMs } from '#kernel/time.ts';
import { isOpen } from '#market/session.ts';
import type { Trade } from '#orders/model.ts';

type Quoted = Pick<Trade, 'openedAt'> & {
  readonly plan: { readonly instrument: Trade['plan']['instrument'] };
};

export interface QuoteLook {
  readonly latest: QuoteSource['latest'];
  /** Since when this run has been listening. */
  readonly watchedSince: EpochMs;
  readonly now: EpochMs;
}

/** Of the stalest whose market is open: nothing is quoted at night. `null`: none is wanted. */
export function quoteAgeSeconds(
  open: readonly Quoted[],
  { latest, watchedSince, now }: QuoteLook,
): number | null {
  const ages = open
    .filter(({ plan }) => isOpen(plan.instrument.session, now))
    .map(({ plan, openedAt }) => {
      const heardAt = latest(plan.instrument.symbol)?.receivedAt;
      return (now - (heardAt ?? Math.max(watchedSince, openedAt))) / 1_000;
    });
  return ages.length === 0 ? null : Math.max(...ages);
}
