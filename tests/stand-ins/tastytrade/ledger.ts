/** The truth of what happened: every mutation that arrived, every order, fill and position. */
import type { Clock, EpochMs } from '#kernel/time.ts';
import type { Book } from './engine/book.ts';
import { firstLeg, isBuy, isTerminal, type Order, type Status } from './engine/model.ts';
import type { FillEvent, Trading } from './engine/trading.ts';

export interface Mutation {
  /** One count over mutations, changes and fills. */
  readonly seq: number;
  /** When its last byte had arrived. */
  readonly at: EpochMs;
  readonly method: string;
  readonly path: string;
  readonly externalIdentifier: string | null;
  /** As sent. */
  readonly body: unknown;
  /** Status answered, or `null` when nothing was. */
  status: number | null;
  /** The order it made or changed. */
  orderId: number | null;
}

export interface OrderEntry {
  readonly id: number;
  readonly account: string;
  readonly externalIdentifier: string | null;
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  readonly action: string;
  readonly type: string;
  readonly quantity: number;
  readonly filled: number;
  readonly price: bigint | null;
  readonly status: Status;
  readonly isTerminal: boolean;
  readonly replaces: number | null;
  readonly receivedAt: EpochMs;
}

export interface Change {
  readonly seq: number;
  readonly at: EpochMs;
  readonly order: OrderEntry;
}

export interface LedgerFill {
  readonly seq: number;
  readonly at: EpochMs;
  readonly orderId: number;
  readonly externalIdentifier: string | null;
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  readonly quantity: number;
  readonly price: bigint;
  readonly fillId: string;
}

export interface Ledger {
  readonly mutations: () => readonly Mutation[];
  readonly orders: () => readonly OrderEntry[];
  /** Every state an order was in, in order of time. */
  readonly changes: () => readonly Change[];
  readonly fills: () => readonly LedgerFill[];
  /** Net quantity by symbol, of one account or of all. */
  readonly positions: (account?: string) => ReadonlyMap<string, number>;
  /** Identifiers that more than one order carries. */
  readonly duplicates: () => readonly string[];
  /** The most that was ever held and working to be bought of a symbol at one instant. */
  readonly exposureMax: (symbol: string) => number;
}

export interface LedgerBook extends Ledger {
  readonly note: (mutation: Omit<Mutation, 'seq'>) => Mutation;
}

const KEPT_MAX = 200_000;

export function createLedger(clock: Clock, book: Book, trading: Trading): LedgerBook {
  const mutations: Mutation[] = [];
  const changes: Change[] = [];
  const fills: LedgerFill[] = [];
  let seq = 0;

  function nextSeq(): number {
    seq += 1;
    return seq;
  }

  book.onChange((order) =>
    keep(changes, { seq: nextSeq(), at: clock.now(), order: entryOf(order) }),
  );
  trading.onFill(({ order, leg, fill }: FillEvent) =>
    keep(fills, {
      seq: nextSeq(),
      at: fill.at,
      orderId: order.id,
      externalIdentifier: order.externalIdentifier,
      symbol: leg.instrument.symbol,
      side: isBuy(leg.action) ? 'buy' : 'sell',
      quantity: fill.quantity,
      price: fill.price,
      fillId: fill.fillId,
    }),
  );

  function allOrders(): readonly Order[] {
    return [...book.accounts.values()].flatMap((account) => [...account.orders.values()]);
  }

  return {
    note(mutation) {
      const noted = { ...mutation, seq: nextSeq() };
      keep(mutations, noted);
      return noted;
    },
    mutations: () => [...mutations],
    changes: () => [...changes],
    fills: () => [...fills],
    orders: () => allOrders().map(entryOf),
    positions(number) {
      const net = new Map<string, number>();
      for (const account of book.accounts.values()) {
        if (number !== undefined && account.number !== number) continue;
        for (const [symbol, holding] of account.holdings) {
          if (holding.net !== 0) net.set(symbol, (net.get(symbol) ?? 0) + holding.net);
        }
      }
      return net;
    },
    duplicates() {
      const counts = new Map<string, number>();
      for (const { externalIdentifier: id } of allOrders()) {
        if (id !== null) counts.set(id, (counts.get(id) ?? 0) + 1);
      }
      return [...counts].filter(([, count]) => count > 1).map(([id]) => id);
    },
    exposureMax(symbol) {
      const working = new Map<number, number>();
      const filledSoFar = new Map<number, number>();
      let held = 0;
      let most = 0;
      for (const { order } of changes.filter((each) => each.order.symbol === symbol)) {
        const before = filledSoFar.get(order.id) ?? 0;
        held += (order.side === 'buy' ? 1 : -1) * (order.filled - before);
        filledSoFar.set(order.id, order.filled);
        const rests = order.isTerminal || order.side === 'sell' || order.status === 'Contingent';
        working.set(order.id, rests ? 0 : order.quantity - order.filled);
        most = Math.max(most, held + [...working.values()].reduce((sum, each) => sum + each, 0));
      }
      return most;
    },
  };
}

function entryOf(order: Order): OrderEntry {
  const leg = firstLeg(order);
  return {
    id: order.id,
    account: order.account.number,
    externalIdentifier: order.externalIdentifier,
    symbol: leg.instrument.symbol,
    side: isBuy(leg.action) ? 'buy' : 'sell',
    action: leg.action,
    type: order.type,
    quantity: leg.quantity,
    filled: leg.quantity - leg.remaining,
    price: order.price,
    status: order.status,
    isTerminal: isTerminal(order),
    replaces: order.replaces?.id ?? null,
    receivedAt: order.receivedAt,
  };
}

function keep<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > KEPT_MAX) list.shift();
}
