/** Clean text to tokens: one pass, every character visited a bounded number of times. */
import { PLACEHOLDER } from '../text/characters.ts';
import { type DraftToken, isBlank, isDigit, isLetter, type Lexer, push } from './lexer.ts';
import { scanMoney, scanNumber, startsNumber } from './scan-number.ts';
import {
  scanCashtag,
  scanDottedSymbol,
  scanFuture,
  scanPing,
  scanWord,
  startsDottedSymbol,
  startsWord,
} from './scan-word.ts';
import type { Token, TokenKind } from './token.ts';

export function tokenize(text: string): readonly Token[] {
  const lexer: Lexer = { text, tokens: [], at: 0 };
  while (lexer.at < text.length) {
    const code = text.charCodeAt(lexer.at);
    if (code === 0x20) lexer.at += 1;
    else if (isDigit(code)) scanNumber(lexer);
    else if (startsWord(code)) scanWord(lexer);
    else scanSign(lexer, code);
  }
  return lexer.tokens;
}

const SIGNS: ReadonlyMap<number, TokenKind> = new Map([
  [0x0a, 'newline'],
  [0x2c, 'comma'],
  [0x3a, 'colon'],
  [0x3b, 'semicolon'],
  [0x2b, 'plus'],
  [0x7c, 'pipe'],
  [0x28, 'open_bracket'],
  [0x5b, 'open_bracket'],
  [0x7b, 'open_bracket'],
  [0x29, 'close_bracket'],
  [0x5d, 'close_bracket'],
  [0x7d, 'close_bracket'],
  [0x3c, 'less'],
  [0x3f, 'question'],
  [0x21, 'exclamation'],
  [0x2a, 'star'],
  [0x23, 'hash'],
  [0x7e, 'tilde'],
  [PLACEHOLDER.sign, 'sign'],
  [PLACEHOLDER.openSign, 'open_sign'],
  [PLACEHOLDER.closeSign, 'close_sign'],
  [PLACEHOLDER.cancelSign, 'cancel_sign'],
  [PLACEHOLDER.watchSign, 'watch_sign'],
  [PLACEHOLDER.doneSign, 'done_sign'],
  [PLACEHOLDER.arrow, 'arrow'],
  [PLACEHOLDER.ellipsis, 'ellipsis'],
  [PLACEHOLDER.unclear, 'unclear'],
]);

const VULGAR_FRACTIONS: ReadonlyMap<number, readonly [part: number, of: number]> = new Map([
  [PLACEHOLDER.half, [1, 2]],
  [PLACEHOLDER.third, [1, 3]],
  [PLACEHOLDER.twoThirds, [2, 3]],
  [PLACEHOLDER.quarter, [1, 4]],
  [PLACEHOLDER.threeQuarters, [3, 4]],
]);

function scanSign(lexer: Lexer, code: number): void {
  switch (code) {
    case 0x24:
      scanDollar(lexer);
      return;
    case 0x40:
      scanAt(lexer);
      return;
    case 0x2e:
      scanDot(lexer);
      return;
    case 0x2f:
      scanStroke(lexer);
      return;
    case 0x2d:
    case 0x3d:
    case 0x3e:
      scanArrow(lexer, code);
      return;
    default:
      scanPlainSign(lexer, code);
  }
}

function scanPlainSign(lexer: Lexer, code: number): void {
  const fraction = VULGAR_FRACTIONS.get(code);
  const kind = SIGNS.get(code);
  if (fraction === undefined) {
    one(lexer, kind ?? 'other');
    return;
  }
  const token = one(lexer, 'vulgar');
  token.value = fraction[0];
  token.second = fraction[1];
}

function one(lexer: Lexer, kind: TokenKind): DraftToken {
  return push(lexer, kind, lexer.at + 1, '');
}

function scanDollar(lexer: Lexer): void {
  const { text, at } = lexer;
  if (isLetter(text.charCodeAt(at + 1))) {
    scanCashtag(lexer);
    return;
  }
  let next = at + 1;
  while (text.charCodeAt(next) === 0x20) next += 1;
  if (startsNumber(text, next)) scanMoney(lexer, next);
  else one(lexer, 'other');
}

function scanAt(lexer: Lexer): void {
  if (isLetter(lexer.text.charCodeAt(lexer.at + 1))) scanPing(lexer);
  else one(lexer, 'at');
}

function scanDot(lexer: Lexer): void {
  const { text, at } = lexer;
  if (isDigit(text.charCodeAt(at + 1))) {
    scanNumber(lexer);
  } else if (startsDottedSymbol(text, at)) {
    scanDottedSymbol(lexer);
  } else {
    let end = at + 1;
    while (text.charCodeAt(end) === 0x2e) end += 1;
    push(lexer, 'period', end, '');
  }
}

function scanStroke(lexer: Lexer): void {
  const { text, at } = lexer;
  const isFree = at === 0 || isBlank(text.charCodeAt(at - 1)) || text.charCodeAt(at - 1) === 0x28;
  const next = text.charCodeAt(at + 1);
  const isUpper = next >= 0x41 && next <= 0x5a;
  if (isFree && isUpper) scanFuture(lexer);
  else one(lexer, 'slash_sign');
}

/** `->`, `-->`, `=>`, `>>`; else a dash, an equals sign or a comparison. */
function scanArrow(lexer: Lexer, code: number): void {
  const { text, at } = lexer;
  let end = at + 1;
  while (text.charCodeAt(end) === code) end += 1;
  if (code !== 0x3e && text.charCodeAt(end) === 0x3e) push(lexer, 'arrow', end + 1, '');
  else if (code === 0x3e && end - at > 1) push(lexer, 'arrow', end, '');
  else if (code === 0x3e) one(lexer, 'greater');
  else push(lexer, code === 0x2d ? 'dash' : 'equals', end, '');
}
