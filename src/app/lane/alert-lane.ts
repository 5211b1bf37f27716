/**
 * The life of an alert, lane 1: a chat message becomes a decision and, if approved, a trade.
 *
 *   1. A redelivery is noted, and answered with what was decided the first time.
 *   2. The message goes on record before anything is made of it.
 *   3. Admission: who, where, how and when (`alerts/admission.ts`).
 *   4. Reading: what it says (`alerts/parse.ts`).
 *   5. An instruction to open takes `entry-path.ts`, one to close takes `exit-path.ts`; everything
 *      else is concluded as it was read.
 */
import {
  type Admitted,
  admitAs,
  entitlement,
  type Intent,
  type NotAdmitted,
} from '#alerts/admission.ts';
import { secondLook } from '#alerts/contract/second-look.ts';
import { hasSeen, type IntakeMemory } from '#alerts/duplicates.ts';
import type { ChatMessage, Reading } from '#alerts/model.ts';
import type { ParseContext } from '#alerts/parser/parse-context.ts';
import { WIDE_PARSE_POLICY } from '#alerts/parser/settings.ts';
import { DRY_RUN_BADGE } from '#audit/badge.ts';
import { JournalUnwritable } from '#journal/ports.ts';
import { type MessageKey, tradeId } from '#kernel/ids.ts';
import { failureText } from '#kernel/text.ts';
import { type EpochMs, plus } from '#kernel/time.ts';
import { isTradingDay, newYorkDate } from '#market/session.ts';
import type { AlertAnswer } from '#operate/ports.ts';
import { ageLimit, EDITED, suggest, takeEntry } from './entry-path.ts';
import { takeExit } from './exit-path.ts';
import { type HeldAlert, type HeldAlerts, isTooOld, RELEASE_MS } from './held-alerts.ts';
import { type Case, LaneContext, type LaneDependencies } from './lane-context.ts';
import { answerOf, outcomeOf } from './outcome.ts';

/** A message taken: on disk, and then decided. */
export interface Taken {
  readonly recorded: Promise<void>;
  readonly answer: Promise<AlertAnswer>;
}

export class AlertLane {
  readonly #lane: LaneContext;
  /** Let through, and not decided yet: nobody else decides them. */
  readonly #releasing = new Set<MessageKey>();

  /** Both have had every record of the journal, so that nothing decided is decided again. */
  constructor(deps: LaneDependencies, memory: IntakeMemory, held: HeldAlerts) {
    this.#lane = new LaneContext(deps, memory, held);
  }

  /** At the start: what was received and not decided is decided now, if it is young enough. */
  async resume(): Promise<void> {
    const left = [...this.#lane.memory.undecided.values()];
    await Promise.all(left.map((message) => this.#decideOrTell(message)));
  }

  /** The whole path of one message. Resolves once the decision is on disk. */
  receive(message: ChatMessage): Promise<AlertAnswer> {
    return this.take(message).answer;
  }

  /** The same, for a platform that is told the message arrived as soon as it is on disk. */
  take(message: ChatMessage, intent: Intent = 'alert'): Taken {
    const { key, text, relation } = message;
    const at = this.#lane.deps.desk.now();
    const context = { actor: `${message.platform}:${message.author.id}`, message: key };
    if (relation === 'edit') {
      const body = { text, at };
      const recorded = this.#lane.record([{ ...context, kind: 'message.edited', body }]).durable;
      const noted = this.#kept(message, recorded, 'is_edit', 'an edited message never triggers');
      const held = this.#waiting(key);
      if (held === null || !this.#lane.held.isEdited(key)) return noted;
      const both = Promise.all([noted.answer, this.#refuseEdited(held)]);
      return { recorded, answer: both.then(([answer]) => answer) };
    }
    if (hasSeen(this.#lane.memory, key)) {
      const again = { ...context, kind: 'message.redelivered', body: { at } } as const;
      const recorded = this.#lane.record([again]).durable;
      return this.#kept(message, recorded, 'duplicate_message', `${key} was received before`);
    }
    const admission = this.#admission(message, intent);
    const received = { ...context, kind: 'message.received', body: { message } } as const;
    const recorded = this.#lane.record([received]).durable;
    return { recorded, answer: this.#decide(message, admission) };
  }

  /**
   * A deleted message is noted, and what was not yet made of it is not made any more. What has
   * been sent to the broker goes on, for its author to close.
   */
  async deleted(key: MessageKey, actor: string): Promise<void> {
    const { desk } = this.#lane.deps;
    const id = tradeId(key);
    const cancels = this.#lane.deps.settings.alerts.onDeletion === 'cancel';
    if (cancels || desk.book.trade(id)?.orders.length === 0) {
      desk.endEntry(id, 'message_deleted', actor);
    }
    const body = { at: desk.now() };
    await this.#lane.record([{ kind: 'message.deleted', body, actor, message: key }]).durable;
  }

  /**
   * Lets a held alert through the gates that held it; every other gate judges it anew, and so do
   * the lists of who may alert. `null` when nothing of that key is held, or was for too long.
   */
  async release(key: MessageKey, actor: string): Promise<AlertAnswer | null> {
    const held = this.held(key);
    if (held === null) return null;
    const now = this.#lane.deps.desk.now();
    const body = { act: 'alert.released', reason: held.gates.join(', '), at: now };
    this.#releasing.add(key);
    try {
      this.#lane.record([{ kind: 'operator.acted', body, actor, message: key }]);
      return await this.#letThrough(held, now);
    } finally {
      this.#releasing.delete(key);
    }
  }

  /** What a held alert asks for; `null` when nothing of that key is held, or was for too long. */
  held(key: MessageKey): HeldAlert | null {
    const held = this.#waiting(key);
    return held === null || isTooOld(held.message, this.#lane.deps.desk.now()) ? null : held;
  }

  /** Puts a held alert aside; `null` when nothing of that key is held. */
  async dismiss(key: MessageKey, actor: string): Promise<AlertAnswer | null> {
    const held = this.#waiting(key);
    if (held === null) return null;
    const body = { act: 'alert.dismissed', reason: '', at: this.#lane.deps.desk.now() };
    this.#lane.record([{ kind: 'operator.acted', body, actor, message: key }]);
    return this.#refuse(held, 'dismissed', `put aside by ${actor}`);
  }

  #waiting(key: MessageKey): HeldAlert | null {
    return this.#releasing.has(key) ? null : this.#lane.held.of(key);
  }

  #letThrough(held: HeldAlert, now: EpochMs): Promise<AlertAnswer> {
    const { message, gates, alert } = held;
    if (this.#lane.held.isEdited(message.key)) return this.#refuseEdited(held);
    const { settings } = this.#lane.deps;
    const room = settings.alerts.channels[`${message.platform}:${message.channelId}`];
    const intent = room?.purpose === 'alerts' ? 'alert' : 'order';
    const admitted = entitlement(intent, message, settings.alerts);
    if (admitted.kind === 'refused') return this.#refuse(held, admitted.code, admitted.detail);
    const dryRun = settings.dryRun || admitted.settings.dryRun || message.dryRun;
    const given = { message, admitted, reading: readingOf(held), dryRun, alert };
    const validUntil = plus(now, RELEASE_MS);
    return takeEntry(this.#lane, given, { released: gates, validUntil });
  }

  /** It asks for something else now than what operators were shown. */
  #refuseEdited(held: HeldAlert): Promise<AlertAnswer> {
    const { code, detail } = EDITED;
    return this.#refuse(held, code, detail);
  }

  #refuse(held: HeldAlert, code: string, detail: string): Promise<AlertAnswer> {
    const { message } = held;
    const given = { message, dryRun: this.#lane.deps.settings.dryRun || message.dryRun };
    const outcome = { ...outcomeOf(readingOf(held)), verdict: 'refused', code, detail } as const;
    return this.#lane.conclude(given, outcome);
  }

  /** A message that cannot be decided keeps no desk from starting: a person is told. */
  async #decideOrTell(message: ChatMessage): Promise<void> {
    try {
      await this.#decideAgain(message);
    } catch (error) {
      if (error instanceof JournalUnwritable) throw error;
      this.#lane.deps.desk.incident('message_undecided', `${message.key}: ${failureText(error)}`);
    }
  }

  /** As if it had just come, but for its having come before. */
  #decideAgain(message: ChatMessage): Promise<AlertAnswer> {
    const { undecided, decided, strangers } = this.#lane.memory;
    for (const seen of [undecided, decided, strangers]) seen.delete(message.key);
    const admission = this.#admission(message);
    undecided.set(message.key, message);
    return this.#decide(message, admission);
  }

  #admission(message: ChatMessage, intent: Intent = 'alert'): Admitted | NotAdmitted {
    const { desk, settings } = this.#lane.deps;
    const { memory } = this.#lane;
    return admitAs(intent, { message, settings: settings.alerts, memory, now: desk.now() });
  }

  /** Whatever goes wrong in it is the answer's failure: the message itself is on record. */
  async #decide(message: ChatMessage, admission: Admitted | NotAdmitted): Promise<AlertAnswer> {
    const reading = this.#read(message, admission);
    const { settings } = this.#lane.deps;
    if (admission.kind === 'refused') {
      // Chatter of a stranger stays chatter; only what reads as an instruction was refused.
      const verdict = reading.verdict === 'chatter' ? 'chatter' : 'refused';
      const { code, detail } = admission;
      const given = { message, dryRun: settings.dryRun };
      return this.#lane.conclude(given, { ...outcomeOf(reading), verdict, code, detail });
    }
    const dryRun = settings.dryRun || admission.settings.dryRun || message.dryRun;
    const given: Case = { message, admitted: admission, reading, dryRun };
    if (reading.verdict === 'order') return this.#entry(given, ageLimit(this.#lane, given));
    const near = secondLook(message.text, reading, this.#parseContext(message, admission));
    if (near !== null) return suggest(this.#lane, given, near);
    const exits = reading.verdict === 'exit' || reading.contextExit !== null;
    return exits ? takeExit(this.#lane, given) : this.#lane.conclude(given, outcomeOf(reading));
  }

  /** Every asset class is read: what a channel may trade is risk's to say. */
  #read(message: ChatMessage, admission: Admitted | NotAdmitted): Reading {
    const { posted, policy } = this.#parseContext(message, admission);
    return this.#lane.deps.read(message.text, posted, policy, message.platform);
  }

  #parseContext(message: ChatMessage, admission: Admitted | NotAdmitted): ParseContext {
    const own = admission.kind === 'admitted' ? admission.settings.parser : WIDE_PARSE_POLICY;
    const policy = { ...own, assets: WIDE_PARSE_POLICY.assets };
    const { platform, postedAt } = message;
    return { posted: newYorkDate(postedAt), policy, isTradingDay, platform };
  }

  #entry(given: Case, validUntil: EpochMs): Promise<AlertAnswer> {
    const { alert } = given.reading;
    if (alert === null) return this.#lane.conclude(given, outcomeOf(given.reading));
    return takeEntry(this.#lane, { ...given, alert }, { released: [], validUntil });
  }

  #kept(message: ChatMessage, recorded: Promise<void>, code: string, detail: string): Taken {
    return { recorded, answer: recorded.then(() => this.#untouched(message, code, detail)) };
  }

  /** Nothing was decided anew: the first decision stands, and is shown where it is still known. */
  #untouched(message: ChatMessage, code: string, detail: string): AlertAnswer {
    const first = this.#lane.answered(message.key);
    const reading = {
      verdict: 'refused',
      code: 'duplicate_message',
      alert: first?.alert ?? null,
      contextExit: null,
      spans: first?.spans ?? {},
      detail,
    } as const;
    const outcome = { ...outcomeOf(reading), code, tradeId: first?.tradeId ?? null };
    return answerOf(message, outcome, message.dryRun ? DRY_RUN_BADGE : this.#lane.deps.badge);
  }
}

/** What was read when it was held. */
function readingOf({ alert, spans }: HeldAlert): Reading {
  const detail = 'held, and then decided by an operator';
  return { verdict: 'order', code: 'entry', alert, contextExit: null, spans, detail };
}
