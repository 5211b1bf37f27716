/**
 * Every trade the desk has, found by trade, client order id and broker order id, and the state of
 * the desk as a whole. Changes only by applying records: replaying the journal gives it back.
 */
import type { Recorded } from '#events/record.ts';
import { inBlocks } from '#kernel/blocks.ts';
import type { IsoDate } from '#kernel/calendar.ts';
import { asTradeId, type ClientOrderId, type OrderId, type TradeId } from '#kernel/ids.ts';
import { invariant } from '#kernel/invariant.ts';
import type { Money } from '#kernel/price.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { Armed, KillState } from '#risk/model.ts';
import { type ArmedSpan, afterClockStep, armedOf, armedSpan } from './armed-span.ts';
import { applyToTrade, restartTrade, timedAnew } from './core/apply.ts';
import { notAfter } from './core/instants.ts';
import type { DeskRecord, OrderIntent, Trade, TradeOrder, TradeRecord } from './model.ts';

export interface OrderPlace {
  readonly trade: Trade;
  readonly order: TradeOrder;
}

/** All that `apply` has made of the records so far, as plain data. */
export interface SavedBook {
  readonly trades: readonly Trade[];
  /** In the order they opened. */
  readonly open: readonly TradeId[];
  /** In blocks: they only ever become more. */
  readonly everTraded: readonly (readonly string[])[];
  readonly tradeOfClientId: readonly (readonly [ClientOrderId, TradeId])[];
  readonly placeOfOrderId: readonly (readonly [OrderId, TradeId, ClientOrderId])[];
  readonly foreign: readonly OrderId[];
  readonly buyingPower: readonly { readonly day: IsoDate; readonly amount: Money }[];
  readonly killState: KillState;
  readonly armed: ArmedSpan | null;
  readonly lastAt: EpochMs | null;
  readonly epoch: number;
  readonly mutations: readonly EpochMs[];
  readonly rejects: readonly EpochMs[];
  readonly isRunning: boolean;
  readonly uncleanStarts: readonly EpochMs[];
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
  /** The open trades as a list, until one of them changes. */
  #listed: readonly Trade[] | null = null;
  readonly #everTraded = new Set<string>();
  readonly #tradeOfClientId = new Map<ClientOrderId, TradeId>();
  readonly #placeOfOrderId = new Map<OrderId, { trade: TradeId; cid: ClientOrderId }>();
  readonly #foreign = new Set<OrderId>();
  readonly #buyingPower = new Map<IsoDate, Money>();
  #killState: KillState = 'ACTIVE';
  #armed: ArmedSpan | null = null;
  #lastAt: EpochMs | null = null;
  #epoch = 0;
  #mutations: EpochMs[] = [];
  #rejects: EpochMs[] = [];
  #isRunning = false;
  #uncleanStarts: EpochMs[] = [];

  apply(record: Recorded<DeskRecord>): void {
    this.#lastAt = record.wall;
    if (isTradeRecord(record)) this.#applyToTrade(record);
    else this.#applyToDesk(record);
  }

  save(): SavedBook {
    return {
      trades: [...this.#trades.values()],
      open: [...this.#open],
      everTraded: inBlocks(this.#everTraded),
      tradeOfClientId: [...this.#tradeOfClientId],
      placeOfOrderId: [...this.#placeOfOrderId].map(([id, { trade, cid }]) => [id, trade, cid]),
      foreign: [...this.#foreign],
      buyingPower: [...this.#buyingPower].map(([day, amount]) => ({ day, amount })),
      killState: this.#killState,
      armed: this.#armed,
      lastAt: this.#lastAt,
      epoch: this.#epoch,
      mutations: [...this.#mutations],
      rejects: [...this.#rejects],
      isRunning: this.#isRunning,
      uncleanStarts: [...this.#uncleanStarts],
    };
  }

  /** Of a new book, in place of the records that made what was saved. */
  restore(saved: SavedBook): void {
    for (const trade of saved.trades) this.#trades.set(trade.id, trade);
    for (const id of saved.open) this.#open.add(id);
    for (const id of saved.everTraded.flat()) this.#everTraded.add(id);
    for (const [cid, trade] of saved.tradeOfClientId) this.#tradeOfClientId.set(cid, trade);
    for (const [id, trade, cid] of saved.placeOfOrderId)
      this.#placeOfOrderId.set(id, { trade, cid });
    for (const id of saved.foreign) this.#foreign.add(id);
    for (const { day, amount } of saved.buyingPower) this.#buyingPower.set(day, amount);
    this.#killState = saved.killState;
    this.#armed = saved.armed;
    this.#lastAt = saved.lastAt;
    this.#epoch = saved.epoch;
    this.#mutations = [...saved.mutations];
    this.#rejects = [...saved.rejects];
    this.#isRunning = saved.isRunning;
    this.#uncleanStarts = [...saved.uncleanStarts];
  }

  trade(id: TradeId): Trade | null {
    return this.#trades.get(id) ?? null;
  }

  /** Not ended, oldest first. */
  open(): readonly Trade[] {
    this.#listed ??= [...this.#open].flatMap((id) => this.#trades.get(id) ?? []);
    return this.#listed;
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

  /** When the newest record was made, by the clock of then. */
  get lastAt(): EpochMs | null {
    return this.#lastAt;
  }

  /** Of the last run on record; 0 before the first. */
  get epoch(): number {
    return this.#epoch;
  }

  get killState(): KillState {
    return this.#killState;
  }

  /** As an admin made it in this run; `null` once it was taken away. Its end is for the reader. */
  get armed(): Armed | null {
    return this.#armed && armedOf(this.#armed);
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
    invariant(id !== undefined, () => `${record.kind} names its trade`);
    const before = this.#trades.get(id) ?? null;
    const trade = applyToTrade(before, record);
    this.#trades.set(id, trade);
    this.#listed = null;
    if (trade.ended === null) this.#open.add(id);
    else this.#open.delete(id);
    if (record.kind === 'trade.opened') this.#everTraded.add(id);
    if (record.kind === 'order.intended') this.#indexIntent(record.body.intent, id, record.body.at);
    if (record.kind === 'order.answered') this.#indexAnswer(record.body, id);
    if (record.kind === 'order.seen') this.#indexSighting(record.body, trade);
    if (before !== null && refusals(trade) > refusals(before)) this.#rejects.push(record.body.at);
  }

  #indexIntent(intent: OrderIntent, trade: TradeId, at: EpochMs): void {
    this.#mutations.push(at);
    if (intent.op !== 'cancel') this.#tradeOfClientId.set(intent.cid, trade);
  }

  #indexAnswer({ answer, cid, op }: BodyOf<'order.answered'>, trade: TradeId): void {
    if (op === 'cancel') return;
    if (answer.kind === 'acked') this.#placeOfOrderId.set(answer.orderId, { trade, cid });
  }

  #indexSighting({ sighting }: BodyOf<'order.seen'>, trade: Trade): void {
    const { cid, orderId, status, filled } = sighting;
    this.#placeOfOrderId.set(orderId, { trade: trade.id, cid });
    if (status === 'working' || filled > 0) this.#rejects = [];
  }

  #applyToDesk(record: Exclude<Recorded<DeskRecord>, TradeRecord>): void {
    if (record.kind === 'run.ended') this.#isRunning = false;
    if (record.kind === 'run.started') {
      if (this.#isRunning) this.#uncleanStarts.push(record.body.at);
      this.#isRunning = true;
      this.#epoch = record.body.epoch;
      this.#armed = null;
      this.#timeAnew(record.body.at, restartTrade);
    }
    if (record.kind === 'clock.stepped') {
      this.#timeAnew(record.body.at, timedAnew);
      this.#armed &&= afterClockStep(this.#armed, record.body.byMs);
    }
    if (record.kind === 'kill_state.changed') {
      this.#killState = record.body.to;
      // What the desk stops by itself takes a person to begin again.
      if (record.actor === 'engine') this.#armed = null;
    }
    if (record.kind === 'arming.armed') {
      this.#armed = armedSpan(record.body);
    }
    if (record.kind === 'arming.disarmed') this.#armed = null;
    if (record.kind === 'buying_power.captured') {
      this.#buyingPower.set(record.body.day, record.body.amount);
    }
    if (record.kind === 'order.foreign') this.#foreign.add(record.body.orderId);
  }

  #timeAnew(at: EpochMs, change: (trade: Trade, at: EpochMs) => Trade): void {
    for (const trade of this.open()) this.#trades.set(trade.id, change(trade, at));
    this.#listed = null;
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

/**
 * Orders of a trade that were refused, each once however often it was told. An edit that ends
 * rejected says that its original has filled, not that orders are refused.
 */
function refusals({ orders }: Trade): number {
  return orders.filter(({ end, replaces }) => end === 'rejected' && replaces === null).length;
}
