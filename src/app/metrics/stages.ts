/**
 * How long an alert takes from stage to stage, read off durable records.
 *
 * Rule  only records of one run are compared: the monotonic clocks of two have nothing in common.
 */
import type { Recorded } from '#events/record.ts';
import { asMessageKey, type MessageKey, type TradeId } from '#kernel/ids.ts';
import type { DeskRecord } from '#orders/model.ts';

/** docs/metrics.md says what each begins and ends with. */
export type Stage = 'arrived' | 'recorded' | 'decided' | 'sent' | 'acknowledged' | 'exit';

export type ObserveStage = (stage: Stage, ms: number) => void;

interface Moment {
  readonly run: string;
  readonly mono: number;
}

const PENDING_MAX = 10_000;
const ACKNOWLEDGEMENT = 'ack:';

export class Stages {
  readonly #observe: ObserveStage;
  readonly #received = new Map<MessageKey, Moment>();
  readonly #decided = new Map<MessageKey, Moment>();
  readonly #filled = new Map<TradeId, Moment>();

  constructor(observe: ObserveStage) {
    this.#observe = observe;
  }

  /** `waitedMs`: from the record's being made to its being on disk. */
  take(record: Recorded<DeskRecord>, waitedMs: number): void {
    const { message, trade, run, mono } = record;
    const moment = { run, mono };
    if (record.kind === 'message.received') {
      const { key, postedAt, receivedAt } = record.body.message;
      this.#observe('arrived', receivedAt - postedAt);
      this.#observe('recorded', waitedMs);
      keep(this.#received, key, moment);
    }
    if (record.kind === 'alert.decided' && message !== undefined) {
      this.#since('decided', this.#received.get(message), moment, waitedMs);
      keep(this.#decided, message, moment);
    }
    if (record.kind === 'notice.delivered') this.#acknowledged(record.body.key, moment);
    if (record.kind === 'order.seen' && trade !== undefined) {
      const { fills } = record.body.sighting;
      // Of fills one after another the newest is what the exit was waiting for.
      if (fills.length > 0) keep(this.#filled, trade, moment);
    }
    if (record.kind === 'order.intended') this.#intended(record, waitedMs);
  }

  #intended(record: Recorded<DeskRecord>, waitedMs: number): void {
    const intent = record.kind === 'order.intended' ? record.body.intent : null;
    if (intent?.op !== 'submit') return;
    const { message, trade } = record;
    const { role } = intent;
    if (role === 'entry' && message !== undefined) {
      this.#since('sent', this.#decided.get(message), record, waitedMs);
      this.#decided.delete(message);
    }
    if (role === 'exit' && trade !== undefined) {
      this.#since('exit', this.#filled.get(trade), record, waitedMs);
      this.#filled.delete(trade);
    }
  }

  /** The first post of an alert's answer; what changes it later is no stage of it. */
  #acknowledged(key: string, moment: Moment): void {
    if (!key.startsWith(ACKNOWLEDGEMENT)) return;
    const message = asMessageKey(key.slice(ACKNOWLEDGEMENT.length));
    this.#since('acknowledged', this.#received.get(message), moment, 0);
    this.#received.delete(message);
  }

  #since(stage: Stage, from: Moment | undefined, to: Moment, waitedMs: number): void {
    if (from === undefined || from.run !== to.run) return;
    this.#observe(stage, to.mono - from.mono + waitedMs);
  }
}

function keep<K>(map: Map<K, Moment>, key: K, moment: Moment): void {
  map.set(key, moment);
  const [oldest] = map.keys();
  if (map.size > PENDING_MAX && oldest !== undefined) map.delete(oldest);
}
