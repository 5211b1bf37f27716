/**
 * Sends what is on record.
 *
 * Rule  nothing leaves before its intent is on disk, and nothing leaves late: kill state and age
 *       are checked once more at the moment of sending. What was held back is answered as not sent.
 */
import type { ClientOrderId, OrderId } from '#kernel/ids.ts';
import { liveOrders } from './core/exposure.ts';
import { answeredRecord, seenRecord, sightingOf } from './core/facts.ts';
import type { IntentRecord } from './core/moves.ts';
import type { DeskCore } from './desk-core.ts';
import type { OrderIntent, Trade } from './model.ts';
import type { BrokerOrder, MutationOutcome, NotSentReason, OrderTicket } from './ports.ts';

const THROTTLES_PER_MINUTE_MAX = 3;

export class Sender {
  readonly #core: DeskCore;
  #throttledAt: number[] = [];
  #hasFault = false;

  constructor(core: DeskCore) {
    this.#core = core;
  }

  /** Sends once `durable` resolves, and records what comes of it. */
  send(trade: Trade, record: IntentRecord, durable: Promise<void>): void {
    // A journal that cannot write says so itself, to whoever stops the process: nothing is sent.
    void durable.then(
      () => this.#deliver(trade, record),
      () => undefined,
    );
  }

  /** The journal has failed: working entries are taken back in the space it keeps for that. */
  takeBackOnFault(): void {
    this.#hasFault = true;
    for (const trade of this.#core.book.open()) {
      for (const { cid, orderId } of liveOrders(trade, 'entry')) {
        if (orderId !== null) this.#cancelInEmergency(trade, cid, orderId);
      }
    }
  }

  async #deliver(trade: Trade, record: IntentRecord): Promise<void> {
    const { intent } = record.body;
    const outcome = this.#heldBack(trade, record) ?? (await this.#call(trade, intent));
    if (this.#hasFault) {
      this.#takeBackLate(trade, intent, outcome);
      return;
    }
    this.#core.record([answeredRecord(trade, intent, outcome, this.#core.now())], 'lazy');
    if (outcome.kind === 'acked') this.#takeOrder(trade, intent, outcome.order);
    if (outcome.kind === 'rejected') this.#refused(trade, intent);
    if (outcome.kind === 'not_sent') this.#react(outcome.reason, outcome.detail);
    this.#core.touch(trade.id);
  }

  #heldBack(trade: Trade, { body: { intent, at } }: IntentRecord): MutationOutcome | null {
    if (intent.op === 'cancel') return null;
    const { book, deps } = this.#core;
    const role = book.byClientId(intent.cid)?.order.role ?? 'entry';
    const { entries, closes } = deps.permits(book.killState);
    const isAllowed = { entry: entries, exit: closes === 'all', close: closes !== 'none' }[role];
    if (!isAllowed) return withdrawn(`the kill state is ${book.killState}`);
    // A sell rests at its own price however late; an entry was priced for its moment.
    if (role !== 'entry') return null;
    const waitedMs = this.#core.now() - at;
    if (waitedMs > deps.settings.sendWithinMs) {
      return withdrawn(`its record took ${Math.round(waitedMs)} ms to reach the disk`);
    }
    const isEnding = book.trade(trade.id)?.entry.kind !== 'open';
    return isEnding ? withdrawn('the entry is ending') : null;
  }

  /** An adapter that throws or stays silent has said nothing: what was asked may have been done. */
  async #call(trade: Trade, intent: OrderIntent): Promise<MutationOutcome> {
    const { clock, settings } = this.#core.deps;
    const { promise: silence, resolve } = Promise.withResolvers<MutationOutcome>();
    const detail = `no answer within ${settings.answerWithinMs} ms`;
    const stopWaiting = clock.after(settings.answerWithinMs, () =>
      resolve({ kind: 'ambiguous', detail }),
    );
    try {
      return await Promise.race([this.#ask(trade, intent), silence]);
    } catch (error) {
      this.#core.incident('adapter_failed', `${intent.op}: ${String(error)}`, trade.id);
      return { kind: 'ambiguous', detail: String(error) };
    } finally {
      stopWaiting();
    }
  }

  #ask(trade: Trade, intent: OrderIntent): Promise<MutationOutcome> {
    const { broker } = this.#core.deps;
    switch (intent.op) {
      case 'submit':
        return broker.place(ticketFor(trade, intent));
      case 'replace': {
        const { orderId, cid, terms } = intent;
        return broker.replace({ orderId, clientOrderId: cid, terms });
      }
      case 'cancel':
        return broker.cancel(intent.orderId);
    }
  }

  #takeOrder(trade: Trade, intent: OrderIntent, stated: BrokerOrder): void {
    const place = this.#core.book.byClientId(intent.cid);
    const sighting = place === null ? null : sightingOf(place.order, stated, 'answer');
    if (sighting === null) return;
    this.#core.record([seenRecord(trade, sighting, 'answer', this.#core.now())], 'lazy');
  }

  #refused(trade: Trade, intent: OrderIntent): void {
    this.#core.watch();
    if (intent.op !== 'submit' || intent.side !== 'sell') return;
    this.#core.doubtPosition(trade.plan.instrument.symbol);
  }

  #react(reason: NotSentReason, detail: string): void {
    if (reason === 'unauthorized') {
      if (this.#core.book.killState === 'ACTIVE') {
        this.#core.incident('broker_unauthorized', detail);
      }
      this.#core.raise('PAUSE', `the broker refused our credentials: ${detail}`);
    }
    if (reason !== 'throttled') return;
    const now = this.#core.now();
    this.#throttledAt = [...this.#throttledAt.filter((at) => at > now - 60_000), now];
    if (this.#throttledAt.length >= THROTTLES_PER_MINUTE_MAX) {
      const times = this.#throttledAt.length;
      this.#core.raise('PAUSE', `the broker throttled ${times} orders in a minute`);
    }
  }

  /** Sent before the journal failed and taken after: nobody would look after it. */
  #takeBackLate(trade: Trade, { op, cid }: OrderIntent, outcome: MutationOutcome): void {
    if (op === 'cancel' || outcome.kind !== 'acked') return;
    const { orderId, side } = outcome.order;
    if (side === 'buy') this.#cancelInEmergency(trade, cid, orderId);
  }

  #cancelInEmergency(trade: Trade, cid: ClientOrderId, orderId: OrderId): void {
    const intent = { op: 'cancel', cid, orderId } as const;
    const draft = {
      kind: 'order.intended',
      body: { intent, quote: null, at: this.#core.now() },
      actor: 'engine',
      trade: trade.id,
      message: trade.plan.message,
    } as const;
    void this.#core.deps.journal.emergency([draft]).durable.then(
      () => this.#call(trade, intent),
      () => undefined,
    );
  }
}

function ticketFor(trade: Trade, intent: Extract<OrderIntent, { op: 'submit' }>): OrderTicket {
  return {
    clientOrderId: intent.cid,
    instrument: trade.plan.instrument,
    side: intent.side,
    effect: intent.role === 'entry' ? 'open' : 'close',
    quantity: intent.quantity,
    terms: intent.terms,
    timeInForce: intent.timeInForce,
  };
}

function withdrawn(detail: string): MutationOutcome {
  return { kind: 'not_sent', reason: 'withdrawn', detail };
}
