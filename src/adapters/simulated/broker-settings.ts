/** How a simulated broker is set up: its latency, its account, and the rules it keeps. */
import type { QuoteSource } from '#feeds/ports.ts';
import { type Money, money, type Price } from '#kernel/price.ts';
import type { Random } from '#kernel/random.ts';
import type { Clock, EpochMs } from '#kernel/time.ts';
import type { Instrument, InstrumentSymbol } from '#market/instrument.ts';
import { isOpen, sessionOf, tradeDate } from '#market/session.ts';
import type { CourierLatency } from './courier.ts';
import type { ScriptReader } from './script.ts';
import { type FeeSchedule, RECORDED_FEES } from './venue/accounting.ts';
import { DEFAULT_QUEUE, type QueueModel } from './venue/matching.ts';
import type { Terms } from './venue/validation.ts';
import type { VenueLatency, VenueSettings } from './venue/venue.ts';
import type { VenueMemory } from './venue-file.ts';

/** Milliseconds; those of the venue are spread by its jitter. */
export interface BrokerLatency extends VenueLatency, CourierLatency {
  /** From a change to its notification. */
  readonly streamMs: number;
  /** From a change to its showing in lists. */
  readonly listLagMs: number;
}

/** After recordings at tastytrade: live about 50 ms after it was received. */
export const USUAL_LATENCY: BrokerLatency = {
  requestMs: 8,
  answerMs: 8,
  queryMs: 15,
  streamMs: 5,
  listLagMs: 0,
  timeoutMs: 10_000,
  routeMs: 20,
  workMs: 30,
  cancelMs: 40,
  replaceMs: 50,
  jitter: 0.3,
};

/** Everything happens at once, but for the stream, which needs the clock to move by nothing. */
export const NO_LATENCY: BrokerLatency = {
  requestMs: 0,
  answerMs: 0,
  queryMs: 0,
  streamMs: 0,
  listLagMs: 0,
  timeoutMs: 0,
  routeMs: 0,
  workMs: 0,
  cancelMs: 0,
  replaceMs: 0,
  jitter: 0,
};

export interface SimulatedBrokerOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** A feed of the broker's own: what the desk unsubscribes must not blind its orders. */
  readonly quotes: QuoteSource;
  readonly isListed: (instrument: Instrument) => boolean;
  /** 25,000.00 when absent. */
  readonly cash?: Money;
  readonly latency?: Partial<BrokerLatency>;
  readonly queue?: QueueModel;
  /** Decides every fault in the place of the broker's own script: for simulations. */
  readonly faults?: ScriptReader;
  readonly fees?: FeeSchedule;
  /** Initial margin of one future; 2,000.00 for each when absent. */
  readonly marginOf?: (instrument: Instrument) => Money;
  /** What one unit of a contract is worth at its end, in cash; nothing when absent. */
  readonly settlementOf?: (instrument: Instrument) => Price;
  readonly replacementQuantity?: VenueSettings['replacementQuantity'];
  readonly abortedReplacement?: VenueSettings['abortedReplacement'];
  readonly fillRowsLagMs?: number;
  /** Contracts are not opened this close to their last trade. */
  readonly openUntilMs?: number;
  /** For a broker that outlives the process: its file, and the market that knows its symbols. */
  readonly memory?: {
    readonly file: VenueMemory;
    readonly instrumentOf: (symbol: InstrumentSymbol) => Instrument | null;
  };
}

export const DEFAULT_CASH = money('25000.00');
const DEFAULT_MARGIN = money('2000.00');
const OPEN_UNTIL_MS = 10 * 60_000;

export function settingsOf(options: SimulatedBrokerOptions, latency: BrokerLatency): VenueSettings {
  return {
    rules: {
      isListed: options.isListed,
      isOpen: (instrument, at) => isOpen(instrument.session, at),
      openUntilMs: options.openUntilMs ?? OPEN_UNTIL_MS,
    },
    account: {
      fees: options.fees ?? RECORDED_FEES,
      marginOf: options.marginOf ?? (() => DEFAULT_MARGIN),
    },
    latency,
    queue: options.queue ?? DEFAULT_QUEUE,
    expiresAt,
    replacementQuantity: options.replacementQuantity ?? 'remaining',
    abortedReplacement: options.abortedReplacement ?? 'rejected',
    fillRowsLagMs: options.fillRowsLagMs ?? 0,
  };
}

/** A day order ends with the session it was placed in, every order with its contract. */
function expiresAt({ instrument, timeInForce }: Terms, at: EpochMs): EpochMs | null {
  const lastTradeAt = instrument.kind === 'equity' ? null : instrument.lastTradeAt;
  if (timeInForce === 'gtc') return lastTradeAt;
  const session = sessionOf(instrument.session, tradeDate(instrument.session, at));
  if (session === null || lastTradeAt === null) return session?.close ?? null;
  return session.close < lastTradeAt ? session.close : lastTradeAt;
}
