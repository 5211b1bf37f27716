import { describe, expect, it } from 'vitest';
import { openDxlink } from '#adapters/tastytrade/streams/dxlink.ts';
import type { FeedEvent } from '#adapters/tastytrade/streams/feed-events.ts';
import { price } from '#kernel/price.ts';
import {
  createFakeDxlink,
  createFakeTokens,
  FEED_CONFIG,
  feedData,
  quoteData,
  subscriptionsOf,
} from './fake-dxlink.ts';
import { createFakeSockets, type FakeSockets, openBench } from './fake-sockets.ts';

const HOUR_MS = 3_600_000;

type TokenOptions = Parameters<typeof createFakeTokens>[1];

function openCase(sockets: FakeSockets = createFakeDxlink(), tokenOptions: TokenOptions = {}) {
  const bench = openBench();
  const tokens = createFakeTokens(bench.clock, tokenOptions);
  const events: FeedEvent[] = [];
  const feed = openDxlink({
    clock: bench.clock,
    random: bench.random,
    openSocket: sockets.factory,
    tokens,
    onEvents: (told) => events.push(...told),
  });
  return {
    ...bench,
    sockets,
    tokens,
    feed,
    events,
    async open() {
      await bench.pass(0);
      sockets.last().open();
      await bench.pass(0);
      return sockets.last();
    },
    /** A day in which the venue lives: it keeps every connection alive and takes new ones. */
    async live(ms: number) {
      for (let passed = 0; passed < ms; passed += 10_000) {
        await bench.pass(10_000);
        const socket = sockets.last();
        if (socket.isClosedByUs) continue;
        if (socket.sent.length === 0) socket.open();
        socket.say({ type: 'KEEPALIVE', channel: 0 });
      }
    },
  };
}

describe('the handshake of dxLink', () => {
  it('takes each step only after the answer to the one before', async () => {
    const sockets = createFakeSockets();
    const { open, pass } = openCase(sockets);
    const socket = await open();
    const steps: [answer: object, step: string][] = [
      [{ type: 'SETUP', channel: 0, keepaliveTimeout: 60, acceptKeepaliveTimeout: 60 }, 'SETUP'],
      [{ type: 'AUTH_STATE', channel: 0, state: 'UNAUTHORIZED' }, 'AUTH'],
      [{ type: 'AUTH_STATE', channel: 0, state: 'AUTHORIZED' }, 'CHANNEL_REQUEST'],
      [{ type: 'CHANNEL_OPENED', channel: 1, service: 'FEED' }, 'FEED_SETUP'],
    ];
    expect(socket.sent.map(({ type }) => type)).toEqual(['SETUP']);
    for (const [answer, step] of steps) {
      socket.say(answer);
      await pass(0);
      expect(socket.sent.at(-1)).toMatchObject({ type: step });
    }
    expect(socket.sent).toHaveLength(4);
  });

  it('shows the quote token, uses an odd channel, and asks for compact data ten times a second', async () => {
    const { open } = openCase();
    const socket = await open();
    expect(socket.sent).toMatchObject([
      { type: 'SETUP', channel: 0, keepaliveTimeout: 60, acceptKeepaliveTimeout: 60 },
      { type: 'AUTH', channel: 0, token: 'q1' },
      { type: 'CHANNEL_REQUEST', channel: 1, service: 'FEED', parameters: { contract: 'AUTO' } },
      {
        type: 'FEED_SETUP',
        channel: 1,
        acceptAggregationPeriod: 0.1,
        acceptDataFormat: 'COMPACT',
      },
    ]);
  });

  it('goes on without a token where the venue asks for none', async () => {
    const sockets = createFakeSockets();
    const { open } = openCase(sockets);
    const socket = await open();
    socket.say({ type: 'SETUP', channel: 0 });
    socket.say({ type: 'AUTH_STATE', channel: 0, state: 'AUTHORIZED' });
    expect(socket.sent.map(({ type }) => type)).toEqual(['SETUP', 'CHANNEL_REQUEST']);
  });

  it('subscribes a second after its set-up when the configuration is late, and reads what follows it', async () => {
    const { open, pass, feed, events } = openCase(createFakeDxlink({ isConfigLate: true }));
    feed.add({ type: 'Quote', symbol: 'SPY' });
    const socket = await open();
    await pass(999);
    expect(subscriptionsOf(socket)).toEqual([]);
    await pass(1);
    expect(subscriptionsOf(socket)).toEqual(['+Quote SPY']);
    socket.say(quoteData('SPY', [1, 2]));
    socket.say(FEED_CONFIG, quoteData('SPY', [3, 4]));
    expect(events).toMatchObject([{ bid: price('3') }]);
    expect(feed.health()).toMatchObject({ state: 'up', unreadable: 1, aggregationMs: 100 });
  });

  it('counts what cannot be read, ignores what it does not know, and lives on', async () => {
    const { open, feed } = openCase();
    const socket = await open();
    socket.say([], { channel: 1 }, { type: 'toString', channel: 0 }, { type: 'NEW', channel: 1 });
    socket.say({ type: 'AUTH_STATE', channel: 0, state: 'AUTHORIZED' });
    socket.say({ type: 'CHANNEL_OPENED', channel: 1 }, { type: 'SETUP', channel: 0 });
    socket.say(feedData('Quote', ['SPY']), { type: 'ERROR', channel: 0, error: 'BAD_ACTION' });
    expect(feed.health()).toMatchObject({ state: 'up', unreadable: 3 });
    expect(socket.sent).toHaveLength(4);
  });
});

describe('the quote token', () => {
  it('is asked for once, and used for every connection of its day', async () => {
    const { open, live, sockets, tokens } = openCase();
    (await open()).close(1006);
    await live(10 * HOUR_MS);
    sockets.last().close(1012);
    await live(HOUR_MS);
    expect(tokens.issued).toBe(1);
    expect(sockets.all.length).toBe(3);
  });

  it('is another one after it was refused, at once', async () => {
    const { open, pass, sockets, tokens } = openCase(
      createFakeDxlink({ accepts: (token) => token !== 'q1' }),
    );
    expect((await open()).isClosedByUs).toBe(true);
    await pass(250);
    expect(tokens.issued).toBe(2);
    sockets.last().open();
    await pass(0);
    expect(sockets.last().sent).toMatchObject([{}, { token: 'q2' }, {}, {}]);
  });

  it('is not asked for in a storm when each of them is refused', async () => {
    const { pass, sockets, tokens } = openCase(createFakeDxlink({ accepts: () => false }));
    for (let second = 0; second < 600; second += 1) {
      await pass(1_000);
      if (!sockets.last().isClosedByUs) sockets.last().open();
    }
    expect(tokens.issued).toBeGreaterThan(10);
    expect(tokens.issued).toBeLessThan(30);
  });

  it('is another one after the venue has closed over an unauthorised error', async () => {
    const { open, pass, sockets, tokens } = openCase();
    const socket = await open();
    socket.say({ type: 'ERROR', channel: 0, error: 'UNAUTHORIZED', message: 'expired' });
    socket.close(1000);
    await pass(1_500);
    expect(sockets.all).toHaveLength(2);
    expect(tokens.issued).toBe(2);
  });

  it('is renewed within 23 h, over a connection that goes on until then', async () => {
    const { open, live, sockets, tokens, feed } = openCase();
    feed.add({ type: 'Quote', symbol: 'SPY' });
    const first = await open();
    await live(22.9 * HOUR_MS);
    expect([tokens.issued, first.isClosedByUs]).toEqual([1, false]);
    await live(0.2 * HOUR_MS);
    expect([tokens.issued, first.isClosedByUs]).toEqual([2, true]);
    expect(subscriptionsOf(sockets.last())).toEqual(['+Quote SPY']);
    expect(sockets.last().url).toContain('?2');
  });

  it('leaves the connection alone while a new one cannot be had', async () => {
    const { open, live, tokens, sockets, feed } = openCase();
    await open();
    tokens.fault = { kind: 'unreachable', detail: '' };
    await live(23.5 * HOUR_MS);
    expect([sockets.all.length, feed.health().state]).toEqual([1, 'up']);
    expect(tokens.issued).toBeGreaterThan(2);
    tokens.fault = null;
    await live(0.2 * HOUR_MS);
    expect([sockets.all.length, feed.health().state]).toEqual([2, 'up']);
  });

  it('is renewed early when it lives shorter than a day', async () => {
    const { open, live, tokens } = openCase(createFakeDxlink(), { lifeMs: HOUR_MS });
    await open();
    await live(0.94 * HOUR_MS);
    expect(tokens.issued).toBe(1);
    await live(0.02 * HOUR_MS);
    expect(tokens.issued).toBe(2);
  });

  it('is another one, with its new address, after three attempts in vain', async () => {
    const { pass, sockets, tokens } = openCase();
    await pass(0);
    for (let attempt = 0; attempt < 4; attempt += 1) {
      sockets.last().close(1006, 'refused');
      await pass(13_000);
    }
    expect(sockets.all.map(({ url }) => url.slice(-1))).toEqual(['1', '1', '1', '2', '2']);
    expect(tokens.issued).toBe(2);
  });

  it('that cannot be had is tried again, without a socket', async () => {
    const { pass, sockets, tokens, feed } = openCase(createFakeDxlink(), {
      fault: { kind: 'unauthorized', detail: 'customer_not_found' },
    });
    await pass(60_000);
    expect(sockets.all).toEqual([]);
    expect(tokens.issued).toBeGreaterThan(3);
    expect(feed.health().lastEnd).toBe('no quote token: unauthorized customer_not_found');
  });
});

describe('a feed of dxLink', () => {
  it('tells a new connection everything subscribed, and not what was meanwhile let go', async () => {
    const { open, pass, feed } = openCase();
    feed.add({ type: 'Quote', symbol: 'SPY' });
    feed.add({ type: 'Quote', symbol: 'QQQ' });
    feed.add({ type: 'Profile', symbol: 'SPY' });
    const first = await open();
    await pass(100);
    expect(subscriptionsOf(first)).toEqual(['+Quote SPY', '+Quote QQQ', '+Profile SPY']);
    first.close(1006);
    feed.remove({ type: 'Quote', symbol: 'QQQ' });
    await pass(1_500);
    const second = await open();
    await pass(100);
    expect(subscriptionsOf(second)).toEqual(['+Quote SPY', '+Profile SPY']);
  });

  it('sends two thousand symbols in frames of 250, apart from each other', async () => {
    const { open, pass, feed } = openCase();
    for (let at = 0; at < 2_000; at += 1) feed.add({ type: 'Quote', symbol: `S${at}` });
    const socket = await open();
    await pass(1_000);
    const frames = socket.sent.filter(({ type }) => type === 'FEED_SUBSCRIPTION');
    expect(frames.length).toBeGreaterThanOrEqual(8);
    const sizes = frames.map((frame) => JSON.stringify(frame).length);
    expect(Math.max(...sizes)).toBeLessThan(8_192);
    expect(new Set(subscriptionsOf(socket)).size).toBe(2_000);
  });

  it('sends smaller frames after the venue closed over too big a one', async () => {
    const { open, pass, feed } = openCase();
    for (let at = 0; at < 250; at += 1) feed.add({ type: 'Quote', symbol: `S${at}` });
    const first = await open();
    await pass(1_000);
    first.close(1009, 'too big');
    await pass(1_500);
    const second = await open();
    await pass(2_000);
    const framesOf = (socket: typeof first) =>
      socket.sent.filter(({ type }) => type === 'FEED_SUBSCRIPTION').length;
    expect(framesOf(second)).toBeGreaterThan(framesOf(first));
    expect(new Set(subscriptionsOf(second)).size).toBe(250);
  });

  it('keeps the connection alive every 30 s', async () => {
    const { open, live } = openCase();
    const socket = await open();
    await live(120_000);
    const beats = socket.sent.filter(({ type }) => type === 'KEEPALIVE');
    expect(beats).toHaveLength(4);
    expect(beats[0]).toEqual({ type: 'KEEPALIVE', channel: 0 });
  });

  it('beats as often as the venue wants, and expects what the venue promises', async () => {
    const sockets = createFakeSockets();
    const { open, pass } = openCase(sockets);
    const socket = await open();
    socket.say({ type: 'SETUP', channel: 0, keepaliveTimeout: 10, acceptKeepaliveTimeout: 8 });
    socket.say({ type: 'AUTH_STATE', channel: 0, state: 'AUTHORIZED' });
    socket.say({ type: 'CHANNEL_OPENED', channel: 1 }, FEED_CONFIG);
    await pass(9_000);
    expect(socket.sent.filter(({ type }) => type === 'KEEPALIVE')).toHaveLength(2);
    await pass(1_000);
    expect(socket.isClosedByUs).toBe(true);
  });

  it('opens a new connection when the feed channel is closed', async () => {
    const { open, pass, sockets } = openCase();
    const socket = await open();
    socket.say({ type: 'CHANNEL_CLOSED', channel: 1 });
    await pass(1_500);
    expect(socket.isClosedByUs).toBe(true);
    expect(sockets.all).toHaveLength(2);
  });

  it('is back at once after the venue asks for a new connection', async () => {
    const { open, live, pass, sockets } = openCase();
    const socket = await open();
    await live(60_000);
    socket.close(1012, 'Reconnection is required');
    await pass(250);
    expect(sockets.all).toHaveLength(2);
  });

  it('hears nothing of another channel, and nothing after it is closed', async () => {
    const { open, feed, events, pass, clock } = openCase();
    const socket = await open();
    socket.say({ ...quoteData('SPY', [1, 2]), channel: 3 });
    feed.close();
    socket.say(quoteData('SPY', [1, 2]));
    feed.add({ type: 'Quote', symbol: 'QQQ' });
    await pass(600_000);
    expect(events).toEqual([]);
    expect(clock.nextDue()).toBeNull();
  });
});
