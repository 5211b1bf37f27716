/** What every path of the lane works with, and the one way in which a decision is concluded. */
import { type Admitted, permissionsOf } from '#alerts/admission.ts';
import { type IntakeMemory, remember, repetition } from '#alerts/duplicates.ts';
import type { Action, ChatMessage, Platform, Reading } from '#alerts/model.ts';
import type { ParsePolicy } from '#alerts/parser/settings.ts';
import type { AlertSettings } from '#alerts/settings.ts';
import { DRY_RUN_BADGE } from '#audit/badge.ts';
import type { InstrumentSource } from '#feeds/ports.ts';
import type { Appended } from '#journal/ports.ts';
import type { IsoDate } from '#kernel/calendar.ts';
import type { MessageKey } from '#kernel/ids.ts';
import type { Clock } from '#kernel/time.ts';
import type { Instrument } from '#market/instrument.ts';
import type { AlertAnswer } from '#operate/ports.ts';
import type { Desk } from '#orders/desk.ts';
import { figures } from '#orders/figures.ts';
import type { DeskRecord } from '#orders/model.ts';
import type { BookFigures, Environment } from '#risk/model.ts';
import type { RiskSettings } from '#risk/settings.ts';
import type { HeldAlerts } from './held-alerts.ts';
import { awaitQuotes } from './market-facts.ts';
import { answerOf, decidedRecord, type Outcome, outcomeOf } from './outcome.ts';

export interface LaneSettings {
  readonly alerts: AlertSettings;
  readonly risk: RiskSettings;
  /** Nothing is sent, whatever the channel or the message says. */
  readonly dryRun: boolean;
  readonly environment: Environment;
  /** Which account the desk trades; part of what makes two instructions the same. */
  readonly account: string;
  /** How long a quote is waited for. */
  readonly quoteWaitMs: number;
}

export interface LaneDependencies {
  readonly desk: Desk;
  readonly instruments: InstrumentSource;
  readonly clock: Clock;
  readonly settings: LaneSettings;
  readonly read: (
    text: string,
    posted: IsoDate,
    policy: ParsePolicy,
    platform: Platform,
  ) => Reading;
  /** `SIM`, `LIVE ****1234`, … */
  readonly badge: string;
}

/** An admitted message and what it says. */
export interface Case {
  readonly message: ChatMessage;
  readonly admitted: Admitted;
  readonly reading: Reading;
  readonly dryRun: boolean;
}

/** Redeliveries are answered with the first answer while it is among these. */
const ANSWERS_KEPT = 1_000;

export class LaneContext {
  readonly deps: LaneDependencies;
  readonly memory: IntakeMemory;
  readonly held: HeldAlerts;
  readonly #answers = new Map<MessageKey, AlertAnswer>();

  constructor(deps: LaneDependencies, memory: IntakeMemory, held: HeldAlerts) {
    this.deps = deps;
    this.memory = memory;
    this.held = held;
  }

  answered(key: MessageKey): AlertAnswer | null {
    return this.#answers.get(key) ?? null;
  }

  /** The author has taken the message back: nothing is made of it any more. */
  isWithdrawn(key: MessageKey): boolean {
    return this.memory.deleted.has(key);
  }

  /** Who may do what can change between a message and its order. */
  isStillPermitted({ message, admitted }: Pick<Case, 'message' | 'admitted'>): boolean {
    const needed = admitted.settings.purpose === 'alerts' ? 'alert' : 'trade';
    return permissionsOf(message, this.deps.settings.alerts).has(needed);
  }

  concludeWithdrawn(given: Case): Promise<AlertAnswer> {
    const code = 'message_deleted';
    const detail = 'the message was deleted before it was acted on';
    return this.conclude(given, { ...outcomeOf(given.reading), verdict: 'refused', code, detail });
  }

  /** Does the work while the instruments have quotes, once each has had one or time to. */
  async withQuotes<T>(instruments: readonly Instrument[], work: () => Promise<T>): Promise<T> {
    const { desk, clock, settings } = this.deps;
    const leases = instruments.map((instrument) => desk.holdQuotes(instrument));
    try {
      await awaitQuotes(instruments, desk.deps.quotes, clock, settings.quoteWaitMs);
      return await work();
    } finally {
      for (const letGo of leases) letGo();
    }
  }

  /** Records, and remembers in the same turn. */
  record(drafts: readonly DeskRecord[]): Appended<DeskRecord> {
    return this.remembered(this.deps.desk.record(drafts, 'sync'));
  }

  /** Concludes with a decision that opens and closes nothing. */
  conclude(
    { message, dryRun }: Pick<Case, 'message' | 'dryRun'>,
    outcome: Outcome,
    more: readonly DeskRecord[] = [],
  ): Promise<AlertAnswer> {
    const { durable } = this.record([decidedRecord(message, outcome), ...more]);
    return this.answer({ message, dryRun }, outcome, durable);
  }

  /** Answers once the decision is on disk. */
  async answer(
    { message, dryRun }: Pick<Case, 'message' | 'dryRun'>,
    outcome: Outcome,
    durable: Promise<void>,
  ): Promise<AlertAnswer> {
    const answer = answerOf(message, outcome, dryRun ? DRY_RUN_BADGE : this.deps.badge);
    this.#answers.set(message.key, answer);
    const oldest = this.#answers.keys().next();
    if (this.#answers.size > ANSWERS_KEPT && !oldest.done) this.#answers.delete(oldest.value);
    await durable;
    return answer;
  }

  remembered(appended: Appended<DeskRecord>): Appended<DeskRecord> {
    for (const each of appended.records) {
      this.held.take(each, this.memory);
      remember(this.memory, each);
    }
    return appended;
  }

  /** Why the instruction repeats one already taken, or `null`. */
  repeats(
    message: ChatMessage,
    action: Action,
    instrument: Instrument,
    economicKey: string,
  ): { readonly code: string; readonly detail: string } | null {
    const { desk, settings } = this.deps;
    const openOnInstrument = desk.book
      .open()
      .filter((trade) => trade.plan.instrument.symbol === instrument.symbol).length;
    const { key, postedAt } = message;
    const query = { message: key, economicKey, action, postedAt, openOnInstrument };
    return repetition(query, settings.alerts, this.memory);
  }

  figures(author: string, instrument: Instrument): BookFigures {
    const { desk } = this.deps;
    return figures(desk.book, {
      now: desk.now(),
      author,
      instrument,
      mark: (symbol) => desk.mark(symbol),
      reconciled: desk.isReconciled,
    });
  }
}
