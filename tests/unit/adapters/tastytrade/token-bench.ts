/** A keeper of tokens at a venue a test answers for. */
import type { RefreshTokenStore, RefreshTokens } from '#adapters/tastytrade/auth/token-file.ts';
import { createTokenKeeper, type TokenKeeper } from '#adapters/tastytrade/auth/token-keeper.ts';
import { createRedactor } from '#adapters/tastytrade/http/redaction.ts';
import { createRandom } from '#kernel/random.ts';
import { Secret } from '#kernel/secret.ts';
import { createVirtualClock, type VirtualClock } from '#kernel/virtual-clock.ts';
import {
  CLIENT_SECRET,
  createFakeVenue,
  type FakeVenue,
  MORNING,
  REFRESH_TOKEN,
} from './fake-venue.ts';

export const OAUTH = /^\/oauth\/token$/;

export interface TokenBench {
  readonly clock: VirtualClock;
  readonly venue: FakeVenue;
  readonly tokens: TokenKeeper;
  readonly saved: readonly RefreshTokens[];
  readonly refreshes: () => number;
}

export interface TokenBenchOptions {
  readonly kept?: RefreshTokens;
  /** Why nothing can be written down. */
  readonly diskFault?: string;
}

export function openTokens({ kept, diskFault }: TokenBenchOptions = {}): TokenBench {
  const clock = createVirtualClock(MORNING);
  const venue = createFakeVenue(clock);
  const saved: RefreshTokens[] = [];
  const store: RefreshTokenStore = {
    tokens: kept ?? { good: new Secret(REFRESH_TOKEN), candidate: null },
    save(tokens) {
      saved.push(tokens);
      return diskFault ?? null;
    },
  };
  const tokens = createTokenKeeper({
    apiUrl: 'http://127.0.0.1:9',
    clientSecret: new Secret(CLIENT_SECRET),
    ...{ store, clock, fetch: venue.fetch },
    random: createRandom(1),
    redactor: createRedactor(),
    headers: { 'user-agent': 'strikewire/1.2.3' },
    withinMs: 8_000,
  });
  return { clock, venue, tokens, saved, refreshes: () => venue.seen('POST', OAUTH).length };
}

export async function tokenOf({ tokens }: TokenBench): Promise<string> {
  const token = await tokens.current();
  return token.ok ? token.value.reveal() : `fault: ${token.error.kind}`;
}
