/** JSON Lines in and out: the contract of `strikewire parse`. */
import { z } from 'zod';
import { type IsoDate, parseIsoDate } from '#kernel/calendar.ts';
import { formatPrice, type Price } from '#kernel/price.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { type EpochMs, parseInstant } from '#kernel/time.ts';
import type { ParsedAlert, Reading } from '../model.ts';

/** One message to parse. `postedAt` is a New York date, or an instant that lies on one. */
export interface ParseInput {
  readonly id: string;
  readonly text: string;
  readonly postedAt:
    | { readonly kind: 'date'; readonly date: IsoDate }
    | { readonly kind: 'instant'; readonly at: EpochMs };
  readonly channel: string | null;
  readonly author: string | null;
}

const InputSchema = z.object({
  id: z.union([z.string(), z.number()]),
  text: z.string(),
  posted_at: z.string(),
  channel: z.string().nullish(),
  author: z.string().nullish(),
});

/** Reads line `lineNumber` (from 1); the error is a sentence that names it. */
export function parseInputLine(line: string, lineNumber: number): Result<ParseInput, string> {
  const json = parseJson(line);
  if (json === null) return err(`line ${lineNumber}: expected a JSON object, was ${cut(line)}`);
  const input = InputSchema.safeParse(json.value);
  if (!input.success) return err(`line ${lineNumber}: ${firstIssue(input.error)}`);
  const { id, text, posted_at: posted, channel = null, author = null } = input.data;
  const postedAt = parsePosted(posted);
  if (postedAt === null) {
    return err(
      `line ${lineNumber}: expected posted_at as an ISO date or an instant with its zone` +
        ` such as 2026-10-06T14:30:00Z, was ${cut(JSON.stringify(posted))}`,
    );
  }
  return ok({ id: String(id), text, postedAt, channel, author });
}

function parseJson(line: string): { readonly value: unknown } | null {
  try {
    const value: unknown = JSON.parse(line);
    return { value };
  } catch {
    return null;
  }
}

function parsePosted(text: string): ParseInput['postedAt'] | null {
  const date = parseIsoDate(text);
  if (date !== null) return { kind: 'date', date };
  const at = parseInstant(text);
  return at === null ? null : { kind: 'instant', at };
}

function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'expected id, text and posted_at';
  const field = issue.path.join('.');
  return field === '' ? issue.message : `${field}: ${issue.message}`;
}

const SHOWN_LENGTH_MAX = 80;

function cut(text: string): string {
  return text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}…` : text;
}

/** What a script reads of a reading; numbers are JSON numbers here, absent ones `null`. */
export interface ParseLine {
  readonly id: string;
  readonly result: ParseResult | null;
  readonly verdict: Reading['verdict'];
  readonly code: Reading['code'];
  readonly spans: Reading['spans'];
}

export interface ParseResult {
  readonly action: ParsedAlert['action'];
  readonly asset: ParsedAlert['asset'];
  readonly symbol: string;
  readonly strike: number | null;
  readonly right: ParsedAlert['right'];
  readonly expiry: string | null;
  readonly quantity: number | null;
  readonly price: number | null;
  /** Only of a range. */
  readonly price_high?: number;
  /** Only of exits. */
  readonly partial?: boolean;
}

export function toParseLine(id: string, reading: Reading): ParseLine {
  const { alert, verdict, code, spans } = reading;
  return { id, result: alert === null ? null : toResult(alert), verdict, code, spans };
}

function toResult(alert: ParsedAlert): ParseResult {
  const { action, asset, symbol, right, expiry, quantity } = alert;
  const closes = action === 'STC' || action === 'BTC';
  return {
    action,
    asset,
    symbol,
    strike: toNumber(alert.strike),
    right,
    expiry,
    quantity,
    price: toNumber(alert.price),
    ...(alert.priceHigh === null ? {} : { price_high: Number(formatPrice(alert.priceHigh)) }),
    ...(closes ? { partial: alert.partial } : {}),
  };
}

function toNumber(price: Price | null): number | null {
  return price === null ? null : Number(formatPrice(price));
}
