/** Audit rows as CSV (RFC 4180), for spreadsheets: what is nested stands as JSON in its cell. */
import type { AuditRow } from './model.ts';

const COLUMNS: { readonly [Name in keyof AuditRow]: true } = {
  seq: true,
  at: true,
  run: true,
  kind: true,
  badge: true,
  text: true,
  actor: true,
  userId: true,
  channelId: true,
  messageKey: true,
  rawText: true,
  parsed: true,
  verdict: true,
  code: true,
  tradeId: true,
  symbol: true,
  contract: true,
  quantity: true,
  quantityInputs: true,
  quantityBound: true,
  entryOrders: true,
  exitOrders: true,
  fills: true,
  error: true,
  refs: true,
};

/** A spreadsheet takes a text that begins so for a formula, whoever wrote it. */
const FORMULA = /^[=+\-@\t\r]/;

export const CSV_HEAD = `${Object.keys(COLUMNS).join(',')}\r\n`;

/** One line. */
export function csvLine(row: AuditRow): string {
  const cells: Readonly<Record<string, unknown>> = { ...row };
  return `${Object.keys(COLUMNS)
    .map((name) => csvCell(cells[name]))
    .join(',')}\r\n`;
}

/** A text that a spreadsheet would run as a formula gets an apostrophe; `null` is nothing. */
export function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const isAmount = /^-?\d+(\.\d+)?$/.test(text);
  return `"${(FORMULA.test(text) && !isAmount ? `'${text}` : text).replaceAll('"', '""')}"`;
}
