/** The answer to a message as it leaves the desk: with what its code means. */
import { REASONS, type Reason } from '#alerts/reasons.ts';
import { toAnswerJson } from '#operate/answer-json.ts';
import type { AnswerJson } from '#operate/api.ts';
import type { AlertAnswer } from '#operate/ports.ts';
import { RISK_REASONS } from '#risk/reasons.ts';

const TABLE = new Map<string, Reason>(Object.entries({ ...REASONS, ...RISK_REASONS }));

/** Meaning and remedy of a reason code of any step, or `null`. */
export function reasonOf(code: string): Reason | null {
  return TABLE.get(code) ?? null;
}

export function answerJson(answer: AlertAnswer): AnswerJson {
  const reason = reasonOf(answer.code);
  const { means, remedy } = reason ?? { means: '', remedy: '' };
  return { ...toAnswerJson(answer), ...(means !== '' && { reason: { means, remedy } }) };
}
