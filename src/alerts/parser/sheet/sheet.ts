/**
 * The working sheet of one message: its tokens, and what each has been found to be.
 *
 * Recognisers claim tokens one after another, the certain before the likely; what is claimed is
 * spoken for. In the end every number must be claimed, or the message is refused.
 */
import type { Span } from '../../model.ts';
import { type CleanText, rawSpan } from '../text/clean-text.ts';
import { END, type Token, type TokenKind } from '../tokens/token.ts';
import type { Role } from '../words/lexicon.ts';

export type Claim =
  | 'free'
  /** Pings, times of day, list numbers: part of no statement. */
  | 'noise'
  | 'verb'
  | 'symbol'
  | 'strike'
  | 'side'
  | 'expiry'
  | 'quantity'
  | 'price'
  /** How much an exit takes: "half", "1/3". */
  | 'portion'
  /** How much an exit leaves: "2 runners", "5 cons left". */
  | 'kept'
  /** Stops and targets. */
  | 'plan'
  /** What the author means to do later, in his own words. */
  | 'intention'
  | 'size'
  /** A price of the underlying, a bid or ask, a former price: known not to be the price. */
  | 'note';

export interface Sheet {
  readonly clean: CleanText;
  readonly tokens: readonly Token[];
  /** One for each token. */
  readonly claims: Claim[];
}

/** A run of tokens, both ends included. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

export function createSheet(clean: CleanText, tokens: readonly Token[]): Sheet {
  return { clean, tokens, claims: Array<Claim>(tokens.length).fill('free') };
}

/** The token at that place; the `end` token beyond either end. */
export function tokenAt({ tokens }: Sheet, index: number): Token {
  // Reading beyond an array's ends is slow out of proportion; recognisers do it all the time.
  return (index >= 0 && index < tokens.length ? tokens[index] : END) ?? END;
}

export function claimAt({ claims }: Sheet, index: number): Claim {
  return (index >= 0 && index < claims.length ? claims[index] : 'free') ?? 'free';
}

export function claim(sheet: Sheet, from: number, to: number, as: Claim): void {
  for (let index = from; index <= to; index += 1) sheet.claims[index] = as;
}

/** Whether there is a token that nothing has claimed. */
export function isFree({ claims }: Sheet, index: number): boolean {
  return index >= 0 && index < claims.length && claims[index] === 'free';
}

export function roleAt(sheet: Sheet, index: number): Role {
  return tokenAt(sheet, index).role;
}

export function kindAt(sheet: Sheet, index: number): TokenKind {
  return tokenAt(sheet, index).kind;
}

/** The raw characters of a run of tokens. */
export function spanOf(sheet: Sheet, from: number, to: number): Span {
  return rawSpan(sheet.clean, tokenAt(sheet, from).from, tokenAt(sheet, to).to);
}

/** The raw characters behind a part of a token: `from` and `to` in the clean text. */
export function spanWithin({ clean }: Sheet, from: number, to: number): Span {
  return rawSpan(clean, from, to);
}

/** The first place in a direction that is not skipped. */
export function skip(
  sheet: Sheet,
  from: number,
  step: 1 | -1,
  isSkipped: (token: Token, index: number) => boolean,
): number {
  let index = from;
  while (index >= 0 && index < sheet.tokens.length && isSkipped(tokenAt(sheet, index), index)) {
    index += step;
  }
  return index;
}
