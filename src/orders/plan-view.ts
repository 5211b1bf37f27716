/** The moment a plan is made in: quote, hours, kill state and room to send, for one trade. */
import { plus } from '#kernel/time.ts';
import type { Instrument } from '#market/instrument.ts';
import { type Quote, quoteAge, quoteDefect } from '#market/quote.ts';
import type { PlanView } from './core/moves.ts';
import type { DeskCore } from './desk-core.ts';
import type { Trade } from './model.ts';

/** A quote received this long ahead of our own clock: the clock was set back. */
const AHEAD_MS_MAX = 2_000;

/** `entries`: what holds them back besides the kill state, or `yes`. */
export function planView(core: DeskCore, trade: Trade, entries: PlanView['entries']): PlanView {
  const { rates, settings, epoch } = core.deps;
  const now = core.now();
  const { instrument } = trade.plan;
  const permitted = core.permits();
  const lastMinute = core.book.mutationsSince(plus(now, -60_000));
  const lastSecond = core.book.mutationsSince(plus(now, -1_000));
  return {
    now,
    quote: usableQuote(core, instrument),
    entries: permitted.entries ? entries : 'kill_state',
    exits: permitted.closes === 'all',
    closes: permitted.closes !== 'none',
    marketOpen: !hasEnded(instrument, now) && core.deps.isOpen(instrument.session, now),
    entryRoom: Math.min(rates.perMinute - lastMinute, rates.perSecond - lastSecond),
    sellRoom: core.doubts(instrument.symbol) ? 0 : rates.hard - lastMinute,
    idPrefix: settings.idPrefix,
    epoch,
    settings,
  };
}

function hasEnded(instrument: Instrument, now: PlanView['now']): boolean {
  return instrument.kind !== 'equity' && now >= instrument.lastTradeAt;
}

/** The latest quote if it is sound and fresh. */
function usableQuote({ deps }: DeskCore, { symbol }: Instrument): Quote | null {
  const quote = deps.quotes.latest(symbol);
  const wall = deps.clock.now();
  if (quote === null || quoteDefect(quote) !== null) return null;
  const { receivedMs, eventMs } = quoteAge(quote, wall);
  const { quoteAgeMax } = deps;
  const isFresh = receivedMs <= quoteAgeMax.receivedMs && eventMs <= quoteAgeMax.eventMs;
  return isFresh && quote.receivedAt <= wall + AHEAD_MS_MAX ? quote : null;
}
