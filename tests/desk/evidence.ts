/**
 * What a judge goes by: the broker's ledger and the journal. Orders and trades as these tell them,
 * never as the desk believes them to be.
 */
import type { Ledger, SeenMutation, SeenStatus, SeenTrade } from '#adapters/simulated/ledger.ts';
import type { AlertSettings } from '#alerts/settings.ts';
import { createRecollection, type Recollection, recall } from '#app/trading-desk.ts';
import type { Recorded } from '#events/record.ts';
import type { ClientOrderId, OrderId, OrderRole, TradeId } from '#kernel/ids.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { InstrumentSymbol } from '#market/instrument.ts';
import type { DeskRecord } from '#orders/model.ts';
import type { BrokerOrder } from '#orders/ports.ts';
import type { EntryPlan } from '#risk/model.ts';
import { ENDED } from './ledger-lines.ts';

export type Kind = DeskRecord['kind'];
type RecordOf<K extends Kind> = Recorded<Extract<DeskRecord, { readonly kind: K }>>;

/** An order at the broker that carries our mark. */
export interface OurOrder {
  readonly order: BrokerOrder;
  readonly cid: ClientOrderId;
  readonly trade: string;
  readonly role: OrderRole;
}

export type LedgerEvent =
  | { readonly what: 'mutation'; readonly entry: SeenMutation }
  | { readonly what: 'status'; readonly entry: SeenStatus }
  | { readonly what: 'trade'; readonly entry: SeenTrade };

export interface OpenedTrade {
  readonly id: TradeId;
  readonly plan: EntryPlan;
  readonly risk: number;
  readonly seq: number;
}

/** What happened at the broker; what it came to in money is nobody's question here. */
export type Books = Omit<Ledger, 'account'>;

export interface Evidence {
  readonly ledger: Books;
  readonly records: readonly Recorded<DeskRecord>[];
  readonly trades: readonly OpenedTrade[];
  readonly orders: readonly OurOrder[];
  readonly events: readonly LedgerEvent[];
  readonly people: ReadonlySet<string>;
  readonly channels: ReadonlySet<string>;
  readonly duplicateWindowMs: number;
  /** So long a request may be on its way before the broker meets it. */
  readonly underWayMs: number;
  readonly now: EpochMs;
  of<K extends Kind>(kind: K): readonly RecordOf<K>[];
}

const ROLES: Readonly<Record<string, OrderRole>> = { E: 'entry', X: 'exit', C: 'close' };

/** A world, or what a process has left behind. */
export interface Witness {
  readonly broker: { readonly ledger: Books };
  readonly clock: { now(): EpochMs };
  readonly settings: {
    readonly alerts: Pick<AlertSettings, 'people' | 'channels' | 'duplicateWindowMs'>;
    readonly orders: { readonly idPrefix: string };
  };
  /** 0 where requests take no time but a test's own. */
  readonly underWayMs?: number;
  records(): readonly Recorded<DeskRecord>[];
}

export function evidenceOf(world: Witness): Evidence {
  const { ledger } = world.broker;
  const records = world.records();
  const of = <K extends Kind>(kind: K): readonly RecordOf<K>[] =>
    records.filter((record): record is RecordOf<K> => record.kind === kind);
  const { people, channels, duplicateWindowMs } = world.settings.alerts;
  const prefix = `${world.settings.orders.idPrefix}.`;
  return {
    ledger,
    records,
    trades: of('trade.opened').map(({ seq, body: { plan, risk } }) => ({
      id: plan.tradeId,
      plan,
      risk,
      seq,
    })),
    orders: ledger.orders().flatMap((order) => ourOrder(order, prefix)),
    events: eventsOf(ledger),
    people: new Set(
      Object.keys(people).filter((id) => people[id]?.permissions.includes('alert') ?? false),
    ),
    channels: new Set(Object.keys(channels).filter((id) => channels[id]?.purpose === 'alerts')),
    duplicateWindowMs,
    underWayMs: world.underWayMs ?? 0,
    now: world.clock.now(),
    of,
  };
}

/** Everything that happened at the broker, in order. */
function eventsOf(ledger: Books): readonly LedgerEvent[] {
  const events: LedgerEvent[] = [
    ...ledger.mutations.map((entry) => ({ what: 'mutation', entry }) as const),
    ...ledger.statuses.map((entry) => ({ what: 'status', entry }) as const),
    ...ledger.trades.map((entry) => ({ what: 'trade', entry }) as const),
  ];
  return events.toSorted((a, b) => a.entry.seq - b.entry.seq);
}

function ourOrder(order: BrokerOrder, prefix: string): readonly OurOrder[] {
  const { clientOrderId: cid } = order;
  if (cid === null || !cid.startsWith(prefix)) return [];
  const parts = partsOf(cid);
  return parts === null ? [] : [{ order, cid, ...parts }];
}

/** The trade and the role a client order id names. */
export function partsOf(
  cid: ClientOrderId,
): { readonly trade: string; readonly role: OrderRole } | null {
  const [, , trade, last = ''] = cid.split('.');
  const role = ROLES[last.charAt(0)];
  return trade === undefined || role === undefined ? null : { trade, role };
}

/** What one order has done by some moment of the ledger. */
export interface Standing {
  readonly order: OurOrder;
  readonly filled: number;
  readonly isLive: boolean;
}

export interface Moment {
  readonly at: EpochMs;
  readonly standings: ReadonlyMap<OrderId, Standing>;
  /** Net position by symbol, everybody's trades counted. */
  readonly net: ReadonlyMap<InstrumentSymbol, number>;
}

/**
 * Goes through the ledger and stops after every step of the venue. Within a step an order and its
 * replacement change one after the other; between steps both are as the venue left them.
 */
export function* moments({ events, orders }: Evidence): Generator<Moment> {
  const ours = new Map(orders.map((order) => [order.order.orderId, order]));
  const standings = new Map<OrderId, Standing>();
  const net = new Map<InstrumentSymbol, number>();
  let at: EpochMs | null = null;
  for (const { what, entry } of events) {
    const beginsStep = what !== 'status' || entry.at !== at;
    if (at !== null && beginsStep) yield { at, standings, net };
    ({ at } = entry);
    if (what === 'trade') {
      const signed = entry.side === 'buy' ? entry.quantity : -entry.quantity;
      net.set(entry.symbol, (net.get(entry.symbol) ?? 0) + signed);
    }
    if (what === 'mutation' || entry.orderId === null) continue;
    const order = ours.get(entry.orderId);
    if (order === undefined) continue;
    const before = standings.get(entry.orderId);
    standings.set(entry.orderId, {
      order,
      filled: (before?.filled ?? 0) + (what === 'trade' ? entry.quantity : 0),
      isLive: what === 'status' ? !ENDED.has(entry.status) : (before?.isLive ?? true),
    });
  }
  if (at !== null) yield { at, standings, net };
}

/** The state of the desk as its journal alone gives it back. */
export function replayed(records: Iterable<Recorded<DeskRecord>>): Recollection {
  const recollection = createRecollection();
  for (const record of records) recall(recollection, record);
  return recollection;
}

/** Still to fill; 0 when it can fill no more. */
export function openOf({ order, filled, isLive }: Standing): number {
  return isLive ? order.order.quantity - filled : 0;
}
