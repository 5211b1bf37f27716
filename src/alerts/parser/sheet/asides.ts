/**
 * Claims numbers that say by a word beside them what they are, and are no part of the contract:
 * "$370 total", "2% of max", "day +2.61%", "11/14 winners", and a list of the option's figures
 * ("0.41 delta, IV 29.8, OI 6,120"). One such figure alone is left to be doubted.
 *
 * A number behind an at sign is never one of them. What is claimed here can still be missed as the
 * price: an instruction without one looks at these again.
 */
import { carriesNumber, isAmount, type Token } from '../tokens/token.ts';
import { isFutureRoot } from '../words/futures-roots.ts';
import { isIndex } from '../words/share-prices.ts';
import { claim, isFree, kindAt, roleAt, type Sheet, tokenAt } from './sheet.ts';

const NAMES_BEHIND = new Set('total bucks winners wins losers'.split(' '));
const NAMES_BEFORE = new Set('risk risking acct account © copyright'.split(' '));
const PERIODS = new Set('day week month wtd mtd ytd'.split(' '));
const FIGURES = new Set('spot delta deltas theta gamma vega iv ivr oi'.split(' '));
const FIGURES_MIN = 2;
const NONE: ReadonlySet<string> = new Set();
const WHOLES = new Set('max account acct port portfolio'.split(' '));

export function markAsides(sheet: Sheet): void {
  const names = sheet.tokens.filter(({ lower }) => FIGURES.has(lower));
  const figures = names.length >= FIGURES_MIN ? FIGURES : NONE;
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    if (!isFree(sheet, index) || !carriesNumber(tokenAt(sheet, index))) continue;
    if (isMarkedPrice(sheet, index)) continue;
    const to = shareEnd(sheet, index) ?? (isNamed(sheet, index, figures) ? index : null);
    if (to !== null) claim(sheet, index, to, 'note');
  }
  markFooters(sheet);
}

function isMarkedPrice(sheet: Sheet, index: number): boolean {
  const { kind, role } = tokenAt(sheet, index - 1);
  return kind === 'at' || role === 'at' || role === 'for' || role === 'price_label';
}

/** `3% of max`, `0.8 % of 245k`: to the end of what it is a share of. */
function shareEnd(sheet: Sheet, index: number): number | null {
  if (kindAt(sheet, index) !== 'percent' || tokenAt(sheet, index + 1).lower !== 'of') return null;
  const of = tokenAt(sheet, index + 2);
  if (WHOLES.has(of.lower) || of.role === 'risk') return index + 2;
  return isFree(sheet, index + 2) && (isAmount(of) || of.unit === 'k') ? index + 2 : null;
}

function isNamed(sheet: Sheet, index: number, figures: ReadonlySet<string>): boolean {
  const token = tokenAt(sheet, index);
  const { lower, role } = tokenAt(sheet, index + 1);
  if (isNote(token) && NAMES_BEHIND.has(lower)) return hasMarkedPrice(sheet, index);
  if (token.kind === 'slash') return false;
  if (figures.has(lower)) return true;
  // "2 cons = 1,960 risk"
  if (role === 'risk' && kindAt(sheet, index - 1) === 'equals') return true;
  const name = nameBefore(sheet, index);
  if (token.kind === 'percent') return PERIODS.has(name) || NAMES_BEFORE.has(name);
  const isName = NAMES_BEFORE.has(name) || figures.has(name);
  return isName && !namesMore(sheet, index + 1);
}

/** Whether an at sign says elsewhere which number is the price: else this may be it. */
function hasMarkedPrice(sheet: Sheet, index: number): boolean {
  const isLast = !isAmount(tokenAt(sheet, index + 2));
  const isMarked = ({ kind, role }: Token, at: number): boolean =>
    (kind === 'at' || role === 'at') && isAmount(tokenAt(sheet, at + 1));
  return isLast && sheet.tokens.some(isMarked);
}

/** Kinds in which such numbers are written; a slash is "11/14 winners". */
function isNote({ kind }: Token): boolean {
  return kind === 'number' || kind === 'money' || kind === 'percent' || kind === 'slash';
}

/** The word before a number, past one sign: `day +2.61%`, `OI: 6,120`. */
function nameBefore(sheet: Sheet, index: number): string {
  const { kind } = tokenAt(sheet, index - 1);
  const isSign = kind === 'plus' || kind === 'dash' || kind === 'colon' || kind === 'equals';
  const at = isSign || kind === 'tilde' ? index - 2 : index - 1;
  const { lower, from, to, role } = tokenAt(sheet, at);
  const before = tokenAt(sheet, at - 1);
  // "next week +40%": the expiry, and a gain.
  if (before.role === 'next' || before.role === 'this') return '';
  // "high risk 3.45" is a warning with a price behind it.
  if (role === 'risk' && (before.role === 'tag' || before.lower === 'high')) return '';
  return lower === '' ? sheet.clean.text.slice(from, to) : lower;
}

/** Whether a side, a symbol or a unit follows: then the number belongs to what is behind it. */
function namesMore(sheet: Sheet, index: number): boolean {
  const { kind, role, text } = tokenAt(sheet, index);
  if (kind === 'cashtag' || kind === 'strike_side' || kind === 'slash_sign') return true;
  if (kind !== 'word') return false;
  const isContract = role === 'call' || role === 'put' || role === 'side_letter';
  return isContract || role === 'month' || role === 'contract_unit' || /^[A-Z]{2,5}$/.test(text);
}

const FOOTER_WORDS = new Set('via powered copyright disclaimer'.split(' '));

/** "— sent via AlertRelay v2.3": numbers of a line that says who carried the message. */
function markFooters(sheet: Sheet): void {
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    if (!FOOTER_WORDS.has(tokenAt(sheet, index).lower)) continue;
    let from = index;
    while (kindAt(sheet, from - 1) !== 'newline' && from > 0) from -= 1;
    if (from === 0) continue;
    for (let at = from; at < sheet.tokens.length && kindAt(sheet, at) !== 'newline'; at += 1) {
      if (isFree(sheet, at) && carriesNumber(tokenAt(sheet, at))) claim(sheet, at, at, 'noise');
    }
  }
}

/** Levels of the market told in an earlier sentence: "SPX 6925.40, VIX 15.02." */
export function markMarketLevels(sheet: Sheet, coreFrom: number): void {
  let end = coreFrom;
  while (end > 0 && kindAt(sheet, end) !== 'period' && kindAt(sheet, end) !== 'newline') end -= 1;
  for (let index = 1; index < end; index += 1) {
    if (!isFree(sheet, index) || !isAmount(tokenAt(sheet, index))) continue;
    const { text, kind } = tokenAt(sheet, index - 1);
    const isMarket = isIndex(text) || isFutureRoot(text);
    const isPair = kind === 'word' && isMarket && !isSide(sheet, index + 1);
    if (isPair) claim(sheet, index, index, 'note');
  }
}

function isSide(sheet: Sheet, index: number): boolean {
  const role = roleAt(sheet, index);
  return role === 'call' || role === 'put' || role === 'side_letter';
}
