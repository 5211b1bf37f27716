/**
 * What truly happened at the simulated broker, for whoever judges a desk: every mutation that
 * reached it in order, every status, every trade. Never delayed, never faulty.
 */
import type { ClientOrderId, FillId, OrderId } from '#kernel/ids.ts';
import type { Money, Price } from '#kernel/price.ts';
import type { Quantity } from '#kernel/quantity.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { InstrumentSymbol } from '#market/instrument.ts';
import type {
  BrokerOrder,
  OrderStatus,
  OrderTerms,
  PositionEffect,
  Rejection,
  Side,
} from '#orders/ports.ts';
import { type Book, snapshot, type VenueOrder } from './venue/book.ts';
import type { VenueAnswer, VenueEffect, VenueInput } from './venue/venue.ts';

interface Entry {
  /** One count over all kinds of entries. */
  readonly seq: number;
  readonly at: EpochMs;
}

/** A mutation when the broker saw it, whether or not its sender ever learnt the answer. */
export interface SeenMutation extends Entry {
  readonly kind: 'place' | 'replace' | 'cancel';
  /** As the call carried it; `null` on a cancel. */
  readonly clientOrderId: ClientOrderId | null;
  /** The order to be replaced or cancelled. */
  readonly target: OrderId | null;
  /** The order placed, the replacement, or the one being cancelled; `null` when refused. */
  readonly orderId: OrderId | null;
  readonly terms: OrderTerms | null;
  readonly quantity: Quantity | null;
  readonly rejection: Rejection | null;
}

export interface SeenStatus extends Entry {
  readonly orderId: OrderId;
  readonly clientOrderId: ClientOrderId | null;
  readonly status: OrderStatus;
  readonly filled: number;
}

export interface SeenTrade extends Entry {
  readonly fillId: FillId;
  readonly orderId: OrderId;
  readonly clientOrderId: ClientOrderId | null;
  readonly symbol: InstrumentSymbol;
  readonly side: Side;
  readonly effect: PositionEffect;
  readonly quantity: Quantity;
  readonly price: Price;
}

export interface LedgerEntries {
  readonly mutations: readonly SeenMutation[];
  readonly statuses: readonly SeenStatus[];
  readonly trades: readonly SeenTrade[];
}

export interface Ledger extends LedgerEntries {
  /** Every order as it truly stands, all its fills shown. */
  orders(): readonly BrokerOrder[];
  /** Net contracts held; negative when short. */
  net(symbol: InstrumentSymbol): number;
  account(): AccountFigures;
}

export interface AccountFigures {
  readonly cash: Money;
  /** Results of what was closed, before fees. */
  readonly realised: Money;
  readonly fees: Money;
}

export interface LedgerWriter extends Ledger {
  /** Notes what one step of the venue brought, and what it answered. */
  note(input: VenueInput, answer: VenueAnswer | null, effects: readonly VenueEffect[]): void;
  /** How many entries there are. */
  count(): number;
  /** Those after the first `count`. */
  after(count: number): LedgerEntries;
  /** Takes in what an earlier process had noted. */
  restore(entries: LedgerEntries): void;
}

export function createLedger(book: Book): LedgerWriter {
  const mutations: SeenMutation[] = [];
  const statuses: SeenStatus[] = [];
  const trades: SeenTrade[] = [];
  let seq = 0;

  function noteMutation(input: VenueInput, answer: VenueAnswer): void {
    const call = callOf(input);
    if (call === null) return;
    seq += 1;
    const rejection = answer.kind === 'rejected' ? answer.rejection : null;
    const order = answer.kind === 'accepted' ? answer.order : null;
    const quantity = call.quantity ?? order?.quantity ?? null;
    mutations.push({
      seq,
      at: input.at,
      ...call,
      quantity,
      orderId: order?.orderId ?? null,
      rejection,
    });
  }

  function noteEffect(at: EpochMs, effect: VenueEffect): void {
    if (effect.kind === 'later' || effect.kind === 'removed') return;
    seq += 1;
    const { order } = effect;
    const { orderId, clientOrderId } = order;
    if (effect.kind === 'traded') {
      const { instrument, side, effect: position } = effect.order;
      const { fillId, quantity, price } = effect.fill;
      const { symbol } = instrument;
      const trade = { orderId, clientOrderId, symbol, side, effect: position };
      trades.push({ seq, at, fillId, ...trade, quantity, price });
    } else {
      const { status, quantity, remaining } = effect.order;
      statuses.push({ seq, at, orderId, clientOrderId, status, filled: quantity - remaining });
    }
  }

  return {
    mutations,
    statuses,
    trades,
    orders: () => book.orders.values().map(wholeSnapshot).toArray(),
    account: () => {
      const { cash, realised, fees } = book.account;
      return { cash, realised, fees };
    },
    net: (symbol) => book.holdings.get(symbol)?.net ?? 0,
    note(input, answer, effects) {
      if (answer !== null) noteMutation(input, answer);
      for (const effect of effects) noteEffect(input.at, effect);
    },
    count: () => seq,
    after: (count) => ({
      mutations: after(mutations, count),
      statuses: after(statuses, count),
      trades: after(trades, count),
    }),
    restore(entries) {
      mutations.push(...entries.mutations);
      statuses.push(...entries.statuses);
      trades.push(...entries.trades);
      const { length } = entries.mutations;
      seq += length + entries.statuses.length + entries.trades.length;
    },
  };
}

function after<E extends Entry>(entries: readonly E[], count: number): readonly E[] {
  let from = entries.length;
  while (from > 0 && (entries[from - 1]?.seq ?? 0) > count) from -= 1;
  return entries.slice(from);
}

function wholeSnapshot(order: VenueOrder): BrokerOrder {
  return { ...snapshot(order), fills: order.fills };
}

type CallFields = Pick<SeenMutation, 'kind' | 'clientOrderId' | 'target' | 'terms' | 'quantity'>;

function callOf(input: VenueInput): CallFields | null {
  switch (input.kind) {
    case 'place': {
      const { clientOrderId, terms, quantity } = input.order;
      return { kind: 'place', clientOrderId, target: null, terms, quantity };
    }
    case 'replace': {
      const { clientOrderId, terms, orderId: target } = input;
      return { kind: 'replace', clientOrderId, target, terms, quantity: null };
    }
    case 'cancel': {
      const { orderId: target } = input;
      return { kind: 'cancel', clientOrderId: null, target, terms: null, quantity: null };
    }
    case 'quote':
    case 'expire':
    case 'trade_elsewhere':
    case 'remove_position':
    case 'timer':
      return null;
  }
}
