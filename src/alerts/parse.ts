/**
 * The parser: what one chat message says, with the characters each field came from.
 *
 * In    a raw text, the New York date of its posting, a channel's policy, the trading calendar.
 * Out   a verdict with a stable reason code; an order or exit only when every part is certain.
 * Rule  no clock, no randomness, no I/O: the same text and context give the same reading. Time is
 *       linear in the length of the text, which is bounded. Nothing throws, whatever the text.
 *
 * The way of a message: `clean-text` (markup, look-alikes) → `tokenize` → claims of noise and plans
 * → option, future or shares, whichever it names → what it says of open trades → chatter.
 */
import type { Reading } from './model.ts';
import { findStrikes } from './parser/contract/strikes.ts';
import { markPortions } from './parser/instruction/portions.ts';
import { contradicting, findVerbs } from './parser/instruction/verbs.ts';
import type { ParseContext } from './parser/parse-context.ts';
import { readFuture } from './parser/reading/futures.ts';
import { readOption } from './parser/reading/option.ts';
import { nothing, refused } from './parser/reading/outcome.ts';
import { readShares } from './parser/reading/shares.ts';
import { readCorrection, readUpdate } from './parser/reading/updates.ts';
import { textAt } from './parser/sheet/leftover.ts';
import { markNoise } from './parser/sheet/noise.ts';
import { markPlans } from './parser/sheet/plan.ts';
import { createSheet } from './parser/sheet/sheet.ts';
import { cleanText } from './parser/text/clean-text.ts';
import type { Token } from './parser/tokens/token.ts';
import { tokenize } from './parser/tokens/tokenize.ts';

/** No message of a person has as many; it bounds the time one can take. */
const PARTS_MAX = 1_000;

/** Reads one message. `text` may hold anything, up to any length. */
export function parseAlert(text: string, context: ParseContext): Reading {
  const clean = cleanText(text, context.platform ?? null);
  if (clean.defect !== null) return refused(clean.defect, `in ${text.length} characters`);
  const tokens = tokenize(clean.text);
  if (!tokens.some(saysSomething)) return nothing('chatter', 'empty', 'no words');
  if (tokens.length > PARTS_MAX) return refused('text_too_long', `${tokens.length} parts`);
  const sheet = createSheet(clean, tokens);
  markNoise(sheet);
  markPlans(sheet);
  const verbs = findVerbs(sheet);
  const other = contradicting(sheet, verbs);
  if (other !== null) return refused('two_instructions', `"${textAt(sheet, other.run.from)}"`);
  markPortions(sheet, verbs);
  return (
    readCorrection(sheet) ??
    readOption(sheet, context, findStrikes(sheet), verbs) ??
    readFuture(sheet, context, verbs) ??
    readShares(sheet, context, verbs) ??
    readUpdate(sheet, context, verbs)
  );
}

function saysSomething({ kind }: Token): boolean {
  return kind !== 'sign' && kind !== 'newline';
}
