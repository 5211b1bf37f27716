/**
 * Asks the broker about orders and records what is new.
 *
 * Answers are hints until recorded, and absence is never concluded here: a look that finds nothing
 * is a record of its own, and `resolve/absence.ts` weighs them.
 */
import { type ClientOrderId, isOfCertification, type OrderId } from '#kernel/ids.ts';
import { plus } from '#kernel/time.ts';
import type { OrderPlace } from './book.ts';
import { applyToTrade } from './core/apply.ts';
import { boughtPossible } from './core/exposure.ts';
import { missedRecord, seenRecord, sightingOf } from './core/facts.ts';
import type { Move } from './core/moves.ts';
import { missed } from './core/order-life.ts';
import type { DeskCore } from './desk-core.ts';
import type { SightingSource, Trade, TradeOrder, TradeRecord } from './model.ts';
import { type BrokerOrder, hasEnded } from './ports.ts';
import { answerOf } from './query.ts';
import { isAbsent } from './resolve/absence.ts';

/** Further than the broker's clock and ours are apart: an order overlooked would be sent twice. */
const LOOK_BACK_MS = 86_400_000;
const ASKED_KEPT_MAX = 1_000;
/** A start asks for all orders at once: until that is answered, for so long, none is read alone. */
const LIST_WITHIN_MS = 2_000;

export class Reader {
  readonly #core: DeskCore;
  readonly #underWay = new Set<ClientOrderId>();
  /** On the monotonic clock; oldest first. */
  readonly #askedAt = new Map<ClientOrderId, number>();
  #isListed = false;
  /** On the monotonic clock. */
  #wantedSince: number | null = null;

  constructor(core: DeskCore) {
    this.#core = core;
  }

  /** The list of all orders was answered, or was not to be had. */
  listed(): void {
    this.#isListed = true;
  }

  /** Makes the reads that are not under way and were not made a moment ago. */
  ask(reads: readonly Move[], trade: Trade): void {
    if (reads.length > 0 && this.#awaitsList()) return;
    for (const move of reads) {
      if (move.kind !== 'look_up' && move.kind !== 'read') continue;
      if (this.#mayAsk(move.cid)) void this.#answer(move, trade);
    }
  }

  /** Takes in one order as the broker states it, ours or not. */
  see(order: BrokerOrder, source: SightingSource): void {
    const { clientOrderId: cid, orderId } = order;
    const { book } = this.#core;
    const place = (cid === null ? null : book.byClientId(cid)) ?? book.byOrderId(orderId);
    if (place === null) this.#seeForeign(order);
    else if (place.order.orderId !== null && place.order.orderId !== orderId) {
      this.#seeDouble(place, orderId);
    } else this.#seeOurs(place, order, source);
  }

  #awaitsList(): boolean {
    const now = this.#core.deps.clock.mono();
    this.#wantedSince ??= now;
    return !this.#isListed && now - this.#wantedSince < LIST_WITHIN_MS;
  }

  #mayAsk(cid: ClientOrderId): boolean {
    const { clock, settings } = this.#core.deps;
    const now = clock.mono();
    const last = this.#askedAt.get(cid);
    if (this.#underWay.has(cid)) return false;
    if (last !== undefined && now - last < settings.readEveryMs) return false;
    this.#underWay.add(cid);
    this.#askedAt.delete(cid);
    this.#askedAt.set(cid, now);
    const [oldest] = this.#askedAt.keys();
    if (this.#askedAt.size > ASKED_KEPT_MAX && oldest !== undefined) this.#askedAt.delete(oldest);
    return true;
  }

  async #answer(move: Extract<Move, { cid: ClientOrderId }>, trade: Trade): Promise<void> {
    if (move.kind === 'look_up') await this.#lookUp(trade, move.cid);
    else await this.#read(move.cid, move.orderId);
    this.#underWay.delete(move.cid);
    this.#core.touch(trade.id);
  }

  async #lookUp(trade: Trade, cid: ClientOrderId): Promise<void> {
    const since = plus(trade.openedAt, -LOOK_BACK_MS);
    const { broker } = this.#core.deps;
    const answer = await answerOf(this.#core, `look for ${cid}`, () =>
      broker.ordersByClientId(cid, since),
    );
    if (answer === null) return;
    for (const order of answer.value) this.see(order, 'look_up');
    const phase = this.#core.book.byClientId(cid)?.order.phase;
    const isSought = phase === 'unknown' || phase === 'unsent';
    if (answer.value.length === 0 && isSought) this.#miss(cid);
  }

  #miss(cid: ClientOrderId): void {
    const place = this.#core.book.byClientId(cid);
    if (place === null) return;
    this.#core.record([missedRecord(place.trade, place.order, this.#core.now())], 'lazy');
  }

  async #read(cid: ClientOrderId, orderId: OrderId): Promise<void> {
    const { broker, settings } = this.#core.deps;
    const answer = await answerOf(this.#core, `read ${cid}`, () => broker.orderById(orderId));
    if (answer === null) return;
    if (answer.value !== null) {
      this.see(answer.value, 'poll');
      return;
    }
    // A list may lag behind an order just taken: only one that stays away has vanished.
    const place = this.#core.book.byClientId(cid);
    if (place === null) return;
    const after = missed(place.order, this.#core.now());
    if (!isAbsent(place.order, settings) && isAbsent(after, settings)) {
      this.#core.incident('order_vanished', `the broker knows no order ${orderId}`, place.trade.id);
      this.#core.raise('PAUSE', `the broker no longer knows our order ${orderId}`);
    }
    this.#miss(cid);
  }

  #seeOurs(place: OrderPlace, stated: BrokerOrder, source: SightingSource): void {
    const { order, trade } = place;
    const sighting = sightingOf(order, stated, source);
    if (sighting === null) return;
    const seen = seenRecord(trade, sighting, source, this.#core.now());
    this.#stopFor(place, seen);
    this.#core.record([seen], 'lazy');
    if (sighting.status === 'rejected' && order.side === 'sell') {
      this.#core.doubtPosition(trade.plan.instrument.symbol);
    }
  }

  /**
   * What stops the desk goes on record before what it is seen in: a crash between the two finds it
   * again, one the other way round would have hidden it.
   */
  #stopFor({ order, trade }: OrderPlace, seen: TradeRecord): void {
    if (wasGivenUp(order)) {
      // Later than anything the quarantine allows for: the next may be too.
      const late = `${order.cid} turned up after it was given up`;
      this.#core.incident('order_late', late, trade.id);
      this.#core.raise('PAUSE', late);
    }
    const known = this.#core.book.trade(trade.id) ?? trade;
    const most = trade.plan.quantity;
    const after = boughtPossible(applyToTrade(known, seen));
    if (after <= most || boughtPossible(known) > most) return;
    // The exit covers what was bought too much; only entries stop.
    const bought = `bought ${after} of ${most} approved`;
    this.#core.incident('over_fill', bought, trade.id);
    this.#core.raise('PAUSE', `${trade.id} ${bought}`);
  }

  #seeDouble({ order, trade }: OrderPlace, second: OrderId): void {
    const detail = `${order.cid} is on ${order.orderId} and on ${second}`;
    if (this.#core.book.killState !== 'HALT') {
      this.#core.incident('client_id_doubled', detail, trade.id);
    }
    this.#core.raise('HALT', `two orders carry one client id: ${detail}`);
  }

  /** Orders made by hand are normal; one that carries our mark and is not on record is not. */
  #seeForeign(order: BrokerOrder): void {
    const { clientOrderId: cid, orderId, symbol, side, quantity } = order;
    const { book, deps } = this.#core;
    if (book.isForeign(orderId)) return;
    const isMarked = cid?.startsWith(`${deps.settings.idPrefix}.`) ?? false;
    if (cid !== null && isMarked && book.isOfForgotten(cid)) return;
    if (isMarked) {
      // Before the order itself is on record: once it is, it is known and told of no more.
      const detail = `order ${orderId} carries our mark (${cid}) and is not on record`;
      this.#core.incident('second_writer', detail);
      this.#core.raise('HALT', `another desk writes to this account: ${detail}`);
    }
    const about = { orderId, symbol, side, quantity, at: this.#core.now() };
    const isLeftover = isLeftByCertification(order, deps.environment);
    const body = { ...about, ...(isLeftover && { endedOf: 'certification' as const }) };
    this.#core.record([{ kind: 'order.foreign', body, actor: 'broker' }], 'sync');
    if (!isMarked && book.open().some(({ plan }) => plan.instrument.symbol === symbol)) {
      this.#core.suspectPositions();
    }
  }
}

/** An account with money is never certified: there such an order is as foreign as any. */
function isLeftByCertification(order: BrokerOrder, environment: string): boolean {
  const { clientOrderId: cid } = order;
  if (environment !== 'sandbox' && environment !== 'rehearsal') return false;
  return cid !== null && isOfCertification(cid) && hasEnded(order);
}

/**
 * Ended by us as never arrived, after looking for it. A replacement that was not sent is given up
 * unlooked for: its original is read again, and may well show it.
 */
function wasGivenUp({ end, status, replaces }: TradeOrder): boolean {
  return status === null && (end === 'absent' || (end === 'not_sent' && replaces === null));
}
