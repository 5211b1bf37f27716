/**
 * The parser: what one chat message says, with the characters each field came from.
 *
 * In    a raw text, the New York date of its posting, a channel's policy, the trading calendar.
 * Out   a verdict with a stable reason code; an order or exit only when every part of it is certain.
 * Rule  no clock, no randomness, no I/O: the same text and context give the same reading. Time is
 *       linear in the length of the text, which is bounded. Nothing throws, whatever the text.
 *
 * The way of a message: `clean-text` (markup, look-alikes) → `tokenize` → claims of noise and plans
 * → option, future or shares, whichever it names → what it says of open trades → chatter.
 */
import type { Reading } from './model.ts';
import { cleanText } from './parser/clean-text.ts';
import { readFuture } from './parser/futures.ts';
import { markNoise } from './parser/noise.ts';
import { readOption } from './parser/option.ts';
import { nothing, refused } from './parser/outcome.ts';
import type { ParseContext } from './parser/parse-context.ts';
import { markPlans } from './parser/plan.ts';
import { markPortions } from './parser/portions.ts';
import { readShares } from './parser/shares.ts';
import { createSheet } from './parser/sheet.ts';
import { findStrikes } from './parser/strikes.ts';
import { tokenize } from './parser/tokenize.ts';
import { readCorrection, readUpdate } from './parser/updates.ts';
import { findVerbs } from './parser/verbs.ts';

/** Reads one message. `text` may hold anything, up to any length. */
export function parseAlert(text: string, context: ParseContext): Reading {
  const clean = cleanText(text, context.platform ?? null);
  if (clean.defect !== null) return refused(clean.defect, `in ${text.length} characters`);
  const tokens = tokenize(clean.text);
  if (tokens.length === 0) return nothing('chatter', 'empty', 'no words');
  const sheet = createSheet(clean, tokens);
  markNoise(sheet);
  markPlans(sheet);
  const verbs = findVerbs(sheet);
  markPortions(sheet, verbs);
  return (
    readCorrection(sheet) ??
    readOption(sheet, context, findStrikes(sheet), verbs) ??
    readFuture(sheet, context, verbs) ??
    readShares(sheet, context, verbs) ??
    readUpdate(sheet, context, verbs)
  );
}
