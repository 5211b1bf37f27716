/** The desk's answer to one message, as a person reads it in a terminal. */
import { z } from 'zod';
import { oneLine } from '#kernel/text.ts';

/** As much of `AnswerJson` as is printed; it came over HTTP, so it is read before it is believed. */
export const Answer = z.object({
  verdict: z.string(),
  code: z.string(),
  detail: z.string(),
  message: z.string(),
  environment: z.string(),
  tradeId: z.string().optional(),
  alert: z.record(z.string(), z.unknown()).nullable(),
  spans: z.record(z.string(), z.object({ from: z.number(), to: z.number() })),
  sizing: z
    .object({
      quantity: z.number(),
      bound: z.string(),
      lines: z.array(z.object({ label: z.string(), value: z.string() })),
    })
    .nullable(),
  gates: z.array(
    z.object({ gate: z.string(), outcome: z.string(), code: z.string(), detail: z.string() }),
  ),
  orders: z.array(
    z.object({
      role: z.string(),
      side: z.string(),
      symbol: z.string(),
      quantity: z.number(),
      limit: z.string().nullable(),
      note: z.string(),
    }),
  ),
  repairs: z.array(z.object({ text: z.string(), why: z.string() })),
  candidates: z.array(z.string()),
});

export type AnswerShown = z.output<typeof Answer>;

const MARKS: Readonly<Record<string, string>> = { pass: '✓', hold: '?', refuse: '✗' };

/** Several lines, ending with a line end. */
export function answerText(text: string, answer: AnswerShown): string {
  const sections = [
    [`${answer.environment}  ${answer.verdict.toUpperCase()} (${answer.code})`, [answer.detail]],
    ['Understood', understood(text, answer)],
    ['Sizing', sizing(answer)],
    ['Gates', answer.gates.map((gate) => `${MARKS[gate.outcome] ?? '?'} ${gate.detail}`)],
    ['Orders', answer.orders.map(order)],
    ['Did you mean', answer.repairs.map((repair) => `${repair.text}   (${repair.why})`)],
    ['Candidates', answer.candidates],
  ] as const;
  return sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => `${title}\n${lines.map((one) => `  ${oneLine(one)}\n`).join('')}`)
    .join('\n');
}

/** Each field with the characters it came from. */
function understood(text: string, { alert, spans }: AnswerShown): string[] {
  if (alert === null) return [];
  return Object.entries(alert)
    .filter(([, value]) => value !== null)
    .map(([field, value]) => {
      const span = spans[field];
      const from = span === undefined ? '' : `   from "${text.slice(span.from, span.to)}"`;
      return `${field.padEnd(9)} ${String(value)}${from}`;
    });
}

function sizing({ sizing: given }: AnswerShown): string[] {
  if (given === null) return [];
  const width = Math.max(0, ...given.lines.map(({ label }) => label.length));
  const lines = given.lines.map(({ label, value }) => `${label.padEnd(width)}  ${value}`);
  return [...lines, `${'quantity'.padEnd(width)}  ${given.quantity} (decided by ${given.bound})`];
}

function order({
  role,
  side,
  quantity,
  symbol,
  limit,
  note,
}: AnswerShown['orders'][number]): string {
  const price = limit === null ? 'at market' : `limit ${limit}`;
  return `${role.padEnd(5)} ${side} ${quantity} × ${symbol} ${price}${note === '' ? '' : `   ${note}`}`;
}
