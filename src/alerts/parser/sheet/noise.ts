/** Claims what belongs to no statement: pings, times of day, list numbers, chart periods. */

import { isWhole, type Token } from '../tokens/token.ts';
import { claim, isFree, kindAt, roleAt, type Sheet, skip, tokenAt } from './sheet.ts';

/** Units after a number that speak of charts and time, never of a contract or its price. */
const CHART_UNITS: ReadonlySet<string> = new Set(
  `min mins minute minutes h hr hrs hour hours ma ema sma dma mm r rr sec secs`.split(' '),
);
const CHART_WORDS: ReadonlySet<string> = new Set(
  `min mins minute minutes hr hrs hour hours ma ema sma dma`.split(' '),
);
const CHART_MINUTES: ReadonlySet<number> = new Set([1, 2, 3, 5, 10, 15, 30, 45, 60]);

export function markNoise(sheet: Sheet): void {
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    const token = tokenAt(sheet, index);
    switch (token.kind) {
      case 'clock':
        markTimestamp(sheet, index);
        break;
      case 'ping':
        if (token.role !== 'market') claim(sheet, index, index, 'noise');
        break;
      case 'ratio':
        claim(sheet, index, index, 'noise');
        break;
      case 'slash':
        if (isTally(sheet, index)) claim(sheet, index, index, 'noise');
        break;
      case 'hash':
        markTag(sheet, index);
        break;
      case 'ordinal':
        markCount(sheet, index);
        break;
      case 'measure':
        if (isChartPeriod(token)) claim(sheet, index, index, 'noise');
        break;
      case 'number':
        if (isListNumber(sheet, index)) claim(sheet, index, index + 1, 'noise');
        else if (isChartCount(sheet, index)) claim(sheet, index, index + 1, 'noise');
        break;
      default:
    }
  }
}

/** `08/13/26, 10:50 AM`, `Today at 10:50`: the date beside a time of day is the time's. */
function markTimestamp(sheet: Sheet, index: number): void {
  claim(sheet, index, index, 'noise');
  const before = skip(sheet, index - 1, -1, isBetweenDateAndTime);
  const beforeToken = tokenAt(sheet, before);
  const isDay = beforeToken.role === 'relative' || beforeToken.role === 'past';
  if (beforeToken.kind === 'slash' || isDay) claim(sheet, before, before, 'noise');
  const meridiem = tokenAt(sheet, index + 1).lower;
  const hasMeridiem = meridiem === 'am' || meridiem === 'pm' || meridiem === 'et';
  if (hasMeridiem) claim(sheet, index + 1, index + 1, 'noise');
  const after = index + (hasMeridiem ? 2 : 1);
  if (kindAt(sheet, after) === 'slash' && kindAt(sheet, before) !== 'slash') {
    claim(sheet, after, after, 'noise');
  }
}

function isBetweenDateAndTime(token: Token): boolean {
  return token.kind === 'comma' || token.kind === 'dash' || token.role === 'at';
}

/** `#options`, `Name#1234`, `trade #3` */
function markTag(sheet: Sheet, index: number): void {
  const next = tokenAt(sheet, index + 1);
  const isNumbered = next.kind === 'number' || next.kind === 'code' || next.kind === 'measure';
  const isTag = next.kind === 'word' || isNumbered;
  if (next.isGlued && isTag) claim(sheet, index, index + 1, 'noise');
}

/** `2nd entry`, `1st target`; a day of a month is left to the dates. */
function markCount(sheet: Sheet, index: number): void {
  if (roleAt(sheet, index - 1) === 'month' || roleAt(sheet, index + 1) === 'month') return;
  const previous = tokenAt(sheet, index - 1).lower;
  const isDayOfMonth = previous === 'the' && tokenAt(sheet, index + 1).kind !== 'word';
  if (!isDayOfMonth && kindAt(sheet, index + 1) === 'word') claim(sheet, index, index, 'noise');
}

/** "11/14 winners": how many of how many. */
function isTally(sheet: Sheet, index: number): boolean {
  const { lower } = tokenAt(sheet, index + 1);
  return lower === 'winners' || lower === 'wins' || lower === 'losers';
}

/** "5 min chart", "200 ema" */
function isChartCount(sheet: Sheet, index: number): boolean {
  const { lower, kind } = tokenAt(sheet, index + 1);
  return kind === 'word' && isWhole(tokenAt(sheet, index)) && CHART_WORDS.has(lower);
}

function isChartPeriod(token: Token): boolean {
  return CHART_UNITS.has(token.unit) || (token.unit === 'm' && CHART_MINUTES.has(token.value));
}

/** `1. BTO …`, `2) …` at the start of a line. */
function isListNumber(sheet: Sheet, index: number): boolean {
  const before = kindAt(sheet, index - 1);
  if (before !== 'end' && before !== 'newline') return false;
  const mark = tokenAt(sheet, index + 1);
  const isMark = mark.kind === 'period' || mark.kind === 'close_bracket';
  return isMark && mark.isGlued && !tokenAt(sheet, index + 2).isGlued && isFree(sheet, index);
}
