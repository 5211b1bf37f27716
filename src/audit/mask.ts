/**
 * What a reader must not see in text that came from a broker, a venue or an error.
 *
 * Secrets do not reach the record in the first place; this is the second lock, by form: account
 * numbers keep their last four characters, anything that looks like a token goes.
 */
import { clip, oneLine } from '#kernel/text.ts';

/** tastytrade (`5WX12345`) and Interactive Brokers (`U1234567`, `DU1234567`). */
const ACCOUNT = /\b(?:\d[A-Z]{2}|[A-Z]{1,3}\d{1,4})\d(\d{4})\b/g;
const TOKEN = /\b(?:bearer|token|secret|key)[\s:=]+[\w.~+/-]{16,}=*|\beyJ[\w-]+(?:\.[\w-]+)+/gi;
const OPAQUE = /\b[\w-]{40,}(?:\.[\w-]+){0,2}/g;

const QUOTED_MAX = 200;

export function maskSecrets(text: string): string {
  return text.replace(TOKEN, '[redacted]').replace(OPAQUE, '[redacted]').replace(ACCOUNT, '…$1');
}

/** A text from outside as part of a sentence: one line, masked, not long. */
export function quoted(text: string, lengthMax: number = QUOTED_MAX): string {
  return clip(maskSecrets(oneLine(text)), lengthMax);
}
