import { describe, expect, it } from 'vitest';
import type { DxLinkOptions, StandInOptions } from '../../stand-ins/tastytrade/options.ts';
import { at, type Bench, PUT, PUT_STREAMER, withBench } from './bench.ts';
import { openSocket, type SocketClient } from './socket-client.ts';

const SETUP = {
  type: 'SETUP',
  channel: 0,
  version: '0.1-bench/1.0',
  keepaliveTimeout: 60,
  acceptKeepaliveTimeout: 60,
};
const FIELDS = { Quote: ['eventSymbol', 'bidPrice', 'askPrice', 'bidSize', 'askSize'] };
const QUOTE = { type: 'Quote', symbol: PUT_STREAMER };

describe('the handshake', () => {
  it('goes from setup over an unauthorized state to an open channel', () =>
    withFeed({}, async ({ socket, token }) => {
      socket.send(SETUP);
      await socket.next({ type: 'SETUP' });
      expect(await socket.next({ type: 'AUTH_STATE' })).toMatchObject({ state: 'UNAUTHORIZED' });
      socket.send({ type: 'AUTH', channel: 0, token });
      expect(await socket.next({ type: 'AUTH_STATE' })).toMatchObject({ state: 'AUTHORIZED' });
      request(socket, 1);
      expect(await socket.next({ type: 'CHANNEL_OPENED' })).toMatchObject({ service: 'FEED' });
    }));

  it('leaves a client with a bad token unauthorized', () =>
    withFeed({}, async ({ socket }) => {
      socket.send(SETUP);
      await socket.next({ type: 'AUTH_STATE' });
      socket.send({ type: 'AUTH', channel: 0, token: 'nobody' });
      expect(await socket.next({ type: 'AUTH_STATE' })).toMatchObject({ state: 'UNAUTHORIZED' });
      request(socket, 1);
      expect(await socket.next({ type: 'ERROR' })).toMatchObject({ error: 'UNAUTHORIZED' });
    }));

  it('lets no token in after 24 hours', () =>
    withFeed({}, async ({ socket, token, clock }) => {
      clock.advance(24 * 3_600_000);
      const late = await openSocket(socket.url);
      late.send(SETUP);
      await late.next({ type: 'AUTH_STATE' });
      late.send({ type: 'AUTH', channel: 0, token });
      expect(await late.next({ type: 'AUTH_STATE' })).toMatchObject({ state: 'UNAUTHORIZED' });
      late.close();
    }));

  it('ends a client that does not wait, when strict', () =>
    withFeed({ handshake: 'strict' }, async ({ socket, token }) => {
      socket.send(SETUP);
      socket.send({ type: 'AUTH', channel: 0, token });
      expect(await socket.next({ type: 'ERROR' })).toMatchObject({ error: 'BAD_ACTION' });
      expect(await socket.closed).toBe(1008);
    }));

  it('refuses even channels', () =>
    withFeed({}, async ({ socket, authorize }) => {
      await authorize();
      request(socket, 2);
      expect(await socket.next({ type: 'ERROR' })).toMatchObject({
        error: 'BAD_ACTION',
        message: 'Protocol violation with an even channel usage.',
      });
    }));

  it('refuses a frame it cannot read', () =>
    withFeed({}, async ({ socket }) => {
      socket.send('{');
      expect(await socket.next({ type: 'ERROR' })).toMatchObject({ error: 'INVALID_MESSAGE' });
    }));

  it('ends with 1009 a frame that is too large', () =>
    withFeed({ frameBytesMax: 8192 }, async ({ socket, openChannel }) => {
      await openChannel();
      const add = Array.from({ length: 400 }, () => QUOTE);
      socket.send({ type: 'FEED_SUBSCRIPTION', channel: 1, add });
      expect(await socket.closed).toBe(1009);
    }));
});

describe('keepalive', () => {
  it('comes every half minute', () =>
    withFeed({}, async ({ socket, clock }) => {
      clock.advance(30_000);
      expect(await socket.next({ type: 'KEEPALIVE' })).toMatchObject({ channel: 0 });
    }));

  it('is expected of the client too', () =>
    withFeed({}, async ({ socket, clock }) => {
      clock.advance(60_000);
      expect(await socket.next({ type: 'ERROR' })).toMatchObject({ error: 'TIMEOUT' });
      await socket.closed;
    }));
});

describe('the feed', () => {
  it('tells the fields before the first data, and sends the newest quote at once', () =>
    withFeed({}, async ({ socket, openChannel }) => {
      const config = await openChannel();
      expect(config).toMatchObject({ dataFormat: 'COMPACT', eventFields: FIELDS });
      socket.send({ type: 'FEED_SUBSCRIPTION', channel: 1, add: [QUOTE] });
      const { data } = await socket.next({ type: 'FEED_DATA' });
      expect(data).toEqual(['Quote', [PUT_STREAMER, 0.7, 0.8, 50, 50]]);
    }));

  it('quotes everything REST has a streamer symbol for', () =>
    withFeed(
      {},
      async ({ socket, openChannel, get }) => {
        await openChannel();
        const chain = await get('/option-chains/BRK%2FB/compact');
        const futures = await get('/instruments/futures?product-code[]=ES');
        const nested = await get('/futures-option-chains/ES');
        const symbols = [
          'SPY',
          'BRK/B',
          String(at(chain.body, 'data', 'items', 0, 'streamer-symbols', 0)),
          String(at(futures.body, 'data', 'items', 0, 'streamer-symbol')),
          String(at(nested.body, 'data', 'items', 0, 'streamer-symbol')),
        ];
        const add = symbols.map((symbol) => ({ type: 'Quote', symbol }));
        socket.send({ type: 'FEED_SUBSCRIPTION', channel: 1, add });
        const { data } = await socket.next({ type: 'FEED_DATA' });
        for (const symbol of symbols) expect(at(data, 1)).toContain(symbol);
      },
      { market: 'walk' },
    ));

  it('tells how a walking market moves', () =>
    withFeed(
      { aggregationPeriod: 0 },
      async ({ socket, openChannel, clock }) => {
        await openChannel();
        const add = [{ type: 'Quote', symbol: 'SPY' }];
        socket.send({ type: 'FEED_SUBSCRIPTION', channel: 1, add });
        const bids = new Set<unknown>();
        for (let second = 0; second < 5; second += 1) {
          bids.add(at((await socket.next({ type: 'FEED_DATA' }))['data'], 1, 1));
          clock.advance(2000);
        }
        expect(bids.size).toBeGreaterThan(1);
      },
      { market: 'walk' },
    ));

  it('gathers changes for the period that was granted', () =>
    withFeed({ aggregationPeriod: 2 }, async ({ socket, openChannel, standIn, clock }) => {
      expect(await openChannel()).toMatchObject({ aggregationPeriod: 2 });
      socket.send({ type: 'FEED_SUBSCRIPTION', channel: 1, add: [QUOTE] });
      await socket.next({ type: 'FEED_DATA' });
      standIn.setQuote(PUT, { bid: '0.71' });
      standIn.setQuote(PUT, { bid: '0.72' });
      clock.advance(2000);
      const { data } = await socket.next({ type: 'FEED_DATA' });
      expect(data).toEqual(['Quote', [PUT_STREAMER, 0.72, 0.8, 50, 50]]);
      expect(socket.all.filter(({ type }) => type === 'FEED_DATA')).toHaveLength(2);
    }));

  it('puts several types into one frame, or each into its own', async () => {
    const add = ['Quote', 'Trade', 'Profile'].map((type) => ({ ...QUOTE, type }));
    for (const [pairsPerFrame, pairs] of [
      ['several', 3],
      ['one', 1],
    ] as const) {
      await withFeed({ pairsPerFrame }, async ({ socket, openChannel }) => {
        await openChannel();
        socket.send({ type: 'FEED_SUBSCRIPTION', channel: 1, add });
        const { data } = await socket.next({ type: 'FEED_DATA' });
        expect(data).toHaveLength(pairs * 2);
      });
    }
  });

  it('may tell the fields of a type late', () =>
    withFeed({ feedConfig: 'late' }, async ({ socket, openChannel }) => {
      const first = await openChannel();
      expect(first['eventFields']).toBeUndefined();
      socket.send({ type: 'FEED_SUBSCRIPTION', channel: 1, add: [QUOTE] });
      expect(await socket.next({ type: 'FEED_CONFIG' })).toMatchObject({ eventFields: FIELDS });
      await socket.next({ type: 'FEED_DATA' });
      const types = socket.all.map(({ type }) => type);
      expect(types.slice(-2)).toEqual(['FEED_CONFIG', 'FEED_DATA']);
    }));

  it('has greeks, summaries, profiles and candles, and a halt in the profile', () =>
    withFeed({}, async ({ socket, openChannel, standIn }) => {
      await openChannel();
      standIn.setQuote(PUT, { isHalted: true });
      const heard = new Map<string, unknown>();
      for (const [type, symbol] of [
        ['Greeks', PUT_STREAMER],
        ['Summary', PUT_STREAMER],
        ['Profile', PUT_STREAMER],
        ['Candle', `${PUT_STREAMER}{=5m}`],
      ] as const) {
        socket.send({ type: 'FEED_SUBSCRIPTION', channel: 1, add: [{ type, symbol }] });
        const frame = await socket.next((message) => at(message, 'data', 0) === type);
        expect(at(frame, 'data', 1, 0)).toBe(symbol);
        heard.set(type, at(frame, 'data', 1));
      }
      expect(heard.get('Profile')).toContain('HALTED');
    }));

  it('writes NaN for a side nobody is on, and for sizes when told to', () =>
    withFeed({}, async ({ socket, openChannel, standIn }) => {
      await openChannel();
      standIn.setQuote(PUT, { bid: null });
      standIn.dxlink.setNaN(1);
      socket.send({ type: 'FEED_SUBSCRIPTION', channel: 1, add: [QUOTE] });
      const { data } = await socket.next({ type: 'FEED_DATA' });
      expect(data).toEqual(['Quote', [PUT_STREAMER, 'NaN', 0.8, 'NaN', 'NaN']]);
    }));

  it('is silent about what was removed, reset or never existed', () =>
    withFeed({ aggregationPeriod: 0 }, async ({ socket, openChannel, standIn }) => {
      await openChannel();
      const unknown = { type: 'Quote', symbol: '.QZXV260320P78' };
      socket.send({ type: 'FEED_SUBSCRIPTION', channel: 1, add: [QUOTE, unknown] });
      await socket.next({ type: 'FEED_DATA' });
      expect(standIn.dxlink.subscriptions()).toEqual([`Quote ${PUT_STREAMER}`]);
      socket.send({ type: 'FEED_SUBSCRIPTION', channel: 1, remove: [QUOTE] });
      socket.send({ type: 'CHANNEL_CANCEL', channel: 1 });
      await socket.next({ type: 'CHANNEL_CLOSED' });
      expect(standIn.dxlink.subscriptions()).toEqual([]);
    }));
});

describe('faults of the feed', () => {
  it('restarts with 1012', () =>
    withFeed({}, async ({ socket, authorize, standIn }) => {
      await authorize();
      standIn.dxlink.restart();
      expect(await socket.closed).toBe(1012);
    }));

  it('declares tokens void in the middle of a session', () =>
    withFeed({}, async ({ socket, openChannel, standIn }) => {
      await openChannel();
      standIn.dxlink.expireTokens();
      expect(await socket.next({ state: 'UNAUTHORIZED' })).toBeDefined();
    }));

  it('freezes without closing', () =>
    withFeed({ aggregationPeriod: 0 }, async ({ socket, openChannel, standIn, clock }) => {
      await openChannel();
      socket.send({ type: 'FEED_SUBSCRIPTION', channel: 1, add: [QUOTE] });
      await socket.next({ type: 'FEED_DATA' });
      standIn.dxlink.freeze();
      standIn.setQuote(PUT, { bid: '0.75' });
      clock.advance(1);
      standIn.dxlink.thaw();
      standIn.setQuote(PUT, { bid: '0.76' });
      clock.advance(1);
      expect(at((await socket.next({ type: 'FEED_DATA' }))['data'], 1, 1)).toBe(0.76);
    }));
});

interface FeedBench extends Bench {
  readonly socket: SocketClient & { readonly url: string };
  /** The quote token. */
  readonly token: string;
  readonly authorize: () => Promise<void>;
  /** Opens channel 1; its first configuration. */
  readonly openChannel: () => ReturnType<SocketClient['next']>;
}

async function withFeed(
  dxlink: Partial<DxLinkOptions>,
  test: (bench: FeedBench) => Promise<void>,
  options: StandInOptions = {},
): Promise<void> {
  await withBench({ ...options, dxlink }, async (bench) => {
    const { body } = await bench.get('/api-quote-tokens');
    const url = String(at(body, 'data', 'dxlink-url'));
    const token = String(at(body, 'data', 'token'));
    const socket = await openSocket(url);
    const authorize = async (): Promise<void> => {
      socket.send(SETUP);
      await socket.next({ type: 'AUTH_STATE' });
      socket.send({ type: 'AUTH', channel: 0, token });
      await socket.next({ type: 'AUTH_STATE', state: 'AUTHORIZED' });
    };
    const openChannel = async () => {
      await authorize();
      request(socket, 1);
      await socket.next({ type: 'CHANNEL_OPENED' });
      socket.send({
        type: 'FEED_SETUP',
        channel: 1,
        acceptAggregationPeriod: 0.1,
        acceptDataFormat: 'COMPACT',
        acceptEventFields: FIELDS,
      });
      return socket.next({ type: 'FEED_CONFIG' });
    };
    try {
      await test({ ...bench, socket: { ...socket, url }, token, authorize, openChannel });
    } finally {
      socket.close();
    }
  });
}

function request(socket: SocketClient, channel: number): void {
  const parameters = { contract: 'AUTO' };
  socket.send({ type: 'CHANNEL_REQUEST', channel, service: 'FEED', parameters });
}
