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
import { type Admitted, admit, type NotAdmitted } from '#alerts/admission.ts';
import { secondLook } from '#alerts/contract/second-look.ts';
import { hasSeen, type IntakeMemory } from '#alerts/duplicates.ts';
import type { ChatMessage, Reading } from '#alerts/model.ts';
import type { ParseContext } from '#alerts/parser/parse-context.ts';
import { WIDE_PARSE_POLICY } from '#alerts/parser/settings.ts';
import { DRY_RUN_BADGE } from '#audit/badge.ts';
import { JournalUnwritable } from '#journal/ports.ts';
import { type MessageKey, tradeId } from '#kernel/ids.ts';
import { type EpochMs, plus } from '#kernel/time.ts';
import { isTradingDay, newYorkDate } from '#market/session.ts';
import type { AlertAnswer } from '#operate/ports.ts';
import type { GateName } from '#risk/model.ts';
import { ageLimit, suggest, takeEntry } from './entry-path.ts';
import { takeExit } from './exit-path.ts';
import { type Case, LaneContext, type LaneDependencies } from './lane-context.ts';
import { answerOf, outcomeOf } from './outcome.ts';

/** How long after its posting an operator may let a held alert through, and how many are kept. */
const RELEASE_MS = 10 * 60_000;
const HELD_MAX = 100;

interface Held {
  readonly given: Case;
  readonly gates: readonly GateName[];
}

export class AlertLane {
  readonly #lane: LaneContext;
  readonly #held = new Map<MessageKey, Held>();

  /** `memory` has had every record of the journal, so that nothing decided is decided again. */
  constructor(deps: LaneDependencies, memory: IntakeMemory) {
    this.#lane = new LaneContext(deps, memory);
  }

  /** At the start: what was received and not decided is decided now, if it is young enough. */
  async resume(): Promise<void> {
    const left = [...this.#lane.memory.undecided.values()];
    await Promise.all(left.map((message) => this.#decideOrTell(message)));
  }

  /** The whole path of one message. Resolves once the decision is on disk. */
  async receive(message: ChatMessage): Promise<AlertAnswer> {
    const { key, text, relation } = message;
    const at = this.#lane.deps.desk.now();
    const context = { actor: `${message.platform}:${message.author.id}`, message: key };
    if (relation === 'edit') {
      const body = { text, at };
      await this.#lane.record([{ ...context, kind: 'message.edited', body }]).durable;
      return this.#untouched(message, 'is_edit', 'an edited message never triggers');
    }
    if (hasSeen(this.#lane.memory, key)) {
      await this.#lane.record([{ ...context, kind: 'message.redelivered', body: { at } }]).durable;
      return this.#untouched(message, 'duplicate_message', `${key} was received before`);
    }
    const admission = this.#admission(message);
    this.#lane.record([{ ...context, kind: 'message.received', body: { message } }]);
    return this.#decide(message, admission);
  }

  /**
   * A deleted message is noted, and what was not yet made of it is not made any more. What has
   * been sent to the broker goes on, for its author to close.
   */
  async deleted(key: MessageKey, actor: string): Promise<void> {
    const { desk } = this.#lane.deps;
    this.#held.delete(key);
    this.#lane.withdraw(key);
    const id = tradeId(key);
    if (desk.book.trade(id)?.orders.length === 0) desk.endEntry(id, 'message_deleted', actor);
    const body = { at: desk.now() };
    await this.#lane.record([{ kind: 'message.deleted', body, actor, message: key }]).durable;
  }

  /**
   * Lets a held alert through the gates that held it; every other gate judges it anew. `null` when
   * nothing of that key is held, or was for too long.
   */
  async release(key: MessageKey, actor: string): Promise<AlertAnswer | null> {
    const held = this.#held.get(key);
    const now = this.#lane.deps.desk.now();
    this.#held.delete(key);
    if (held === undefined || now > held.given.message.postedAt + RELEASE_MS) return null;
    const body = { act: 'alert.released', reason: held.gates.join(', '), at: now };
    this.#lane.record([{ kind: 'operator.acted', body, actor, message: key }]);
    // In the works once more: its author may still take it back.
    this.#lane.memory.undecided.set(key, held.given.message);
    return this.#entry(held.given, held.gates, plus(now, RELEASE_MS));
  }

  /** As if it had just come, but for its having come before. */
  /** A message that cannot be decided keeps no desk from starting: a person is told. */
  async #decideOrTell(message: ChatMessage): Promise<void> {
    try {
      await this.#decideAgain(message);
    } catch (error) {
      if (error instanceof JournalUnwritable) throw error;
      this.#lane.deps.desk.incident('message_undecided', `${message.key}: ${String(error)}`);
    }
  }

  #decideAgain(message: ChatMessage): Promise<AlertAnswer> {
    const { undecided, decided, strangers } = this.#lane.memory;
    for (const seen of [undecided, decided, strangers]) seen.delete(message.key);
    const admission = this.#admission(message);
    undecided.set(message.key, message);
    return this.#decide(message, admission);
  }

  #admission(message: ChatMessage): Admitted | NotAdmitted {
    const { desk, settings } = this.#lane.deps;
    return admit(message, settings.alerts, this.#lane.memory, desk.now());
  }

  #decide(message: ChatMessage, admission: Admitted | NotAdmitted): Promise<AlertAnswer> {
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
    if (reading.verdict === 'order') return this.#entry(given, [], ageLimit(this.#lane, given));
    const near = secondLook(message.text, reading, this.#parseContext(message, admission));
    if (near !== null) return suggest(this.#lane, given, near);
    const exits = reading.verdict === 'exit' || reading.contextExit !== null;
    return exits ? takeExit(this.#lane, given) : this.#lane.conclude(given, outcomeOf(reading));
  }

  /** Every asset class is read: what a channel may trade is risk's to say. */
  #read(message: ChatMessage, admission: Admitted | NotAdmitted): Reading {
    const { posted, policy } = this.#parseContext(message, admission);
    return this.#lane.deps.read(message.text, posted, policy);
  }

  #parseContext(message: ChatMessage, admission: Admitted | NotAdmitted): ParseContext {
    const own = admission.kind === 'admitted' ? admission.settings.parser : WIDE_PARSE_POLICY;
    const policy = { ...own, assets: WIDE_PARSE_POLICY.assets };
    return { posted: newYorkDate(message.postedAt), policy, isTradingDay };
  }

  #entry(given: Case, released: readonly GateName[], until: EpochMs): Promise<AlertAnswer> {
    const { alert } = given.reading;
    if (alert === null) return this.#lane.conclude(given, outcomeOf(given.reading));
    const onHeld = (gates: readonly GateName[]): void => this.#hold({ given, gates });
    return takeEntry(this.#lane, { ...given, alert }, { released, validUntil: until, onHeld });
  }

  #hold(held: Held): void {
    this.#held.set(held.given.message.key, held);
    const oldest = this.#held.keys().next();
    if (this.#held.size > HELD_MAX && !oldest.done) this.#held.delete(oldest.value);
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
