/** What is said about open trades without naming a contract, and everything that says nothing. */
import type { Reading } from '../model.ts';
import { nothing } from './outcome.ts';
import type { ParseContext } from './parse-context.ts';
import type { Sheet } from './sheet.ts';
import type { Verb } from './verbs.ts';

export function readUpdate(
  _sheet: Sheet,
  _context: ParseContext,
  _verbs: readonly Verb[],
): Reading {
  return nothing('chatter', 'chatter', 'nothing in it is an instruction');
}
