/** The venue's side of dxLink, as far as a handshake goes; the rest is said by the test. */
import type { QuoteTokens } from '#adapters/tastytrade/access.ts';
import { err, ok } from '#kernel/result.ts';
import { Secret } from '#kernel/secret.ts';
import { type Clock, plus } from '#kernel/time.ts';
import type { QueryFault } from '#orders/ports.ts';
import { createFakeSockets, type FakeSocket } from './fake-sockets.ts';

const HOUR_MS = 3_600_000;
const QUOTE_FIELDS = ['eventSymbol', 'bidPrice', 'askPrice', 'bidSize', 'askSize'];

interface FakeDxlinkOptions {
  /** Tokens the venue takes; every one when absent. */
  readonly accepts?: (token: string) => boolean;
  readonly isConfigLate?: boolean;
}

/** Answers each step of the handshake, and opens sockets by itself when asked to. */
export function createFakeDxlink({ accepts = () => true, isConfigLate }: FakeDxlinkOptions = {}) {
  return createFakeSockets((socket, message) => {
    switch (message['type']) {
      case 'SETUP':
        socket.say(
          { type: 'SETUP', channel: 0, keepaliveTimeout: 60, acceptKeepaliveTimeout: 60 },
          { type: 'AUTH_STATE', channel: 0, state: 'UNAUTHORIZED' },
        );
        return;
      case 'AUTH': {
        const state = accepts(String(message['token'])) ? 'AUTHORIZED' : 'UNAUTHORIZED';
        socket.say({ type: 'AUTH_STATE', channel: 0, state, userId: 'u' });
        return;
      }
      case 'CHANNEL_REQUEST':
        socket.say({ type: 'CHANNEL_OPENED', channel: message['channel'], service: 'FEED' });
        return;
      case 'FEED_SETUP':
        if (!isConfigLate) socket.say(FEED_CONFIG);
    }
  });
}

export const FEED_CONFIG = {
  type: 'FEED_CONFIG',
  channel: 1,
  aggregationPeriod: 0.1,
  dataFormat: 'COMPACT',
  eventFields: { Quote: QUOTE_FIELDS, Profile: ['eventSymbol', 'tradingStatus'] },
};

export function feedData(...data: readonly unknown[]): object {
  return { type: 'FEED_DATA', channel: 1, data };
}

type Sides = readonly [bid: unknown, ask: unknown, bidSize?: unknown, askSize?: unknown];

export function quoteData(symbol: string, [bid, ask, bidSize = 10, askSize = 10]: Sides): object {
  return feedData('Quote', [symbol, bid, ask, bidSize, askSize]);
}

type TokenAnswer = Awaited<ReturnType<QuoteTokens['quoteToken']>>;

interface FakeTokens extends QuoteTokens {
  issued: number;
  /** Given in place of tokens while there is one. */
  fault: QueryFault | null;
}

interface FakeTokenOptions {
  readonly delayed?: boolean;
  readonly lifeMs?: number;
  readonly fault?: QueryFault | null;
}

/** `q1`, `q2`, …, each good for a day. */
export function createFakeTokens(clock: Clock, options: FakeTokenOptions = {}): FakeTokens {
  const { delayed = false, lifeMs = 24 * HOUR_MS, fault = null } = options;
  const tokens: FakeTokens = {
    issued: 0,
    fault,
    async quoteToken(): Promise<TokenAnswer> {
      tokens.issued += 1;
      if (tokens.fault !== null) return err(tokens.fault);
      return ok({
        token: new Secret(`q${tokens.issued}`),
        url: `wss://dxlink.example/realtime?${tokens.issued}`,
        delayed,
        expiresAt: plus(clock.now(), lifeMs),
      });
    },
  };
  return tokens;
}

/** Subscriptions as they were sent on one socket: `+Quote SPY`, `-Quote SPY`. */
export function subscriptionsOf({ sent }: FakeSocket): readonly string[] {
  const entries = (list: unknown, sign: string): readonly string[] =>
    ((list ?? []) as { type: string; symbol: string }[]).map(
      ({ type, symbol }) => `${sign}${type} ${symbol}`,
    );
  return sent
    .filter(({ type }) => type === 'FEED_SUBSCRIPTION')
    .flatMap(({ add, remove }) => [...entries(remove, '-'), ...entries(add, '+')]);
}
