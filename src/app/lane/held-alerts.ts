/**
 * Alerts that wait for somebody's word, made from the record: a restart takes none of them away.
 *
 * Waits     from the decision that holds it to the next decision on it, or to its deletion.
 * Edited    to other words, before or after it was held, it is never let through.
 * Reading   as it was recorded: what is let through is what the operator was shown, whatever a
 *           newer program would read in the text.
 * Forgotten once it is too old to be let through, or when a hundred newer ones wait.
 */
import { type IntakeMemory, keepNewest } from '#alerts/duplicates.ts';
import type { ChatMessage, ParsedAlert, Reading } from '#alerts/model.ts';
import type { DeskEntry } from '#audit/model.ts';
import type { MessageKey } from '#kernel/ids.ts';
import { type EpochMs, plus } from '#kernel/time.ts';
import type { Quote } from '#market/quote.ts';
import { type GateName, gateResults, type Sizing } from '#risk/model.ts';

/** How long after its posting an operator may let a held alert through, and how many are kept. */
export const RELEASE_MS = 10 * 60_000;
const HELD_MAX = 100;
/** Of the newest, which may still be held. */
const EDITED_MAX = 1_000;

interface Decided {
  readonly message: ChatMessage;
  readonly alert: ParsedAlert;
  readonly spans: Reading['spans'];
}

export interface HeldAlert extends Decided {
  /** What holds it. */
  readonly gates: readonly GateName[];
  /** What limits allowed when it was held; it is worked out anew when it is let through. */
  readonly sizing: Sizing | null;
  readonly quote: Quote | null;
}

/** As plain data. */
export interface SavedHeld {
  readonly waiting: readonly HeldAlert[];
  readonly decided: Decided | null;
  readonly edited: readonly MessageKey[];
}

export class HeldAlerts {
  readonly #waiting = new Map<MessageKey, HeldAlert>();
  /** The newest decision: the record of what risk said of it stands behind it. */
  #decided: Decided | null = null;
  /** Held or to be decided when they were edited; in order of that. */
  readonly #edited = new Set<MessageKey>();

  save(): SavedHeld {
    const waiting = [...this.#waiting.values()];
    return { waiting, decided: this.#decided, edited: [...this.#edited] };
  }

  /** Of a new one, in place of the records that made what was saved. */
  restore({ waiting, decided, edited }: SavedHeld): void {
    for (const held of waiting) this.#waiting.set(held.message.key, held);
    this.#decided = decided;
    for (const key of edited) this.#edited.add(key);
  }

  /** Takes one record, live or at replay, before `memory` does: it names what was undecided. */
  take(entry: DeskEntry, { undecided }: Pick<IntakeMemory, 'undecided'>): void {
    const key = entry.message;
    if (key === undefined) return;
    if (entry.kind === 'message.deleted') this.#waiting.delete(key);
    else if (entry.kind === 'message.edited') {
      const message = this.#waiting.get(key)?.message ?? undecided.get(key);
      const isOther = message !== undefined && message.text !== entry.body.text;
      if (isOther) keepNewest(this.#edited, key, EDITED_MAX);
    } else if (entry.kind === 'alert.decided') {
      const { alert, spans } = entry.body;
      const message = this.#waiting.get(key)?.message ?? undecided.get(key);
      this.#waiting.delete(key);
      this.#decided = message === undefined || alert === null ? null : { message, alert, spans };
    } else if (entry.kind === 'risk.decided') {
      const { outcome, gates, sizing, quote } = entry.body;
      const decided = this.#decided;
      this.#decided = null;
      if (outcome !== 'held' || decided?.message.key !== key) return;
      const holding = gateResults(gates).filter((result) => result.outcome === 'hold');
      this.#hold({ ...decided, gates: holding.map(({ gate }) => gate), sizing, quote }, entry.wall);
    }
  }

  /** `null` when nothing of that key waits. */
  of(key: MessageKey): HeldAlert | null {
    return this.#waiting.get(key) ?? null;
  }

  isEdited(key: MessageKey): boolean {
    return this.#edited.has(key);
  }

  #hold(held: HeldAlert, now: EpochMs): void {
    this.#waiting.set(held.message.key, held);
    const oldest = this.#waiting.keys().next();
    if (this.#waiting.size > HELD_MAX && !oldest.done) this.#waiting.delete(oldest.value);
    for (const [key, { message }] of this.#waiting) {
      if (isTooOld(message, now)) this.#waiting.delete(key);
    }
  }
}

/** Nobody may let it through any more. */
export function isTooOld({ postedAt }: ChatMessage, now: EpochMs): boolean {
  return now > plus(postedAt, RELEASE_MS);
}
