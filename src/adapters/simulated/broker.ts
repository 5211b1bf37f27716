/**
 * The simulated broker: the venue's engine behind the broker port, in the desk's time.
 *
 * A call travels `requestMs` to the venue and its answer `answerMs` back. Quotes of a feed of its
 * own meet the orders. Chance comes from the injected random, faults from the script alone.
 */
import type { OrderId } from '#kernel/ids.ts';
import { invariant } from '#kernel/invariant.ts';
import { type Price, ZERO_PRICE } from '#kernel/price.ts';
import type { Quantity } from '#kernel/quantity.ts';
import type { Instrument, InstrumentSymbol } from '#market/instrument.ts';
import type { Broker, Position, Side } from '#orders/ports.ts';
import {
  type BrokerLatency,
  DEFAULT_CASH,
  type SimulatedBrokerOptions,
  settingsOf,
  USUAL_LATENCY,
} from './broker-settings.ts';
import { Courier } from './courier.ts';
import type { Ledger } from './ledger.ts';
import { createOrderLists } from './order-lists.ts';
import { createOrderStream } from './order-stream.ts';
import { type BrokerScript, createScript } from './script.ts';
import { balancesOf } from './venue/accounting.ts';
import { averagePrice, type Book, type Holding, snapshot } from './venue/book.ts';
import { BY_MARKET } from './venue/plan.ts';
import type { Terms } from './venue/validation.ts';
import { createVenue, type Venue, type VenueAnswer, type VenueInput } from './venue/venue.ts';
import { restoreBook } from './venue-restore.ts';
import { VenueRunner } from './venue-runner.ts';

export interface SimulatedBroker extends Broker {
  readonly ledger: Ledger;
  readonly script: BrokerScript;
  /** An order by other hands, without an identifier; held to every rule of the venue. */
  placeElsewhere(order: Terms): VenueAnswer;
  /** A trade by other hands, outside every rule. */
  tradeElsewhere(trade: ForeignTrade): void;
  /** Assignment or exercise: the position goes, at that price in cash. */
  removePosition(symbol: InstrumentSymbol, each: Price): void;
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

/** A mutation at the venue, which answers every one. */
type Perform = (input: VenueInput) => VenueAnswer;

export function createSimulatedBroker(options: SimulatedBrokerOptions): SimulatedBroker {
  const { clock } = options;
  const latency = { ...USUAL_LATENCY, ...options.latency };
  const script = createScript();
  const faults = options.faults ?? script;
  const lists = createOrderLists(clock, latency.listLagMs);
  const stream = createOrderStream(clock, latency.streamMs, faults);
  const venue = openVenue(options, latency);
  const { book } = venue;
  const runner = new VenueRunner({
    clock,
    quotes: options.quotes,
    venue,
    memory: options.memory?.file ?? null,
    settlementOf: options.settlementOf ?? (() => ZERO_PRICE),
    onChanged(order) {
      lists.update(order);
      stream.notify(order);
    },
  });
  for (const order of book.orders.values()) lists.update(snapshot(order));
  runner.resume();
  const courier = new Courier(clock, latency, faults);
  const perform: Perform = (input) => {
    const answer = runner.perform(input);
    invariant(answer !== null, 'the venue answers every mutation');
    return answer;
  };
  return {
    ...mutations(courier, perform, book),
    orders: (since) => courier.query('orders', () => lists.since(since)),
    orderById: (orderId) => courier.query('order', () => lists.byId(orderId)),
    ordersByClientId: (id, since) => courier.query('client_id', () => lists.byClientId(id, since)),
    positions: () => courier.query('positions', () => [...book.holdings.values()].map(positionOf)),
    balances: () =>
      courier.query('balances', () =>
        balancesOf(book, (symbol, net) => runner.markOf(symbol, net)),
      ),
    onOrder: (listener) => stream.onOrder(listener),
    onReconnect: (listener) => stream.onReconnect(listener),
    ledger: runner.ledger,
    script,
    placeElsewhere: (order) =>
      perform({
        kind: 'place',
        order: { ...order, clientOrderId: null },
        plan: BY_MARKET,
        at: clock.now(),
      }),
    tradeElsewhere(trade) {
      runner.perform({ kind: 'trade_elsewhere', ...trade, at: clock.now() });
    },
    removePosition(symbol, each) {
      runner.perform({ kind: 'remove_position', symbol, price: each, at: clock.now() });
    },
    rejectLate(orderId, reason) {
      const timer = { kind: 'reject', orderId, reason } as const;
      runner.perform({ kind: 'timer', timer, at: clock.now() });
    },
    disconnect: (forMs) => stream.disconnect(forMs),
    freezeLists: (forMs) => lists.freeze(forMs),
    close() {
      courier.close();
      runner.close();
    },
  };
}

function mutations(
  courier: Courier,
  perform: Perform,
  book: Book,
): Pick<Broker, 'place' | 'replace' | 'cancel'> {
  return {
    place(ticket) {
      const call = { kind: 'place', clientOrderId: ticket.clientOrderId, orderId: null } as const;
      return courier.mutate({ ...call, ticket }, (at, plan) =>
        perform({ kind: 'place', order: ticket, plan, at }),
      );
    },
    replace({ orderId, clientOrderId, terms }) {
      const original = book.orders.get(orderId);
      const ticket = original === undefined ? null : { ...original, terms };
      return courier.mutate({ kind: 'replace', clientOrderId, orderId, ticket }, (at, plan) =>
        perform({ kind: 'replace', orderId, clientOrderId, terms, plan, at }),
      );
    },
    cancel(orderId) {
      const order = book.orders.get(orderId) ?? null;
      const clientOrderId = order?.clientOrderId ?? null;
      return courier.mutate({ kind: 'cancel', clientOrderId, orderId, ticket: order }, (at) =>
        perform({ kind: 'cancel', orderId, at }),
      );
    },
  };
}

/** A new venue, or one that stands where its file left it. */
function openVenue(options: SimulatedBrokerOptions, latency: BrokerLatency): Venue {
  const { memory, random, cash = DEFAULT_CASH } = options;
  const settings = settingsOf(options, latency);
  const kept = memory?.file.kept ?? [];
  // A restart must not draw again what was drawn before it.
  const venue = createVenue(
    cash,
    settings,
    kept.length > 0 ? random.fork(`${kept.length}`) : random,
  );
  if (memory !== undefined) restoreBook(venue.book, kept, memory.instrumentOf);
  return venue;
}

function positionOf(holding: Holding): Position {
  const { instrument, net } = holding;
  const { symbol, multiplier } = instrument;
  return { symbol, net, averagePrice: averagePrice(holding), multiplier };
}
