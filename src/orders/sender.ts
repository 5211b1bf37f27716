/**
 * Sends what is on record.
 *
 * Rule  nothing leaves before its intent is on disk, and nothing leaves late: kill state and age are
 *       checked once more at the moment of sending. What was held back is answered as not sent.
 */
import { isLive } from './core/exposure.ts';
import { answeredRecord, seenRecord, sightingOf } from './core/facts.ts';
import type { IntentRecord } from './core/moves.ts';
import type { DeskCore } from './desk-core.ts';
import type { OrderIntent, Trade, TradeOrder } from './model.ts';
import type { BrokerOrder, MutationOutcome, NotSentReason, OrderTicket } from './ports.ts';

const THROTTLES_PER_MINUTE_MAX = 3;

export class Sender {
  readonly #core: DeskCore;
  #throttledAt: number[] = [];

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
    for (const trade of this.#core.book.open()) {
      for (const order of trade.orders) {
        if (order.role === 'entry' && isLive(order)) this.#cancelInEmergency(trade, order);
      }
    }
  }

  async #deliver(trade: Trade, record: IntentRecord): Promise<void> {
    const { intent } = record.body;
    const outcome = this.#heldBack(trade, record) ?? (await this.#call(trade, intent));
    this.#core.record([answeredRecord(trade, intent, outcome, this.#core.now())], 'lazy');
    if (outcome.kind === 'acked') this.#takeOrder(trade, intent, outcome.order);
    if (outcome.kind === 'not_sent') this.#react(outcome.reason, outcome.detail);
    this.#core.touch(trade.id);
  }

  #heldBack(trade: Trade, { body: { intent, at } }: IntentRecord): MutationOutcome | null {
    if (intent.op === 'cancel') return null;
    const { book, deps } = this.#core;
    const role = book.byClientId(intent.cid)?.order.role ?? 'entry';
    const permits = deps.permits(book.killState);
    const allowed = role === 'entry' ? permits.entries : permits.closes !== 'none';
    if (!allowed) return withdrawn(`the kill state is ${book.killState}`);
    const waitedMs = this.#core.now() - at;
    if (waitedMs > deps.settings.sendWithinMs) {
      return withdrawn(`its record took ${Math.round(waitedMs)} ms to reach the disk`);
    }
    const isEnding = book.trade(trade.id)?.entry.kind !== 'open';
    return role === 'entry' && isEnding ? withdrawn('the entry is ending') : null;
  }

  /** An adapter that throws has said nothing: what it was asked to do counts as perhaps done. */
  async #call(trade: Trade, intent: OrderIntent): Promise<MutationOutcome> {
    try {
      return await this.#ask(trade, intent);
    } catch (error) {
      this.#core.incident('adapter_failed', `${intent.op}: ${String(error)}`, trade.id);
      return { kind: 'ambiguous', detail: String(error) };
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
    const sighting = place === null ? null : sightingOf(place.order, stated);
    if (sighting === null) return;
    this.#core.record([seenRecord(trade, sighting, 'answer', this.#core.now())], 'lazy');
  }

  #react(reason: NotSentReason, detail: string): void {
    if (reason === 'unauthorized') {
      this.#core.incident('broker_unauthorized', detail);
      this.#core.raise('PAUSE', `the broker refused our credentials: ${detail}`);
    }
    if (reason !== 'throttled') return;
    const now = this.#core.now();
    this.#throttledAt = [...this.#throttledAt.filter((at) => at > now - 60_000), now];
    if (this.#throttledAt.length >= THROTTLES_PER_MINUTE_MAX) {
      this.#core.raise(
        'PAUSE',
        `the broker throttled ${this.#throttledAt.length} orders in a minute`,
      );
    }
  }

  #cancelInEmergency(trade: Trade, order: TradeOrder): void {
    if (order.orderId === null) return;
    const intent = { op: 'cancel', cid: order.cid, orderId: order.orderId } as const;
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
