/**
 * What the market says of the contract an alert names: looked up once, waited for briefly.
 *
 * The waiting is bounded, and what did not arrive or was thrown is missing, not guessed: the gates
 * refuse.
 */
import type { ParsedAlert } from '#alerts/model.ts';
import type {
  InstrumentQuery,
  InstrumentSource,
  Listing,
  LookupFault,
  QuoteSource,
} from '#feeds/ports.ts';
import { err, type Result } from '#kernel/result.ts';
import { failureText } from '#kernel/text.ts';
import type { Clock } from '#kernel/time.ts';
import { within } from '#kernel/within.ts';
import type { Instrument } from '#market/instrument.ts';
import { quoteDefect } from '#market/quote.ts';

/** Of the age an alert may have, enough is left to act on the answer. */
const LOOK_UP_MS_MAX = 8_000;

export interface MarketFacts {
  readonly instrument: Result<Instrument, LookupFault>;
  /** Options listed on the underlying; `null` where there are none or they are not known. */
  readonly listing: Listing | null;
}

/** `null` when the alert leaves out what is needed to name an instrument. */
function queryOf(alert: ParsedAlert): InstrumentQuery | null {
  const { asset, symbol, right, strike, expiry } = alert;
  switch (asset) {
    case 'equity':
      return { kind: 'equity', symbol };
    case 'future':
      return { kind: 'future', root: symbol, contract: null };
    case 'option':
      if (right === null || strike === null || expiry === null) return null;
      return { kind: 'option', underlying: symbol, right, strike, expiry };
    case 'future_option':
      if (right === null || strike === null || expiry === null) return null;
      return { kind: 'future_option', root: symbol, right, strike, expiry };
  }
}

export async function lookUp(
  alert: ParsedAlert,
  instruments: InstrumentSource,
  clock: Clock,
): Promise<MarketFacts> {
  const query = queryOf(alert);
  if (query === null) {
    return { instrument: { ok: false, error: { kind: 'not_listed' } }, listing: null };
  }
  const [instrument, listing] = await Promise.all([
    answerOf(clock, () => instruments.find(query)),
    query.kind === 'option' ? answerOf(clock, () => instruments.listing(query.underlying)) : null,
  ]);
  return { instrument, listing: listing?.ok ? listing.value : null };
}

async function answerOf<T>(
  clock: Clock,
  ask: () => Promise<Result<T, LookupFault>>,
): Promise<Result<T, LookupFault>> {
  try {
    return await within({ clock, ms: LOOK_UP_MS_MAX }, ask, () =>
      unavailable(`the source of instruments did not answer within ${LOOK_UP_MS_MAX} ms`),
    );
  } catch (error) {
    return unavailable(`the source of instruments failed: ${failureText(error)}`);
  }
}

function unavailable(detail: string): Result<never, LookupFault> {
  return err({ kind: 'unavailable', detail });
}

/**
 * Waits until every one has a sound quote, however old, or `waitMs` have passed. One marked as
 * delayed is waited behind: a venue that has not said yet whether its quotes are counts as one that
 * delays. So is one that prices nothing: a side that is away for a moment comes back.
 */
export function awaitQuotes(
  instruments: readonly Instrument[],
  quotes: QuoteSource,
  clock: Clock,
  waitMs: number,
): Promise<void> {
  const isComplete = (): boolean =>
    instruments.every(({ symbol, tradable }) => {
      const quote = quotes.latest(symbol);
      if (quote === null || quote.delayed) return false;
      // An index has no bid, and what is halted is not quoted: neither is waited for.
      return !tradable || quoteDefect(quote) === null;
    });
  if (isComplete()) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = (): void => {
      stopListening();
      stopWaiting();
      resolve();
    };
    const stopListening = quotes.onQuote(() => {
      if (isComplete()) finish();
    });
    const stopWaiting = clock.after(waitMs, finish);
  });
}
