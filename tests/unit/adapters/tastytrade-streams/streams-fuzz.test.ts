/** Peers that say anything at any time: a stream never throws, and never has two sockets. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openAccountStream } from '#adapters/tastytrade/streams/account-stream.ts';
import { openDxlink } from '#adapters/tastytrade/streams/dxlink.ts';
import { ok } from '#kernel/result.ts';
import { Secret } from '#kernel/secret.ts';
import { createFakeTokens, FEED_CONFIG } from './fake-dxlink.ts';
import { createFakeSockets, type FakeSockets, openBench } from './fake-sockets.ts';

type Act =
  | { readonly kind: 'say'; readonly message: unknown }
  | { readonly kind: 'open' }
  | { readonly kind: 'close'; readonly code: number }
  | { readonly kind: 'pass'; readonly ms: number };

const said = fc.oneof(
  { weight: 1, arbitrary: fc.jsonValue() },
  {
    weight: 4,
    arbitrary: fc.constantFrom<unknown>(
      { type: 'SETUP', channel: 0, keepaliveTimeout: -5, acceptKeepaliveTimeout: 'NaN' },
      { type: 'SETUP', channel: 0, keepaliveTimeout: 1e300, acceptKeepaliveTimeout: 1e-300 },
      { type: 'AUTH_STATE', channel: 0, state: 'UNAUTHORIZED' },
      { type: 'AUTH_STATE', channel: 0, state: 'AUTHORIZED' },
      { type: 'CHANNEL_OPENED', channel: 1 },
      { type: 'CHANNEL_CLOSED', channel: 1 },
      { ...FEED_CONFIG, aggregationPeriod: 'Infinity' },
      FEED_CONFIG,
      { type: 'FEED_DATA', channel: 1, data: ['Quote', ['SPY', 1, 2, 3, 4]] },
      { type: 'ERROR', channel: 0, error: 'UNAUTHORIZED' },
      { status: 'ok', action: 'connect', 'request-id': 1 },
      { status: 'ok', action: 'heartbeat' },
      { status: 'error', message: 7 },
      { type: 'Order', data: { id: 1, 'updated-at': 1 } },
      { results: [{ type: 'Order', data: { id: '1' } }, { results: [] }] },
    ),
  },
);

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: said.map((message): Act => ({ kind: 'say', message })) },
  { weight: 2, arbitrary: fc.constant<Act>({ kind: 'open' }) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(1000, 1006, 1009, 1012)
      .map((code): Act => ({ kind: 'close', code })),
  },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(0, 50, 1_000, 20_000, 90_000)
      .map((ms): Act => ({ kind: 'pass', ms })),
  },
);

/** How many sockets have been let go neither by their peer nor by us. */
async function run(
  acts: readonly Act[],
  open: (bench: ReturnType<typeof openBench>, sockets: FakeSockets) => { close(): void },
): Promise<number> {
  const bench = openBench();
  const sockets = createFakeSockets();
  const stream = open(bench, sockets);
  await bench.pass(0);
  const closed = new Set<unknown>();
  const opened = new Set<unknown>();
  let most = 0;
  for (const step of acts) {
    const socket = sockets.all.at(-1);
    if (step.kind === 'pass') await bench.pass(step.ms);
    const isThere = socket !== undefined && !closed.has(socket);
    if (step.kind === 'open' && isThere && !opened.has(socket)) {
      opened.add(socket);
      socket.open();
    }
    if (step.kind === 'say' && isThere) socket.say(JSON.stringify(step.message));
    if (step.kind === 'close' && isThere) {
      closed.add(socket);
      socket.close(step.code);
    }
    const alive = sockets.all.filter((one) => !one.isClosedByUs && !closed.has(one));
    most = Math.max(most, alive.length);
  }
  stream.close();
  await bench.pass(200_000);
  expect(bench.clock.nextDue()).toBeNull();
  return most;
}

describe('against a peer that says anything at any time', () => {
  it('the quote feed throws nothing, has one socket, and ends when it is closed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 30 }), async (acts) => {
        const most = await run(acts, ({ clock, random }, sockets) => {
          const feed = openDxlink({
            clock,
            random,
            openSocket: sockets.factory,
            tokens: createFakeTokens(clock),
            onEvents: () => {},
          });
          feed.add({ type: 'Quote', symbol: 'SPY' });
          return feed;
        });
        expect(most).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
  });

  it('the account stream does likewise', async () => {
    const token = async () => ok(new Secret('token'));
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 30 }), async (acts) => {
        const most = await run(acts, ({ clock, random }, sockets) =>
          openAccountStream({
            clock,
            random,
            openSocket: sockets.factory,
            url: 'wss://streamer.example',
            account: '5WT00000',
            tokens: { current: token, renew: token },
            source: 'strikewire',
          }),
        );
        expect(most).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
  });
});
