/** Who may talk to the stand-in: credentials, access tokens of a short life, quote tokens. */
import type { Random } from '#kernel/random.ts';
import { type Clock, type EpochMs, plus } from '#kernel/time.ts';

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  /** Traded once for the tokens of another application. */
  readonly authorizationCode: string;
}

export interface Access {
  readonly credentials: Credentials;
  readonly issue: (scopes: readonly string[]) => string;
  /** The scopes of a token that is valid now, or `null`. */
  readonly scopesOf: (token: string) => readonly string[] | null;
  readonly isRefreshToken: (token: string) => boolean;
  /** A new refresh token; the old one is good for nothing when `keepOld` is not asked. */
  readonly rotate: (old: 'kept' | 'revoked') => string;
  readonly revokeRefreshTokens: () => void;
  readonly expireAccessTokens: () => void;
  readonly issueQuoteToken: () => { readonly token: string; readonly expiresAt: EpochMs };
  readonly isQuoteToken: (token: string) => boolean;
  readonly expireQuoteTokens: () => void;
  /** Access tokens issued so far, and refresh requests refused. */
  readonly counts: { issued: number; refused: number };
}

export interface AccessOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly tokenLifetimeMs: number;
  readonly quoteTokenLifetimeMs: number;
}

const TOKEN_PARTS = 3;
const HELD_MAX = 5000;
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

export function createAccess(options: AccessOptions): Access {
  const { clock, random, tokenLifetimeMs, quoteTokenLifetimeMs } = options;
  const access = new Map<string, { readonly until: number; readonly scopes: readonly string[] }>();
  const quotes = new Map<string, number>();
  const credentials = {
    clientId: `client-${text(random, 12)}`,
    clientSecret: text(random, 40),
    refreshToken: jwt(random),
    authorizationCode: text(random, 24),
  };
  const refresh = new Set([credentials.refreshToken]);
  const counts = { issued: 0, refused: 0 };

  function keep<T>(map: Map<string, T>, key: string, value: T): void {
    map.set(key, value);
    const [oldest] = map.keys();
    if (map.size > HELD_MAX && oldest !== undefined) map.delete(oldest);
  }

  return {
    credentials,
    counts,
    issue(scopes) {
      counts.issued += 1;
      const token = jwt(random);
      keep(access, token, { until: clock.mono() + tokenLifetimeMs, scopes });
      return token;
    },
    scopesOf(token) {
      const known = access.get(token);
      return known !== undefined && clock.mono() < known.until ? known.scopes : null;
    },
    isRefreshToken: (token) => refresh.has(token),
    rotate(old) {
      const token = jwt(random);
      if (old === 'revoked') refresh.clear();
      refresh.add(token);
      return token;
    },
    revokeRefreshTokens: () => refresh.clear(),
    expireAccessTokens: () => access.clear(),
    issueQuoteToken() {
      const token = jwt(random);
      keep(quotes, token, clock.mono() + quoteTokenLifetimeMs);
      return { token, expiresAt: plus(clock.now(), quoteTokenLifetimeMs) };
    },
    isQuoteToken: (token) => clock.mono() < (quotes.get(token) ?? Number.NEGATIVE_INFINITY),
    expireQuoteTokens: () => quotes.clear(),
  };
}

function jwt(random: Random): string {
  return Array.from({ length: TOKEN_PARTS }, () => text(random, 32)).join('.');
}

function text(random: Random, length: number): string {
  return Array.from({ length }, () => LETTERS[random.integer(0, LETTERS.length - 1)]).join('');
}
