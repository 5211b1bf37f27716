/**
 * Reads instructions that trade shares: `BTO 150 SOFI @ 27.85`, `Grabbed UBER equity @ 96.4`.
 *
 * An option whose contract was not understood must never become shares at the price of its
 * premium. So shares are read only when nothing in the message speaks of an option; a casual verb
 * needs the word "shares" or its like; and an exit at a price a premium could have is taken for an
 * exit of whatever the author holds in that symbol.
 */
import type { Reading } from '../../model.ts';
import { isPlainSymbol } from '../contract/symbols.ts';
import { chooseVerb } from '../instruction/instruction.ts';
import { findObjection } from '../instruction/objections.ts';
import { opens, type Verb } from '../instruction/verbs.ts';
import type { ParseContext } from '../parse-context.ts';
import { textAt } from '../sheet/leftover.ts';
import { claim, claimAt, isFree, type Run, roleAt, type Sheet, tokenAt } from '../sheet/sheet.ts';
import { isAmount, isWhole } from '../tokens/token.ts';
import { isFutureRoot, isShareToo } from '../words/futures-roots.ts';
import { isIndex } from '../words/share-prices.ts';
import { isLowerSymbol, symbolOf } from '../words/symbol-words.ts';
import { optionEvidence } from './option-evidence.ts';
import { nothing, refused } from './outcome.ts';
import { readShareEntry, readShareExit } from './share-terms.ts';

export interface ShareOrder {
  readonly verb: Verb;
  readonly symbol: string;
  readonly symbolAt: number;
  readonly core: Run;
  readonly hasShareWord: boolean;
}

export function readShares(
  sheet: Sheet,
  context: ParseContext,
  verbs: readonly Verb[],
): Reading | null {
  const hasShareWord = sheet.tokens.some(({ role }) => role === 'share_unit');
  const usable = verbsFor(sheet, verbs, hasShareWord ? 'said' : 'unsaid');
  const symbolAt = firstSymbol(sheet, usable);
  if (symbolAt === null) return null;
  const symbol = symbolOf(tokenAt(sheet, symbolAt).text);
  if (tokenAt(sheet, symbolAt).kind === 'future') return null;
  if (isFutureRoot(symbol) && !hasShareWord) {
    return isShareToo(symbol)
      ? refused('asset_unclear', `${symbol} is a future and a share`)
      : null;
  }
  // "BTC MSTR COIN ripping": bitcoin, not an instruction.
  const isBitcoin = usable[0]?.role === 'btc' && !sheet.tokens.some((token) => isAmount(token));
  if (isBitcoin) return nothing('chatter', 'chatter', 'bitcoin');
  if (isPlainSymbol(sheet, symbolAt + 1))
    return refused('two_symbols', textAt(sheet, symbolAt + 1));
  claim(sheet, symbolAt, symbolAt, 'symbol');
  const chosen = chooseVerb(sheet, usable, { from: symbolAt, to: symbolAt });
  if (chosen.kind === 'defect') {
    if (chosen.defect === 'two_instructions') return refused(chosen.defect, 'two verbs');
    return null;
  }
  const { verb } = chosen;
  claim(sheet, verb.run.from, verb.run.to, 'verb');
  const core = {
    from: Math.min(verb.run.from, symbolAt),
    to: Math.max(verb.run.to, symbolAt),
  };
  const doubt = doubtOf(sheet, context, verb, core);
  if (doubt !== null) return doubt;
  if (isIndex(symbol) && opens(verb.action)) return refused('index_not_tradable', symbol);
  const order = { verb, symbol, symbolAt, core, hasShareWord };
  return opens(verb.action)
    ? readShareEntry(sheet, order, context)
    : readShareExit(sheet, order, context);
}

/**
 * The verbs that can trade shares here: all where shares are named, and "long" and "short" at the
 * start; else the explicit ones, "covered", and those with a count that only shares have.
 */
function verbsFor(
  sheet: Sheet,
  verbs: readonly Verb[],
  shares: 'said' | 'unsaid',
): readonly Verb[] {
  if (shares === 'unsaid') {
    const hasShort = sheet.tokens.some(({ role }) => role === 'short');
    return verbs.filter((verb) => tradesShares(sheet, verb) || (hasShort && covers(verb)));
  }
  const direction = verbs.length === 0 ? directionVerb(sheet) : null;
  return direction === null ? verbs : [direction];
}

/** Nobody in a chat room buys as many contracts. */
const SHARE_COUNT_MIN = 100;

function tradesShares(sheet: Sheet, { strength, role, run }: Verb): boolean {
  if (strength === 'explicit') return true;
  const count = tokenAt(sheet, run.to + 1);
  const isCount = count.kind === 'number' && isWhole(count) && count.value >= SHARE_COUNT_MIN;
  return (role === 'enter' || role === 'buy') && isCount && isPlainSymbol(sheet, run.to + 2);
}

/** "covered XYZ short" */
function covers({ role }: Verb): boolean {
  return role === 'short_premium';
}

/** "Long 400 shares of XYZ", "shorted XYZ stock" as the first words of the message. */
function directionVerb(sheet: Sheet): Verb | null {
  const at = sheet.tokens.findIndex((_, index) => claimAt(sheet, index) !== 'noise');
  const role = roleAt(sheet, at);
  if (role !== 'long' && role !== 'short') return null;
  const action = role === 'long' ? 'BTO' : 'STO';
  return { run: { from: at, to: at }, action, strength: 'casual', role };
}

function doubtOf(sheet: Sheet, context: ParseContext, verb: Verb, core: Run): Reading | null {
  const found = findObjection(sheet, {
    core,
    intent: opens(verb.action) ? 'open' : 'close',
    strength: verb.strength === 'explicit' ? 'explicit' : 'casual',
    prepareWords: context.policy.prepareWords,
  });
  if (found !== null) return refused(found.objection, `"${textAt(sheet, found.at)}"`);
  const evidence = optionEvidence(sheet);
  return evidence === null ? null : refused(evidence.code, `"${textAt(sheet, evidence.at)}"`);
}

/** The symbol right behind a verb (a count and small words between), or right before it. */
function firstSymbol(sheet: Sheet, verbs: readonly Verb[]): number | null {
  for (const verb of verbs) {
    const at = symbolBehind(sheet, verb) ?? symbolBefore(sheet, verb);
    if (at !== null) return at;
  }
  return null;
}

function symbolBehind(sheet: Sheet, verb: Verb): number | null {
  let index = verb.run.to + 1;
  while (isSkipped(sheet, index)) index += 1;
  if (isPlainSymbol(sheet, index)) return index;
  const { kind, role, text, lower } = tokenAt(sheet, index);
  const isLower = kind === 'word' && role === 'prose' && isLowerSymbol(text, lower);
  return isLower && isFree(sheet, index) ? index : null;
}

/** `$PLTR added shares @ 25.4` */
function symbolBefore(sheet: Sheet, verb: Verb): number | null {
  let index = verb.run.from - 1;
  if (tokenAt(sheet, index).kind === 'dash' || tokenAt(sheet, index).kind === 'colon') index -= 1;
  return isPlainSymbol(sheet, index) ? index : null;
}

function isSkipped(sheet: Sheet, index: number): boolean {
  const token = tokenAt(sheet, index);
  if (isPlainSymbol(sheet, index)) return false;
  if (claimAt(sheet, index) === 'portion' || claimAt(sheet, index) === 'size') return true;
  switch (token.kind) {
    case 'number':
      return isWhole(token);
    case 'colon':
    case 'dash':
    case 'open_bracket':
    case 'close_bracket':
    case 'sign':
      return true;
    case 'word':
      return isSmallRole(roleAt(sheet, index));
    default:
      return false;
  }
}

function isSmallRole(role: Sheet['tokens'][number]['role']): boolean {
  switch (role) {
    case 'filler':
    case 'tag':
    case 'size':
    case 'share_unit':
    case 'part':
    case 'whole':
    case 'fraction':
    case 'runner':
    case 'label':
    case 'out':
      return true;
    default:
      return false;
  }
}
