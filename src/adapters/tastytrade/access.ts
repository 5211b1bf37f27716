/** What the tastytrade client, its streams and its broker know of each other. */
import type { Result } from '#kernel/result.ts';
import type { Secret } from '#kernel/secret.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { QueryFault } from '#orders/ports.ts';

/**
 * refused: the venue does not accept the refresh token or the client secret.
 * stopped: refused twice; no more is asked until `AccessTokens.tryAgain`, because more failures
 * block the address for hours.
 */
export interface TokenFault {
  readonly kind: 'refused' | 'stopped' | 'unreachable' | 'throttled' | 'malformed';
  /** For people; holds no secret. */
  readonly detail: string;
}

/** Access tokens of 15 minutes from one refresh token. */
export interface AccessTokens {
  /** A token good for 30 s at least. Many callers at once cause one refresh. */
  current(): Promise<Result<Secret, TokenFault>>;
  /** A token other than this one, which the venue refused although it should have been good. */
  renew(refused: Secret): Promise<Result<Secret, TokenFault>>;
  /** Ends `stopped`: an operator has changed or checked the credentials. */
  tryAgain(): void;
}

/** Opens the quote stream for a day. */
export interface QuoteToken {
  readonly token: Secret;
  /** Where the quotes are: always the address that came with the token. */
  readonly url: string;
  /** Quotes are 15 minutes old: sandbox, and production accounts without money. */
  readonly delayed: boolean;
  readonly expiresAt: EpochMs;
}

export interface QuoteTokens {
  quoteToken(): Promise<Result<QuoteToken, QueryFault>>;
}

/** The account stream, as the broker needs it: hints that may be lost, doubled or out of order. */
export interface OrderFeed {
  /** Calls `listener` with each `Order` object as it came, until undone. */
  onOrder(listener: (raw: unknown) => void): () => void;
  /** Calls `listener` after each successful connect: what was missed must be read. */
  onConnected(listener: () => void): () => void;
}
