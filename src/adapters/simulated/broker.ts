/**
 * The simulated broker: the venue's engine behind the broker port, in the desk's time.
 *
 * A call travels `requestMs` to the venue and its answer `answerMs` back. Quotes of a feed of its
 * own meet the orders. Chance comes from the injected random, faults from the script alone.
 */
import type { QuoteSource } from '#feeds/ports.ts';
import type { OrderId } from '#kernel/ids.ts';
import { invariant } from '#kernel/invariant.ts';
import { type Money, money, type Price } from '#kernel/price.ts';
import type { Quantity } from '#kernel/quantity.ts';
import type { Random } from '#kernel/random.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { Clock, EpochMs } from '#kernel/time.ts';
import type { Instrument, InstrumentSymbol } from '#market/instrument.ts';
import { isOpen, sessionOf, tradeDate } from '#market/session.ts';
import type { Broker, MutationOutcome, Position, QueryFault, Side } from '#orders/ports.ts';
import type { Ledger } from './ledger.ts';
import { createOrderLists } from './order-lists.ts';
import { createOrderStream } from './order-stream.ts';
import {
  type AnswerFault,
  type BrokerScript,
  type Call,
  createScript,
  type Query,
} from './script.ts';
import { balancesOf, type FeeSchedule, RECORDED_FEES } from './venue/accounting.ts';
import { averagePrice, type Holding } from './venue/book.ts';
import { DEFAULT_QUEUE, type QueueModel } from './venue/matching.ts';
import type { OrderPlan } from './venue/plan.ts';
import type { Terms } from './venue/validation.ts';
import {
  createVenue,
  type VenueAnswer,
  type VenueInput,
  type VenueLatency,
  type VenueSettings,
} from './venue/venue.ts';
import { createVenueRunner } from './venue-runner.ts';

/** Milliseconds; those of the venue are spread by its jitter. */
export interface BrokerLatency extends VenueLatency {
  /** From the desk to the venue, and back. */
  readonly requestMs: number;
  readonly answerMs: number;
  readonly queryMs: number;
  /** From a change to its notification. */
  readonly streamMs: number;
  /** From a change to its showing in lists. */
  readonly listLagMs: number;
  /** After how long a lost answer is given up. */
  readonly timeoutMs: number;
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
  readonly fees?: FeeSchedule;
  /** Initial margin of one future; 2,000.00 for each when absent. */
  readonly marginOf?: (instrument: Instrument) => Money;
  readonly replacementQuantity?: VenueSettings['replacementQuantity'];
  readonly abortedReplacement?: VenueSettings['abortedReplacement'];
  readonly fillRowsLagMs?: number;
  /** Contracts are not opened this close to their last trade. */
  readonly openUntilMs?: number;
}

export interface SimulatedBroker extends Broker {
  readonly ledger: Ledger;
  readonly script: BrokerScript;
  /** Trades in the account by other hands, outside every rule. */
  tradeElsewhere(trade: ForeignTrade): void;
  /** Assignment, exercise or expiry at that price. */
  removePosition(symbol: InstrumentSymbol, at: Price): void;
  /** Ends an order as a broker may on its own: accepted first, rejected now. */
  rejectLate(orderId: OrderId, reason: string): void;
  /** The stream loses everything for so long, then reconnects. */
  disconnect(forMs: number): void;
  /** Lists show nothing new for so long. */
  freezeLists(forMs: number): void;
  close(): void;
}

export interface ForeignTrade {
  readonly instrument: Instrument;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly price: Price;
}

const DEFAULT_CASH = money('25000.00');
const DEFAULT_MARGIN = money('2000.00');
const OPEN_UNTIL_MS = 10 * 60_000;

export function createSimulatedBroker(options: SimulatedBrokerOptions): SimulatedBroker {
  const { clock } = options;
  const latency = { ...USUAL_LATENCY, ...options.latency };
  const script = createScript();
  const lists = createOrderLists(clock, latency.listLagMs);
  const stream = createOrderStream(clock, latency.streamMs, script);
  const settings = settingsOf(options, latency);
  const venue = createVenue(options.cash ?? DEFAULT_CASH, settings, options.random);
  const { book } = venue;
  const runner = createVenueRunner({
    clock,
    quotes: options.quotes,
    venue,
    onChanged(order) {
      lists.update(order);
      stream.notify(order);
    },
  });

  /** One mutation on its way there and back. `act` does it at the venue. */
  function call(
    about: Call,
    act: (at: EpochMs, plan: OrderPlan) => VenueAnswer,
  ): Promise<MutationOutcome> {
    const { answer: fault, plan } = script.courseOf(about);
    const { requestMs, answerMs } = latency;
    return new Promise((resolve) => {
      const answerLater = (outcome: MutationOutcome, afterMs: number): void =>
        after(afterMs, () => resolve(outcome));
      const early = unanswered(fault);
      if (early !== null) {
        answerLater(early, early.kind === 'ambiguous' ? latency.timeoutMs : requestMs + answerMs);
      }
      if (fault !== null && neverArrives(fault)) return;
      const late = fault?.kind === 'ambiguous_late' ? fault.afterMs : 0;
      after(requestMs + late, () => {
        const answer = act(clock.now(), plan);
        const slower = fault?.kind === 'slow' ? fault.byMs : 0;
        if (early === null) answerLater(outcomeOf(answer), answerMs + slower);
      });
    });
  }

  function after(ms: number, action: () => void): void {
    if (ms <= 0) action();
    else clock.after(ms, action);
  }

  function query<T>(kind: Query, read: () => T): Promise<Result<T, QueryFault>> {
    const fault = script.faultOf(kind);
    return new Promise((resolve) => {
      after(latency.queryMs, () => resolve(fault === null ? ok(read()) : err(fault)));
    });
  }

  function aboutOrder(kind: 'replace' | 'cancel', orderId: OrderId): Call {
    const order = book.orders.get(orderId);
    return {
      kind,
      orderId,
      clientOrderId: order?.clientOrderId ?? null,
      ticket: order ?? null,
    };
  }

  function answered(input: VenueInput): VenueAnswer {
    const answer = runner.perform(input);
    invariant(answer !== null, 'the venue answers every mutation');
    return answer;
  }

  return {
    ledger: runner.ledger,
    script,
    place(ticket) {
      const { clientOrderId } = ticket;
      return call({ kind: 'place', clientOrderId, orderId: null, ticket }, (at, plan) =>
        answered({ kind: 'place', order: ticket, plan, at }),
      );
    },
    replace({ orderId, clientOrderId, terms }) {
      const about = aboutOrder('replace', orderId);
      const ticket = about.ticket === null ? null : { ...about.ticket, terms };
      return call({ ...about, clientOrderId, ticket }, (at, plan) =>
        answered({ kind: 'replace', orderId, clientOrderId, terms, plan, at }),
      );
    },
    cancel: (orderId) =>
      call(aboutOrder('cancel', orderId), (at) => answered({ kind: 'cancel', orderId, at })),
    orders: (since) => query('orders', () => lists.since(since)),
    orderById: (orderId) => query('order', () => lists.byId(orderId)),
    ordersByClientId: (id, since) => query('client_id', () => lists.byClientId(id, since)),
    positions: () => query('positions', () => book.holdings.values().map(positionOf).toArray()),
    balances: () => query('balances', () => balancesOf(book, runner.markOf)),
    onOrder: stream.onOrder,
    onReconnect: stream.onReconnect,
    tradeElsewhere(trade) {
      runner.perform({ kind: 'trade_elsewhere', ...trade, at: clock.now() });
    },
    removePosition(symbol, price) {
      runner.perform({ kind: 'remove_position', symbol, price, at: clock.now() });
    },
    rejectLate(orderId, reason) {
      runner.perform({ kind: 'reject', orderId, reason, at: clock.now() });
    },
    disconnect: stream.disconnect,
    freezeLists: lists.freeze,
    close: runner.close,
  };
}

function settingsOf(options: SimulatedBrokerOptions, latency: BrokerLatency): VenueSettings {
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

/** The outcome of a call whose true answer never comes back. */
function unanswered(fault: AnswerFault | null): MutationOutcome | null {
  switch (fault?.kind) {
    case 'ambiguous_with_effect':
    case 'ambiguous_without_effect':
    case 'ambiguous_late':
      return { kind: 'ambiguous', detail: 'no answer from the simulated broker' };
    case 'not_sent':
      return { kind: 'not_sent', reason: fault.reason, detail: 'by the script of this broker' };
    case 'rejected':
      return { kind: 'rejected', rejection: fault.rejection };
    default:
      return null;
  }
}

function neverArrives({ kind }: AnswerFault): boolean {
  return kind === 'ambiguous_without_effect' || kind === 'not_sent' || kind === 'rejected';
}

function outcomeOf(answer: VenueAnswer): MutationOutcome {
  return answer.kind === 'accepted'
    ? { kind: 'acked', order: answer.order }
    : { kind: 'rejected', rejection: answer.rejection };
}

function positionOf(holding: Holding): Position {
  const { instrument, net } = holding;
  const { symbol, multiplier } = instrument;
  return { symbol, net, averagePrice: averagePrice(holding), multiplier };
}
