/**
 * Every trade the desk has, found by trade, client order id and broker order id, and the state of
 * the desk as a whole. Changes only by applying records: replaying the journal gives it back.
 */
import type { Recorded } from '#events/record.ts';
import type { IsoDate } from '#kernel/calendar.ts';
import type { ClientOrderId, OrderId, TradeId } from '#kernel/ids.ts';
import { invariant } from '#kernel/invariant.ts';
import type { Money } from '#kernel/price.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { KillState } from '#risk/model.ts';
import { applyToTrade, restartTrade } from './core/apply.ts';
import type { DeskRecord, OrderIntent, Trade, TradeOrder, TradeRecord } from './model.ts';

export interface OrderPlace {
  readonly trade: Trade;
  readonly order: TradeOrder;
}

const TRADE_KINDS: ReadonlySet<string> = new Set<TradeRecord['kind']>([
  'trade.opened',
  'order.intended',
  'order.answered',
  'order.seen',
  'order.missed',
  'order.ended',
  'entry.stepped',
  'entry.converted',
  'entry.ending',
  'entry.ended',
  'close.requested',
  'close.stepped',
  'close.ended',
  'position.reduced',
  'trade.blocked',
  'trade.released',
  'trade.ended',
]);

/**
 * Append-only in spirit: `apply` is the only way in. Ended trades stay until `prune`, for the
 * figures of the day; the ids of all trades ever stay for good.
 */
export class Book {
  readonly #trades = new Map<TradeId, Trade>();
  readonly #open = new Set<TradeId>();
  readonly #endedAt = new Map<TradeId, EpochMs>();
  readonly #everTraded = new Set<string>();
  readonly #tradeOfClientId = new Map<ClientOrderId, TradeId>();
  readonly #placeOfOrderId = new Map<OrderId, { trade: TradeId; cid: ClientOrderId }>();
  readonly #foreign = new Set<OrderId>();
  readonly #buyingPower = new Map<IsoDate, Money>();
  #killState: KillState = 'ACTIVE';
  #epoch = 0;
  #mutations: EpochMs[] = [];
  #rejects: EpochMs[] = [];

  apply(record: Recorded<DeskRecord>): void {
    if (isTradeRecord(record)) this.#applyToTrade(record);
    else this.#applyToDesk(record);
  }

  trade(id: TradeId): Trade | null {
    return this.#trades.get(id) ?? null;
  }

  /** Not ended, oldest first. */
  open(): readonly Trade[] {
    return [...this.#open].flatMap((id) => this.#trades.get(id) ?? []);
  }

  /** Every trade still in memory: open ones, and those ended since the last `prune`. */
  all(): Iterable<Trade> {
    return this.#trades.values();
  }

  byClientId(cid: ClientOrderId): OrderPlace | null {
    return this.#place(this.#tradeOfClientId.get(cid), cid);
  }

  byOrderId(id: OrderId): OrderPlace | null {
    const found = this.#placeOfOrderId.get(id);
    return found === undefined ? null : this.#place(found.trade, found.cid);
  }

  isForeign(id: OrderId): boolean {
    return this.#foreign.has(id);
  }

  /** Whether this client order id belongs to a trade this desk ever had, however long ago. */
  hasTraded(cid: ClientOrderId): boolean {
    return this.#everTraded.has(cid.split('.')[2] ?? '');
  }

  /** Of the last run on record; 0 before the first. */
  get epoch(): number {
    return this.#epoch;
  }

  get killState(): KillState {
    return this.#killState;
  }

  /** First balance of that trading day, or `null` before it was read. */
  initialBuyingPower(day: IsoDate): Money | null {
    return this.#buyingPower.get(day) ?? null;
  }

  /** Submits, replaces and cancels intended at or after that time. */
  mutationsSince(at: EpochMs): number {
    return this.#mutations.length - firstAtOrAfter(this.#mutations, at);
  }

  /** Orders refused at or after that time, without one accepted since. */
  rejectsInARow(since: EpochMs): number {
    return this.#rejects.filter((at) => at >= since).length;
  }

  /** Drops trades that ended, and counters from, before that time. */
  prune(before: EpochMs): void {
    this.#mutations = this.#mutations.slice(firstAtOrAfter(this.#mutations, before));
    for (const [id, at] of this.#endedAt) if (at < before) this.#forget(id);
  }

  #applyToTrade(record: TradeRecord): void {
    const { trade } = record;
    invariant(trade !== undefined, `${record.kind} names its trade`);
    this.#trades.set(trade, applyToTrade(this.#trades.get(trade) ?? null, record));
    if (record.kind === 'trade.opened') {
      this.#open.add(trade);
      this.#everTraded.add(trade);
    }
    if (record.kind === 'trade.ended') {
      this.#open.delete(trade);
      this.#endedAt.set(trade, record.body.at);
    }
    if (record.kind === 'order.intended')
      this.#indexIntent(record.body.intent, trade, record.body.at);
    if (record.kind === 'order.answered') this.#indexAnswer(record, trade);
    if (record.kind === 'order.seen') {
      const { cid, orderId, status } = record.body.sighting;
      this.#placeOfOrderId.set(orderId, { trade, cid });
      if (status === 'rejected') this.#rejects.push(record.body.at);
    }
  }

  #indexIntent(intent: OrderIntent, trade: TradeId, at: EpochMs): void {
    this.#mutations.push(at);
    if (intent.op !== 'cancel') this.#tradeOfClientId.set(intent.cid, trade);
  }

  #indexAnswer(
    { body: { answer, cid, op, at } }: Extract<TradeRecord, { kind: 'order.answered' }>,
    trade: TradeId,
  ): void {
    if (op === 'cancel') return;
    if (answer.kind === 'acked') {
      this.#placeOfOrderId.set(answer.orderId, { trade, cid });
      this.#rejects = [];
    }
    if (answer.kind === 'rejected') this.#rejects.push(at);
  }

  #applyToDesk(record: Exclude<Recorded<DeskRecord>, TradeRecord>): void {
    if (record.kind === 'run.started') {
      this.#epoch = record.body.epoch;
      for (const trade of this.open()) {
        this.#trades.set(trade.id, restartTrade(trade, record.body.at));
      }
    }
    if (record.kind === 'kill_state.changed') this.#killState = record.body.to;
    if (record.kind === 'buying_power.captured') {
      this.#buyingPower.set(record.body.day, record.body.amount);
    }
    if (record.kind === 'order.foreign') this.#foreign.add(record.body.orderId);
  }

  #place(trade: TradeId | undefined, cid: ClientOrderId): OrderPlace | null {
    const found = trade === undefined ? undefined : this.#trades.get(trade);
    const order = found?.orders.find((other) => other.cid === cid);
    return found === undefined || order === undefined ? null : { trade: found, order };
  }

  #forget(id: TradeId): void {
    for (const order of this.#trades.get(id)?.orders ?? []) {
      this.#tradeOfClientId.delete(order.cid);
      if (order.orderId !== null) this.#placeOfOrderId.delete(order.orderId);
    }
    this.#trades.delete(id);
    this.#endedAt.delete(id);
  }
}

function isTradeRecord(record: Recorded<DeskRecord>): record is Recorded<DeskRecord> & TradeRecord {
  return TRADE_KINDS.has(record.kind);
}

function firstAtOrAfter(times: readonly EpochMs[], at: EpochMs): number {
  let index = times.length;
  while (index > 0 && (times[index - 1] ?? at) >= at) index -= 1;
  return index;
}
