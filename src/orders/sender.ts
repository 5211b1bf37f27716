/**
 * Sends what is on record.
 *
 * Rule  nothing leaves before its intent is on disk, and nothing leaves late: kill state and age
 *       are checked once more at the moment of sending. What was held back is answered as not sent.
 */
import type { ClientOrderId, OrderId, OrderRole } from '#kernel/ids.ts';
import { failureText } from '#kernel/text.ts';
import { within } from '#kernel/within.ts';
import { liveOrders } from './core/exposure.ts';
import { answeredRecord, seenRecord, sightingOf } from './core/facts.ts';
import type { IntentRecord } from './core/moves.ts';
import type { DeskCore } from './desk-core.ts';
import type { OrderIntent, Trade } from './model.ts';
import type {
  BrokerOrder,
  MutationOutcome,
  NotSentReason,
  OrderTicket,
  Rejection,
} from './ports.ts';

const THROTTLES_PER_MINUTE_MAX = 3;
/** Not the order is refused but whoever sends it: a scope was lost, or another's account. */
const NOT_PERMITTED = 'not_permitted';
/** A disk that fails may hang as well: a last cancel waits no longer for its record. */
const LAST_RECORD_MS = 1_000;
/** Of cancels off the record. */
const LAST_ANSWERS_MS = 2_000;
/** However long answers take, a stop waits no longer for them. */
const ANSWERS_WAIT_MS = 10_000;

export class Sender {
  readonly #core: DeskCore;
  #throttledAt: number[] = [];
  #hasFault = false;
  /** What is to be sent once it is on disk, and what was sent and is not answered. */
  readonly #underWay = new Set<Promise<void>>();

  constructor(core: DeskCore) {
    this.#core = core;
  }

  /** Sends once `durable` resolves, and records what comes of it. */
  send(trade: Trade, record: IntentRecord, durable: Promise<void>): void {
    const from = this.#core.deps.clock.mono();
    // A journal that cannot write says so itself, to whoever stops the process: nothing is sent.
    this.#follow(
      durable.then(
        () => this.#deliver(trade, record, from),
        () => undefined,
      ),
    );
  }

  /** Resolves when everything sent is answered, or has had time to be. */
  async quiet(waitMs = ANSWERS_WAIT_MS): Promise<void> {
    const { clock } = this.#core.deps;
    const until = clock.mono() + waitMs;
    const answers = async (): Promise<void> => void (await Promise.all(this.#underWay));
    while (this.#underWay.size > 0 && clock.mono() < until) {
      await within({ clock, ms: until - clock.mono() }, answers, () => undefined);
    }
  }

  /**
   * The journal has failed: working entries are taken back, in the space it keeps for that or, if
   * it takes nothing at all, off the record. A cancel only ever reduces what may be bought.
   */
  takeBackOnFault(): void {
    this.#hasFault = true;
    for (const trade of this.#core.book.open()) {
      for (const { cid, orderId } of liveOrders(trade, 'entry')) {
        if (orderId !== null) this.#cancelInEmergency(trade, cid, orderId);
      }
    }
  }

  /** The same at a stop, when the disk never answers: there is nobody left to do it later. */
  takeBackUnrecorded(): Promise<void> {
    this.takeBackOnFault();
    return this.quiet(LAST_RECORD_MS + LAST_ANSWERS_MS);
  }

  async #deliver(trade: Trade, record: IntentRecord, from: number): Promise<void> {
    const { intent } = record.body;
    const outcome = this.#heldBack(trade, intent, from) ?? (await this.#call(trade, intent));
    if (this.#hasFault) {
      this.#takeBackLate(trade, intent, outcome);
      return;
    }
    this.#core.record([answeredRecord(trade, intent, outcome, this.#core.now())], 'lazy');
    if (outcome.kind === 'acked') this.#takeOrder(trade, intent, outcome.order);
    if (outcome.kind === 'rejected') this.#refused(trade, intent, outcome.rejection);
    if (outcome.kind === 'not_sent') this.#react(outcome.reason, outcome.detail);
    this.#core.touch(trade.id);
  }

  /** `from`: when it was recorded, on the monotonic clock. The other may have been set since. */
  #heldBack(trade: Trade, intent: OrderIntent, from: number): MutationOutcome | null {
    const why = this.#whyNot(trade, intent);
    if (why !== null) return withdrawn(why);
    // A sell rests at its own price however late; an entry was priced for its moment.
    if (intent.op === 'cancel' || this.#roleOf(intent) !== 'entry') return null;
    const { clock, settings } = this.#core.deps;
    const waitedMs = clock.mono() - from;
    if (waitedMs <= settings.sendWithinMs) return null;
    return withdrawn(`its record took ${Math.round(waitedMs)} ms to reach the disk`);
  }

  /** Why it must not leave any more; `null` while it may. */
  #whyNot(trade: Trade, intent: OrderIntent): string | null {
    if (intent.op === 'cancel') return null;
    const { book } = this.#core;
    const role = this.#roleOf(intent);
    const { entries, closes } = this.#core.permits();
    const isAllowed = { entry: entries, exit: closes === 'all', close: closes !== 'none' }[role];
    if (!isAllowed) return `the kill state is ${book.killState}`;
    const isEnding = role === 'entry' && book.trade(trade.id)?.entry.kind !== 'open';
    return isEnding ? 'the entry is ending' : null;
  }

  #roleOf({ cid }: OrderIntent): OrderRole {
    return this.#core.book.byClientId(cid)?.order.role ?? 'entry';
  }

  /** An adapter that throws or stays silent has said nothing: what was asked may have been done. */
  async #call(trade: Trade, intent: OrderIntent): Promise<MutationOutcome> {
    const { clock, settings } = this.#core.deps;
    const ms = settings.answerWithinMs;
    try {
      return await within(
        { clock, ms },
        () => this.#ask(trade, intent),
        () => ({ kind: 'ambiguous', detail: `no answer within ${ms} ms` }),
      );
    } catch (error) {
      const detail = failureText(error);
      this.#core.incident('adapter_failed', `${intent.op}: ${detail}`, trade.id);
      return { kind: 'ambiguous', detail };
    }
  }

  #ask(trade: Trade, intent: OrderIntent): Promise<MutationOutcome> {
    const { broker } = this.#core.deps;
    // An adapter may have to wait, for a token or a free connection, while the desk is halted.
    const mayLeave = (): boolean => this.#whyNot(trade, intent) === null;
    switch (intent.op) {
      case 'submit':
        return broker.place(ticketFor(trade, intent), mayLeave);
      case 'replace': {
        const { orderId, cid, terms } = intent;
        return broker.replace({ orderId, clientOrderId: cid, terms }, mayLeave);
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

  #refused(trade: Trade, intent: OrderIntent, { code, message }: Rejection): void {
    this.#core.watch();
    if (code === NOT_PERMITTED) this.#react('unauthorized', message);
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
    const { clock, journal } = this.#core.deps;
    const recorded = within(
      { clock, ms: LAST_RECORD_MS },
      () => journal.emergency([draft]).durable,
      () => undefined,
    );
    const cancel = async (): Promise<void> => void (await this.#call(trade, intent));
    this.#follow(recorded.then(cancel, cancel));
  }

  #follow(work: Promise<void>): void {
    this.#underWay.add(work);
    // A defect in it stays unhandled, and ends the process.
    void work.finally(() => this.#underWay.delete(work));
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
