/** Texts from outside, cut to what a record has room for. */
import { TEXT_BYTES_MAX } from '#journal/ports.ts';
import { clip } from '#kernel/text.ts';

/** As JSON a character takes six bytes at most; this is still past what the parser reads. */
const LENGTH_ALWAYS_TAKEN = Math.floor(TEXT_BYTES_MAX / 6) - 2;

/** The text itself, or its beginning when a record would not hold it: far too long for an alert. */
export function recordableText(text: string): string {
  const isShort = text.length <= LENGTH_ALWAYS_TAKEN;
  if (isShort || Buffer.byteLength(JSON.stringify(text)) <= TEXT_BYTES_MAX) return text;
  return clip(text, LENGTH_ALWAYS_TAKEN);
}
