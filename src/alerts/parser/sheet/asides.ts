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
const NAMES_BEFORE = new Set('risk risking acct account copyright'.split(' '));
const PERIODS = new Set('day week month wtd mtd ytd'.split(' '));
const FIGURES = new Set('spot delta deltas theta gamma vega iv ivr oi'.split(' '));
const FIGURES_MIN = 2;
const NONE: ReadonlySet<string> = new Set();
const WHOLES = new Set('max account acct port portfolio'.split(' '));

/** What names a number in this message. */
interface Names {
  readonly behind: ReadonlySet<string>;
  readonly figures: ReadonlySet<string>;
}

export function markAsides(sheet: Sheet): void {
  const figures = sheet.tokens.filter(({ lower }) => FIGURES.has(lower));
  const names = {
    behind: hasMarkedPrice(sheet) ? NAMES_BEHIND : NONE,
    figures: figures.length >= FIGURES_MIN ? FIGURES : NONE,
  };
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    if (!isFree(sheet, index) || !carriesNumber(tokenAt(sheet, index))) continue;
    if (isMarkedPrice(sheet, index)) continue;
    const to = shareEnd(sheet, index) ?? (isNamed(sheet, index, names) ? index : null);
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

function isNamed(sheet: Sheet, index: number, names: Names): boolean {
  const token = tokenAt(sheet, index);
  const { lower, role } = tokenAt(sheet, index + 1);
  if (isNote(token) && names.behind.has(lower)) {
    return !isAmount(tokenAt(sheet, index + 2));
  }
  if (token.kind === 'slash') return false;
  if (isCopyrightYear(sheet, index)) return true;
  if (names.figures.has(lower)) return true;
  // "2 cons = 1,960 risk"
  if (role === 'risk' && kindAt(sheet, index - 1) === 'equals') return true;
  const name = nameBefore(sheet, index);
  if (token.kind === 'percent') return PERIODS.has(name) || NAMES_BEFORE.has(name);
  const isName = NAMES_BEFORE.has(name) || names.figures.has(name);
  return isName && !namesMore(sheet, index + 1);
}

/** `© 2026 Somebody` on a line of its own: the sign, a year and a name. */
function isCopyrightYear(sheet: Sheet, index: number): boolean {
  const opensLine = kindAt(sheet, index - 1) === 'sign' && kindAt(sheet, index - 2) === 'newline';
  const isYear = /^20\d\d$/.test(tokenAt(sheet, index).text);
  const next = tokenAt(sheet, index + 1);
  const isName = next.kind === 'word' && next.role === 'prose' && /^[A-Z][a-z]/.test(next.text);
  return opensLine && isYear && isName;
}

/** Whether an at sign says which number is the price: else an amount "total" may be it. */
function hasMarkedPrice(sheet: Sheet): boolean {
  return sheet.tokens.some(
    ({ kind, role }, at) => (kind === 'at' || role === 'at') && isAmount(tokenAt(sheet, at + 1)),
  );
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
  const { lower, role } = tokenAt(sheet, at);
  const before = tokenAt(sheet, at - 1);
  // "next week +40%": the expiry, and a gain.
  if (before.role === 'next' || before.role === 'this') return '';
  // "high risk 3.45" is a warning with a price behind it.
  if (role === 'risk' && (before.role === 'tag' || before.lower === 'high')) return '';
  return lower;
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
  const first = sheet.tokens.findIndex(({ kind }) => kind === 'newline');
  let from = first < 0 ? sheet.tokens.length : first;
  for (let index = from; index < sheet.tokens.length; index += 1) {
    if (kindAt(sheet, index) === 'newline') from = index;
    if (!FOOTER_WORDS.has(tokenAt(sheet, index).lower)) continue;
    for (index = from + 1; isInLine(sheet, index); index += 1) {
      if (isFree(sheet, index) && carriesNumber(tokenAt(sheet, index))) {
        claim(sheet, index, index, 'noise');
      }
    }
    from = index;
  }
}

function isInLine(sheet: Sheet, index: number): boolean {
  return index < sheet.tokens.length && kindAt(sheet, index) !== 'newline';
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
