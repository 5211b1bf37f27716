/**
 * Every trade the desk has, found by trade, client order id and broker order id, and the state of
 * the desk as a whole. Changes only by applying records: replaying the journal gives it back.
 */
import type { Recorded } from '#events/record.ts';
import type { IsoDate } from '#kernel/calendar.ts';
import { asTradeId, type ClientOrderId, type OrderId, type TradeId } from '#kernel/ids.ts';
import { invariant } from '#kernel/invariant.ts';
import type { Money } from '#kernel/price.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { KillState } from '#risk/model.ts';
import { applyToTrade, restartTrade, timedAnew } from './core/apply.ts';
import { notAfter } from './core/instants.ts';
import type { DeskRecord, OrderIntent, Trade, TradeOrder, TradeRecord } from './model.ts';

export interface OrderPlace {
  readonly trade: Trade;
  readonly order: TradeOrder;
}

type BodyOf<K extends TradeRecord['kind']> = Extract<TradeRecord, { kind: K }>['body'];

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
  readonly #everTraded = new Set<string>();
  readonly #tradeOfClientId = new Map<ClientOrderId, TradeId>();
  readonly #placeOfOrderId = new Map<OrderId, { trade: TradeId; cid: ClientOrderId }>();
  readonly #foreign = new Set<OrderId>();
  readonly #buyingPower = new Map<IsoDate, Money>();
  #killState: KillState = 'ACTIVE';
  #epoch = 0;
  #mutations: EpochMs[] = [];
  #rejects: EpochMs[] = [];
  #isRunning = false;
  #uncleanStarts: EpochMs[] = [];

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

  /** Whether this client order id belongs to a trade this desk has had and no longer keeps. */
  isOfForgotten(cid: ClientOrderId): boolean {
    const id = cid.split('.')[2] ?? '';
    return this.#everTraded.has(id) && !this.#trades.has(asTradeId(id));
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

  /** Orders refused at or after that time, without one at work since. */
  rejectsInARow(since: EpochMs): number {
    return this.#rejects.length - firstAtOrAfter(this.#rejects, since);
  }

  /** Runs begun at or after that time while the one before had not come to its end. */
  uncleanStarts(since: EpochMs): number {
    return this.#uncleanStarts.length - firstAtOrAfter(this.#uncleanStarts, since);
  }

  /** Drops trades that ended, and counters from, before that time. */
  prune(before: EpochMs): void {
    this.#mutations = this.#mutations.slice(firstAtOrAfter(this.#mutations, before));
    this.#uncleanStarts = this.#uncleanStarts.slice(firstAtOrAfter(this.#uncleanStarts, before));
    for (const trade of this.#trades.values()) {
      if (trade.endedAt !== null && trade.endedAt < before) this.#forget(trade);
    }
  }

  #applyToTrade(record: TradeRecord): void {
    const { trade: id } = record;
    invariant(id !== undefined, `${record.kind} names its trade`);
    const trade = applyToTrade(this.#trades.get(id) ?? null, record);
    this.#trades.set(id, trade);
    if (trade.ended === null) this.#open.add(id);
    else this.#open.delete(id);
    if (record.kind === 'trade.opened') this.#everTraded.add(id);
    if (record.kind === 'order.intended') this.#indexIntent(record.body.intent, id, record.body.at);
    if (record.kind === 'order.answered') this.#indexAnswer(record.body, id);
    if (record.kind === 'order.seen') this.#indexSighting(record.body, trade);
  }

  #indexIntent(intent: OrderIntent, trade: TradeId, at: EpochMs): void {
    this.#mutations.push(at);
    if (intent.op !== 'cancel') this.#tradeOfClientId.set(intent.cid, trade);
  }

  #indexAnswer({ answer, cid, op, at }: BodyOf<'order.answered'>, trade: TradeId): void {
    if (op === 'cancel') return;
    if (answer.kind === 'acked') this.#placeOfOrderId.set(answer.orderId, { trade, cid });
    if (answer.kind === 'rejected' && op === 'submit') this.#rejects.push(at);
  }

  #indexSighting({ sighting, at }: BodyOf<'order.seen'>, trade: Trade): void {
    const { cid, orderId, status, filled } = sighting;
    this.#placeOfOrderId.set(orderId, { trade: trade.id, cid });
    if (status === 'working' || filled > 0) this.#rejects = [];
    // An edit that ends rejected says that its original has filled, not that orders are refused.
    const isEdit = trade.orders.some((order) => order.cid === cid && order.replaces !== null);
    if (status === 'rejected' && !isEdit) this.#rejects.push(at);
  }

  #applyToDesk(record: Exclude<Recorded<DeskRecord>, TradeRecord>): void {
    if (record.kind === 'run.ended') this.#isRunning = false;
    if (record.kind === 'run.started') {
      if (this.#isRunning) this.#uncleanStarts.push(record.body.at);
      this.#isRunning = true;
      this.#epoch = record.body.epoch;
      this.#timeAnew(record.body.at, restartTrade);
    }
    if (record.kind === 'clock.stepped') this.#timeAnew(record.body.at, timedAnew);
    if (record.kind === 'kill_state.changed') this.#killState = record.body.to;
    if (record.kind === 'buying_power.captured') {
      this.#buyingPower.set(record.body.day, record.body.amount);
    }
    if (record.kind === 'order.foreign') this.#foreign.add(record.body.orderId);
  }

  #timeAnew(at: EpochMs, change: (trade: Trade, at: EpochMs) => Trade): void {
    for (const trade of this.open()) this.#trades.set(trade.id, change(trade, at));
    const past = (times: readonly EpochMs[]): EpochMs[] => times.map((time) => notAfter(time, at));
    this.#mutations = past(this.#mutations);
    this.#rejects = past(this.#rejects);
    this.#uncleanStarts = past(this.#uncleanStarts);
  }

  #place(trade: TradeId | undefined, cid: ClientOrderId): OrderPlace | null {
    const found = trade === undefined ? undefined : this.#trades.get(trade);
    const order = found?.orders.find((other) => other.cid === cid);
    return found === undefined || order === undefined ? null : { trade: found, order };
  }

  #forget({ id, orders }: Trade): void {
    for (const order of orders) {
      this.#tradeOfClientId.delete(order.cid);
      if (order.orderId !== null) this.#placeOfOrderId.delete(order.orderId);
    }
    this.#trades.delete(id);
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
