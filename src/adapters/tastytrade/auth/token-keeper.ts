/**
 * Access tokens: one refresh at a time, well before the old one ends, never a third refused try.
 *
 * Rules
 * 1. A token's age is the larger of what both clocks say, counted from when it was asked for: a
 *    clock that was set, or a machine that slept, can only make it older.
 * 2. It is renewed 60 s before its end and given out while 30 s of it are left; of a token with a
 *    shorter life, in proportion.
 * 3. Two refusals in a row stop all asking until `tryAgain`: more would block us for hours.
 * 4. A rotated refresh token replaces the good one only after it has itself given an access token.
 */
import type { Random } from '#kernel/random.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { Secret } from '#kernel/secret.ts';
import type { Clock, EpochMs } from '#kernel/time.ts';
import type { AccessTokens, TokenFault } from '../access.ts';
import { exchange, type Fetch } from '../http/exchange.ts';
import type { Redactor } from '../http/redaction.ts';
import { type Grant, type GrantFault, grantBody, grantOf } from './grant.ts';
import type { RefreshTokenStore, RefreshTokens } from './token-file.ts';

export interface TokenKeeperOptions {
  readonly apiUrl: string;
  readonly clientSecret: Secret;
  readonly store: RefreshTokenStore;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: Random;
  readonly redactor: Redactor;
  /** User-Agent and what else goes with every call. */
  readonly headers: Readonly<Record<string, string>>;
  readonly withinMs: number;
}

export interface TokenHealth {
  /** `null` while no token is held. */
  readonly expiresInMs: number | null;
  readonly refusals: number;
  readonly fault: TokenFault | null;
  /** Why a rotated refresh token could not be kept on disk, or `null`. */
  readonly notKept: string | null;
  readonly refreshes: number;
}

export interface TokenKeeper extends AccessTokens {
  /** The venue has taken this token. */
  worked(token: Secret): void;
  health(): TokenHealth;
}

interface Held {
  readonly token: Secret;
  readonly lifetimeMs: number;
  readonly askedAt: EpochMs;
  readonly askedMono: number;
  readonly worked: boolean;
}

const RENEW_BEFORE_MS = 60_000;
const LEFT_MS_MIN = 30_000;
/** Of a short life: renewed in its last third, given out until its last sixth. */
const RENEW_PART = 1 / 3;
const LEFT_PART = 1 / 6;
const REFUSALS_MAX = 2;
/** A service that refuses while it restarts is given time to do so. */
const REFUSED_WAIT_MS = 10_000;
/** Refused with tokens that worked, so many times in so long: from then on it is renewed seldom. */
const RENEWALS_MAX = 30;
const RENEWALS_MS = 60_000;
const RENEWAL_SELDOM_MS = 5_000;
const BACK_OFF_MS = 1_000;
const BACK_OFF_MS_MAX = 30_000;

export function createTokenKeeper(options: TokenKeeperOptions): TokenKeeper {
  return new Keeper(options);
}

class Keeper implements TokenKeeper {
  readonly #options: TokenKeeperOptions;
  #refresh: RefreshTokens;
  #isCandidateRefused = false;
  #held: Held | null = null;
  #underWay: Promise<Result<Secret, TokenFault>> | null = null;
  #refusals = 0;
  #failures = 0;
  #refreshes = 0;
  /** When tokens were renewed because they were refused, on the monotonic clock. */
  #renewals: number[] = [];
  /** Tokens in a row that never worked. */
  #unworked = 0;
  /** On the monotonic clock. */
  #notBefore = Number.NEGATIVE_INFINITY;
  #fault: TokenFault | null = null;
  #notKept: string | null = null;

  constructor(options: TokenKeeperOptions) {
    this.#options = options;
    this.#refresh = options.store.tokens;
    const { good, candidate } = this.#refresh;
    for (const secret of [options.clientSecret, good, candidate]) {
      if (secret !== null) options.redactor.hide(secret.reveal(), 'always');
    }
  }

  async current(): Promise<Result<Secret, TokenFault>> {
    const held = this.#held;
    const leftMs = held === null ? 0 : this.#leftMs(held);
    if (held === null || leftMs < leftMin(held)) return this.#renewed();
    // Still good for an order: nobody waits for its successor, and if that fails it serves on.
    if (leftMs <= renewAt(held)) void this.#renewed();
    return ok(held.token);
  }

  async renew(refused: Secret): Promise<Result<Secret, TokenFault>> {
    const held = this.#held;
    if (held?.token.reveal() === refused.reveal()) {
      const fault = this.#whyNotRenew(held);
      if (fault !== null) return err(fault);
      this.#renewals.push(this.#options.clock.mono());
      this.#unworked = held.worked ? 0 : this.#unworked + 1;
      this.#held = null;
    }
    return this.current();
  }

  worked(token: Secret): void {
    const held = this.#held;
    if (held === null || held.worked || held.token.reveal() !== token.reveal()) return;
    this.#held = { ...held, worked: true };
    this.#refusals = 0;
    this.#unworked = 0;
  }

  tryAgain(): void {
    this.#refusals = 0;
    this.#failures = 0;
    this.#isCandidateRefused = false;
    this.#notBefore = Number.NEGATIVE_INFINITY;
    this.#fault = null;
  }

  health(): TokenHealth {
    const held = this.#held;
    return {
      expiresInMs: held === null ? null : this.#leftMs(held),
      refusals: this.#refusals,
      fault: this.#fault,
      notKept: this.#notKept,
      refreshes: this.#refreshes,
    };
  }

  #renewed(): Promise<Result<Secret, TokenFault>> {
    if (this.#fault !== null) {
      if (this.#refusals >= REFUSALS_MAX) return Promise.resolve(err(stopped(this.#fault)));
      if (this.#options.clock.mono() < this.#notBefore) return Promise.resolve(err(this.#fault));
    }
    this.#underWay ??= this.#ask().finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  async #ask(): Promise<Result<Secret, TokenFault>> {
    const { apiUrl, clientSecret, fetch, clock, headers, withinMs } = this.#options;
    const { good, candidate } = this.#refresh;
    const used = candidate === null || this.#isCandidateRefused ? good : candidate;
    this.#options.redactor.hide(used.reveal(), 'passing');
    const asked = { askedAt: clock.now(), askedMono: clock.mono() };
    this.#refreshes += 1;
    const result = await exchange(fetch, clock, {
      url: `${apiUrl}/oauth/token`,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: grantBody(used, clientSecret),
      withinMs,
    });
    const grant = grantOf(result);
    if (!grant.ok) return err(this.#failed(grant.error, used));
    const { accessToken, lifetimeMs } = grant.value;
    this.#options.redactor.hide(accessToken.reveal(), 'passing');
    this.#held = { token: accessToken, lifetimeMs, ...asked, worked: false };
    this.#failures = 0;
    this.#fault = null;
    this.#keep(used, grant.value);
    return ok(accessToken);
  }

  /** `used` has just proved itself; what came in its place has to do so first. */
  #keep(used: Secret, { rotated }: Grant): void {
    const isNew = rotated !== null && rotated.reveal() !== used.reveal();
    const next: RefreshTokens = { good: used, candidate: isNew ? rotated : null };
    const { good, candidate } = this.#refresh;
    if (!isNew && candidate === null && good.reveal() === used.reveal()) return;
    if (isNew) this.#options.redactor.hide(rotated.reveal(), 'passing');
    this.#refresh = next;
    this.#isCandidateRefused = false;
    this.#notKept = this.#options.store.save(next);
  }

  #failed(fault: GrantFault, used: Secret): TokenFault {
    const { clock, random, redactor } = this.#options;
    const { kind } = fault;
    const detail = redactor.clean(`access token: ${fault.detail}`);
    if (kind === 'refused') return this.#refused({ kind, detail }, used);
    this.#failures += 1;
    const doubled = BACK_OFF_MS * 2 ** Math.min(this.#failures - 1, 10);
    this.#notBefore = clock.mono() + Math.min(BACK_OFF_MS_MAX, doubled) * (0.5 + random.next() / 2);
    this.#fault = { kind, detail };
    return this.#fault;
  }

  /** A rotated token that is refused gives the next try to the one before it; both are kept. */
  #refused(fault: TokenFault, used: Secret): TokenFault {
    this.#refusals += 1;
    this.#fault = fault;
    if (used === this.#refresh.candidate) this.#isCandidateRefused = true;
    else this.#notBefore = this.#options.clock.mono() + REFUSED_WAIT_MS;
    return this.#refusals >= REFUSALS_MAX ? stopped(fault) : fault;
  }

  /** A token is only part of what can be refused: another is not asked for again and again. */
  #whyNotRenew({ worked }: Held): TokenFault | null {
    const now = this.#options.clock.mono();
    this.#renewals = this.#renewals.filter((at) => now - at < RENEWALS_MS);
    const sinceMs = now - (this.#renewals.at(-1) ?? Number.NEGATIVE_INFINITY);
    if (!worked) {
      const waitMs = Math.min(RENEWALS_MS, BACK_OFF_MS * 2 ** Math.min(this.#unworked, 10));
      const detail = 'access tokens are refused although they are fresh';
      return this.#unworked > 0 && sinceMs < waitMs ? { kind: 'refused', detail } : null;
    }
    if (this.#renewals.length < RENEWALS_MAX || sinceMs >= RENEWAL_SELDOM_MS) return null;
    return { kind: 'throttled', detail: 'access tokens that work are refused again and again' };
  }

  #leftMs({ lifetimeMs, askedAt, askedMono }: Held): number {
    const { clock } = this.#options;
    return lifetimeMs - Math.max(clock.mono() - askedMono, clock.now() - askedAt);
  }
}

function stopped({ detail }: TokenFault): TokenFault {
  return {
    kind: 'stopped',
    detail: `${detail}; asked twice and stopped, so that the address is not blocked`,
  };
}

function renewAt({ lifetimeMs }: Held): number {
  return Math.min(RENEW_BEFORE_MS, lifetimeMs * RENEW_PART);
}

function leftMin({ lifetimeMs }: Held): number {
  return Math.min(LEFT_MS_MIN, lifetimeMs * LEFT_PART);
}
