/**
 * The desk's answer to one message, as a person reads it: what was understood, with a mark under
 * every character it came from; the sizing line by line; the gates; the orders.
 */
import { ALERT_FIELDS, type Span } from '#alerts/model.ts';
import { oneLine } from '#kernel/text.ts';
import { nameOfSymbol } from '#market/contract-name.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import { markedLines } from './marked-text.ts';
import type { Palette } from './terminal-text.ts';

/** As much of `AnswerJson` as is shown; looser, because it may come from another version. */
export interface AnswerShown {
  readonly verdict: string;
  readonly code: string;
  readonly detail: string;
  readonly environment: string;
  readonly tradeId?: string | undefined;
  /** Field by field, as `AlertJson`. */
  readonly alert: object | null;
  readonly spans: Readonly<Record<string, Span | undefined>>;
  readonly sizing: {
    readonly quantity: number;
    readonly bound: string;
    readonly lines: readonly { readonly label: string; readonly value: string }[];
  } | null;
  readonly gates: readonly {
    readonly gate: string;
    readonly outcome: string;
    readonly detail: string;
  }[];
  readonly orders: readonly {
    readonly role: string;
    readonly side: string;
    readonly symbol: string;
    readonly quantity: number;
    readonly limit: string | null;
    readonly note: string;
  }[];
  readonly repairs: readonly { readonly text: string; readonly why: string }[];
  readonly candidates: readonly string[];
  readonly reason?: { readonly means: string; readonly remedy: string } | undefined;
}

/** Several lines, ending with a line end. `text` is the message as it was sent. */
export function answerText(text: string, answer: AnswerShown, palette: Palette): string {
  const sections: readonly (readonly [string, readonly string[]])[] = [
    [titleOf(answer), [answer.detail, ...reasonLines(answer)].filter(isSaid).map(oneLine)],
    ['Message', messageLines(text, answer, palette)],
    ['Size', sizeLines(answer, palette)],
    ['Gates', gateLines(answer, palette)],
    ['Orders', answer.orders.map(orderLine)],
    ['Try instead', answer.repairs.map(repairLine)],
    ['Could be', answer.candidates.map(oneLine)],
  ];
  const [title, ...rest] = sections;
  const shown = [
    ...(title === undefined ? [] : [title]),
    ...rest.filter(([, lines]) => lines.length > 0),
  ];
  return shown
    .map(([name, lines]) =>
      [palette.strong(name), ...lines.map((line) => `  ${line}`), ''].join('\n'),
    )
    .join('\n');
}

/** What the code means and what can be done, unless all went well. */
function reasonLines({ reason, verdict }: AnswerShown): readonly string[] {
  if (reason === undefined || verdict === 'order' || verdict === 'exit') return [];
  return [reason.means, reason.remedy];
}

function isSaid(line: string): boolean {
  return line !== '';
}

function titleOf({ environment, verdict, code, tradeId, orders }: AnswerShown): string {
  const trade = tradeId === undefined ? '' : `  trade ${oneLine(tradeId)}`;
  const dry = orders.length > 0 && tradeId === undefined ? '  nothing was sent' : '';
  return `${oneLine(environment)}  ${oneLine(verdict)} (${oneLine(code)})${trade}${dry}`;
}

function messageLines(text: string, answer: AnswerShown, palette: Palette): readonly string[] {
  const spans = Object.values(answer.spans).filter((span) => span !== undefined);
  const marked = markedLines(text, spans).map(({ text: line, marks }) =>
    marks === '' ? [line] : [line, palette.good(marks)],
  );
  return [...marked.flat(), ...fieldLines(text, answer)];
}

/** Each field understood, with the characters it came from. */
function fieldLines(text: string, { alert, spans }: AnswerShown): readonly string[] {
  if (alert === null) return [];
  const values = new Map<string, unknown>(Object.entries(alert));
  return ALERT_FIELDS.flatMap((field) => {
    const value = valueOf(values.get(field));
    const span = spans[field];
    if (value === '') return [];
    const source = span === undefined ? '' : oneLine(text.slice(span.from, span.to));
    return [`${field.padEnd(9)} ${value.padEnd(12)}${source === '' ? '' : ` from “${source}”`}`];
  });
}

function valueOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : '';
  return typeof value === 'string' || typeof value === 'number' ? oneLine(String(value)) : '';
}

function sizeLines({ sizing }: AnswerShown, palette: Palette): readonly string[] {
  if (sizing === null) return [];
  const width = Math.max(0, ...sizing.lines.map(({ label }) => label.length));
  return sizing.lines.map(({ label, value }) => {
    const line = `${oneLine(label).padEnd(width)}  ${oneLine(value)}`;
    return label === sizing.bound ? palette.good(`${line}   ← decides`) : line;
  });
}

const MARKS: Readonly<Record<string, string>> = { pass: '✓', refuse: '✗', hold: '?' };

function gateLines({ gates }: AnswerShown, palette: Palette): readonly string[] {
  const width = Math.max(0, ...gates.map(({ gate }) => gate.length));
  return gates.map(({ gate, outcome, detail }) => {
    const line = `${MARKS[outcome] ?? '?'} ${oneLine(gate).padEnd(width)}  ${oneLine(detail)}`;
    return outcome === 'pass' ? line : palette.bad(line);
  });
}

function orderLine({ role, side, quantity, symbol, limit, note }: AnswerShown['orders'][number]) {
  const price = limit === null ? 'at the market' : `at ${oneLine(limit)}`;
  const contract = oneLine(nameOfSymbol(asInstrumentSymbol(symbol)));
  const what = `${oneLine(role).padEnd(5)}  ${oneLine(side)} ${quantity} ${contract} ${price}`;
  return note === '' ? what : `${what}   ${oneLine(note)}`;
}

function repairLine({ text, why }: AnswerShown['repairs'][number]): string {
  return `${oneLine(text)}   (${oneLine(why)})`;
}
