/** The smallest parts of a message that mean something, with their place in the clean text. */
import type { Right } from '#market/instrument.ts';
import type { Role } from '../words/lexicon.ts';

export type TokenKind =
  // Letters.
  | 'word'
  /** `$TSLA`; the text is without the dollar sign. */
  | 'cashtag'
  /** `@everyone`, `@Swing`, `@market`; the text is without the sign. */
  | 'ping'
  // Numbers. `text` is a decimal string, `value` the same for comparisons.
  | 'number'
  /** With a dollar sign before or behind. */
  | 'money'
  /** `410s` */
  | 'plural'
  | 'percent'
  /** `x8`, `8x` */
  | 'times'
  /** `18th` */
  | 'ordinal'
  /** `15min`, `200ma`, `1.4M`: `unit` is what follows the number, in lower case. */
  | 'measure'
  /** `10/16`, `1/2`, `1/15/27`: `value`, `second` and `third` (-1 when absent). */
  | 'slash'
  /** One half in one character. */
  | 'vulgar'
  // Contract parts in one word.
  /** `205c`, `97.5puts` */
  | 'strike_side'
  /** `0dte` */
  | 'dte'
  /** `16OCT26`, `Oct16`: `value` day, `second` month, `third` year or -1. */
  | 'glued_date'
  /** `.XYZ261016C312.5`: `text` the root, `unit` the six digits, `decimal` the strike. */
  | 'option_symbol'
  /** `/ES`, `/ESZ6`; the text is the root. */
  | 'future'
  // Numbers that mean nothing here.
  | 'clock'
  | 'ratio'
  // Not certain.
  /** Digits and letters in an unknown mixture that starts with a digit. */
  | 'code'
  | 'unclear'
  // Signs.
  | 'at'
  | 'comma'
  | 'period'
  | 'colon'
  | 'semicolon'
  | 'dash'
  | 'plus'
  | 'slash_sign'
  | 'pipe'
  | 'open_bracket'
  | 'close_bracket'
  | 'arrow'
  | 'less'
  | 'greater'
  | 'equals'
  | 'question'
  | 'exclamation'
  | 'star'
  | 'hash'
  | 'tilde'
  | 'newline'
  | 'sign'
  | 'open_sign'
  | 'close_sign'
  | 'cancel_sign'
  | 'watch_sign'
  | 'done_sign'
  | 'ellipsis'
  | 'other'
  /** Before the first and behind the last token. */
  | 'end';

/** One shape for every kind, so that reading a field costs the same everywhere. */
export interface Token {
  readonly kind: TokenKind;
  /** Characters `from` up to, not including, `to` of the clean text. */
  readonly from: number;
  readonly to: number;
  /** No blank stands between this token and the one before. */
  readonly isGlued: boolean;
  readonly text: string;
  /** `text` of words in lower case. */
  readonly lower: string;
  readonly role: Role;
  readonly value: number;
  readonly second: number;
  readonly third: number;
  readonly unit: string;
  readonly right: Right | null;
  /** Where the number ends and its side or unit begins, in the clean text. */
  readonly split: number;
}

export const END: Token = {
  kind: 'end',
  from: 0,
  to: 0,
  isGlued: false,
  text: '',
  lower: '',
  role: 'prose',
  value: Number.NaN,
  second: -1,
  third: -1,
  unit: '',
  right: null,
  split: 0,
};

/** Kinds whose digits must be accounted for before a message is an instruction. */
export function carriesNumber(token: Token): boolean {
  switch (token.kind) {
    case 'number':
    case 'money':
    case 'plural':
    case 'percent':
    case 'times':
    case 'ordinal':
    case 'measure':
    case 'slash':
    case 'vulgar':
    case 'strike_side':
    case 'dte':
    case 'glued_date':
    case 'option_symbol':
    case 'code':
    case 'unclear':
      return true;
    default:
      return false;
  }
}

/** A single amount, with or without a dollar sign. */
export function isAmount(token: Token): boolean {
  return token.kind === 'number' || token.kind === 'money';
}

export function isWhole(token: Token): boolean {
  return Number.isInteger(token.value) && !token.text.includes('.');
}

const FRACTIONS: ReadonlySet<string> = new Set([
  '1/2',
  '1/3',
  '2/3',
  '1/4',
  '3/4',
  '1/5',
  '2/5',
  '3/5',
  '4/5',
  '1/8',
  '1/10',
]);

/** Whether a stroke between numbers can be a fraction of a position. */
export function isFraction(token: Token): boolean {
  return token.kind === 'vulgar' || (token.kind === 'slash' && FRACTIONS.has(token.text));
}
