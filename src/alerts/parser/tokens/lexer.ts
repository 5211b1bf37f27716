/** What the parts of the tokenizer share: the text, the place reached, the tokens so far. */
import { END, type Token, type TokenKind } from './token.ts';

export interface Lexer {
  readonly text: string;
  readonly tokens: Token[];
  /** Where the next token begins. */
  at: number;
}

export type DraftToken = { -readonly [Field in keyof Token]: Token[Field] };

/** Appends a token that ends before `to`, and goes on there. */
export function push(lexer: Lexer, kind: TokenKind, to: number, text: string): DraftToken {
  const from = lexer.at;
  const token: DraftToken = {
    kind,
    from,
    to,
    isGlued: from > 0 && !isBlank(lexer.text.charCodeAt(from - 1)),
    text,
    lower: '',
    role: 'prose',
    value: END.value,
    second: -1,
    third: -1,
    unit: '',
    right: null,
    split: to,
  };
  lexer.tokens.push(token);
  lexer.at = to;
  return token;
}

export function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a;
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

export function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
}

/** `from` itself when there is no digit. */
export function digitsEnd(text: string, from: number): number {
  let end = from;
  while (isDigit(text.charCodeAt(end))) end += 1;
  return end;
}

export function lettersEnd(text: string, from: number): number {
  let end = from;
  while (isLetter(text.charCodeAt(end))) end += 1;
  return end;
}
