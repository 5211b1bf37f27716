/**
 * The second step of an order: the same person says yes, within its time, once.
 *
 * Rule  a code stands for one command as it was shown, by one person in one channel. Another
 *       person, another channel, a second use or a later moment is refused; and what is done must
 *       still read as it was shown (`run.ts` compares the digests).
 */
import { sha256Hex } from '#kernel/digest.ts';
import type { Clock } from '#kernel/time.ts';

export const CONFIRM_MS = 60_000;
const WAITING_MAX = 200;

export interface Question {
  /** `platform:user id`. */
  readonly actor: string;
  readonly channelId: string;
  /** Of the command that asked: what is done in the end carries it, so that it is done once. */
  readonly id: string;
  readonly line: string;
  /** Of everything that was shown. */
  readonly digest: string;
}

export type Confirmed =
  | { readonly kind: 'confirmed'; readonly question: Question }
  | { readonly kind: 'refused'; readonly text: string };

export interface Confirmations {
  /** The code to confirm with. A newer question of the same person takes the older one's place. */
  ask(question: Question): string;
  take(code: string, by: Pick<Question, 'actor' | 'channelId'>): Confirmed;
}

export function digestOf(shown: string): string {
  return sha256Hex(shown);
}

export function createConfirmations(clock: Clock, newCode: () => string): Confirmations {
  const waiting = new Map<string, { readonly question: Question; readonly since: number }>();

  return {
    ask(question) {
      for (const [code, { question: other }] of waiting) {
        if (other.actor === question.actor) waiting.delete(code);
      }
      const oldest = waiting.keys().next();
      if (waiting.size >= WAITING_MAX && oldest.done !== true) waiting.delete(oldest.value);
      const code = newCode();
      waiting.set(code, { question, since: clock.mono() });
      return code;
    },
    take(code, by) {
      const found = waiting.get(code);
      const { question } = found ?? {};
      // The same words for a code nobody has and for one of somebody else.
      const isTheirs = question?.actor === by.actor && question.channelId === by.channelId;
      if (found === undefined || !isTheirs) {
        return { kind: 'refused', text: 'There is nothing of yours to confirm with this code.' };
      }
      waiting.delete(code);
      if (clock.mono() - found.since > CONFIRM_MS) {
        const text = `That was asked more than ${CONFIRM_MS / 1_000} s ago. Give it again.`;
        return { kind: 'refused', text };
      }
      return { kind: 'confirmed', question: found.question };
    },
  };
}
