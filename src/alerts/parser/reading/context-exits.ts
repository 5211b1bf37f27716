/**
 * Exits that name no contract: "all out", "trimming XOM at $1.80", "out half", "flat".
 *
 * What they close is found among the author's open trades, so a figure of speech must never pass
 * for one: every word of the clause has to belong to the language of exits, and nothing in the
 * message may ask, doubt, deny or announce.
 */
import type { Reading } from '../../model.ts';
import { findPortion, markKept } from '../instruction/portions.ts';
import { findQuantities } from '../instruction/quantities.ts';
import { opens, type Verb } from '../instruction/verbs.ts';
import { exactPrice } from '../price/exact.ts';
import { chooseExitPrice } from '../price/exit-price.ts';
import {
  claim,
  claimAt,
  isFree,
  kindAt,
  type Run,
  type Sheet,
  spanOf,
  tokenAt,
} from '../sheet/sheet.ts';
import type { Token } from '../tokens/token.ts';
import { isFutureRoot } from '../words/futures-roots.ts';
import type { Role } from '../words/lexicon.ts';
import { isCompanyName, isLowerSymbol, isUpperSymbol, symbolOf } from '../words/symbol-words.ts';
import { exitWithoutContract, type Spans } from './outcome.ts';

/** Words of which a clause that closes something may consist. */
const EXIT_ROLES: ReadonlySet<Role> = new Set([
  'filler',
  'part',
  'whole',
  'fraction',
  'runner',
  'keep',
  'at',
  'for',
  'from',
  'to',
  'result',
  'size',
  'tag',
  'points',
  'average',
  'price_label',
  'stop',
  'out',
  'close',
  'trim',
  'leave',
  'sell',
  'cut',
  'take',
  'stopped',
  'flat',
  'stc',
  'btc',
  'share_unit',
  'contract_unit',
  'long',
  'short',
  'entry',
]);

const EXIT_WORDS: ReadonlySet<string> = new Set(
  `be b e breakeven even rn gg ty thanks nice great boom everyone clean solid easy money bag bags
  secured secure banked locked lock this that one`.split(/\s+/),
);

/** Words that make an exit of the message a question, a doubt, a plan or a memory. */
const SPOILERS: ReadonlySet<Role> = new Set([
  'negation',
  'hedge',
  'looking',
  'attempt',
  'wait',
  'condition',
  'asking',
  'prepare',
  'watchlist',
  'example',
  'paper',
  'cancel',
  'correct',
  'past',
  'bto',
  'sto',
  'multi_leg',
  'roll',
]);

export function readContextExit(sheet: Sheet, verbs: readonly Verb[]): Reading | null {
  if (sheet.tokens.some((token) => isSpoiler(token))) return null;
  const verb = verbs.find(({ action }) => !opens(action)) ?? flatOrStopHit(sheet);
  if (verb === null || verb === undefined) return null;
  const clause = clauseAround(sheet, verb.run.from);
  claim(sheet, verb.run.from, verb.run.to, 'verb');
  const symbol = symbolIn(sheet, clause);
  if (symbol === 'several' || !speaksOfExit(sheet, clause, verb)) return null;
  markKept(sheet);
  const counts = findQuantities(sheet, verb);
  const [quantity = null, second] = counts.values;
  if (second !== undefined || (counts.run !== null && quantity === 0)) return null;
  const portion = findPortion(sheet, verb);
  const chosen = chooseExitPrice(sheet);
  const price = chosen.kind === 'chosen' ? exactPrice(tokenAt(sheet, chosen.price.at).text) : null;
  const spans: Spans = { action: spanOf(sheet, verb.run.from, verb.run.to) };
  if (symbol !== null) spans.symbol = spanOf(sheet, symbol.at, symbol.at);
  if (portion.run !== null) spans.partial = spanOf(sheet, portion.run.from, portion.run.to);
  const { partial, fraction } = portion;
  if (counts.run !== null) spans.quantity = spanOf(sheet, counts.run.from, counts.run.to);
  const exit = { symbol: symbol?.symbol ?? null, partial, fraction, quantity, price };
  return exitWithoutContract(exit, spans, 'no contract is named');
}

function isSpoiler(token: Token): boolean {
  if (token.kind === 'question' || token.kind === 'cancel_sign') return true;
  return token.kind === 'word' && SPOILERS.has(token.role);
}

/** "flat", "stop hit" */
function flatOrStopHit(sheet: Sheet): Verb | null {
  const at = sheet.tokens.findIndex(
    (token, index) =>
      token.role === 'flat' || (token.role === 'stop' && tokenAt(sheet, index + 1).lower === 'hit'),
  );
  if (at < 0) return null;
  return { run: { from: at, to: at }, action: 'STC', strength: 'casual', role: 'flat' };
}

const CLAUSE_LENGTH_MAX = 14;

function clauseAround(sheet: Sheet, at: number): Run {
  let from = at;
  let to = at;
  while (!isBreak(kindAt(sheet, from - 1)) && at - from < CLAUSE_LENGTH_MAX) from -= 1;
  while (!isBreak(kindAt(sheet, to + 1)) && to - at < CLAUSE_LENGTH_MAX) to += 1;
  return { from, to };
}

function isBreak(kind: Token['kind']): boolean {
  switch (kind) {
    case 'end':
    case 'newline':
    case 'period':
    case 'exclamation':
    case 'semicolon':
    case 'comma':
      return true;
    default:
      return false;
  }
}

function speaksOfExit(sheet: Sheet, { from, to }: Run, verb: Verb): boolean {
  if (to - from >= CLAUSE_LENGTH_MAX) return false;
  for (let index = from; index <= to; index += 1) {
    const token = tokenAt(sheet, index);
    if (token.kind !== 'word' || claimAt(sheet, index) === 'symbol') continue;
    // "cutting it close", "out by the close"
    if (token.lower === 'close' && index !== verb.run.from) return false;
    if (!EXIT_ROLES.has(token.role) && !EXIT_WORDS.has(token.lower)) return false;
  }
  return true;
}

interface NamedSymbol {
  readonly symbol: string;
  readonly at: number;
}

function symbolIn(sheet: Sheet, { from, to }: Run): NamedSymbol | 'several' | null {
  let named: NamedSymbol | null = null;
  for (let index = from; index <= to; index += 1) {
    if (!isFree(sheet, index) || !isSymbol(tokenAt(sheet, index))) continue;
    const symbol = symbolOf(tokenAt(sheet, index).text);
    if (named !== null && named.symbol !== symbol) return 'several';
    named ??= { symbol, at: index };
    claim(sheet, index, index, 'symbol');
  }
  return named;
}

function isSymbol(token: Token): boolean {
  if (token.kind === 'future') return true;
  if (token.kind === 'cashtag') return !isCompanyName(token.lower);
  if (token.kind !== 'word' || token.role !== 'prose' || EXIT_WORDS.has(token.lower)) return false;
  if (isUpperSymbol(token.text) || isFutureRoot(token.text.toUpperCase())) return true;
  return isLowerSymbol(token.text, token.lower);
}
