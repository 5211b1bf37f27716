import { describe, expect, it } from 'vitest';
import type { StandInOptions } from '../../stand-ins/tastytrade/options.ts';
import { at, type Bench, ORDERS, withBench } from './bench.ts';
import { type Message, openSocket, type SocketClient } from './socket-client.ts';

const ACCOUNTS = ['5WT00001'];

describe('the account stream', () => {
  it('acknowledges with the request id it was given', () =>
    withStream({}, async ({ socket, say }) => {
      say({ action: 'connect', value: ACCOUNTS, 'request-id': 7 });
      expect(await socket.next({ action: 'connect' })).toMatchObject({
        status: 'ok',
        value: ACCOUNTS,
        'request-id': 7,
      });
      say({ action: 'heartbeat' });
      const beat = await socket.next({ action: 'heartbeat' });
      expect(beat).toMatchObject({ status: 'ok' });
      expect(beat['request-id']).toBeUndefined();
    }));

  it('takes one account as a bare text too', () =>
    withStream({}, async ({ socket, say }) => {
      say({ action: 'connect', value: '5WT00001' });
      expect(await socket.next({ action: 'connect' })).toMatchObject({ status: 'ok' });
    }));

  it.each([
    [{ action: 'heartbeat' }, 'not implemented'],
    [{ action: 'quote-alerts-subscribe' }, 'connect-not-completed'],
    [{ action: 'connect', value: ['5WT99999'] }, 'not-permitted'],
    [{ action: 'connect', value: ACCOUNTS, 'auth-token': 'Bearer x' }, 'invalid-token'],
    [{ action: 'dance' }, 'not implemented'],
  ])('answers %j before connect with an error', (message, reason) =>
    withStream({}, async ({ socket, say }) => {
      say(message);
      expect(await socket.next({ status: 'error' })).toMatchObject({ message: reason });
    }),
  );

  it('refuses a heartbeat whose token has expired', () =>
    withStream({ tokenLifetimeMs: 30_000 }, async ({ socket, say, connect, clock }) => {
      await connect();
      clock.advance(30_000);
      say({ action: 'heartbeat' });
      expect(await socket.next({ status: 'error' })).toMatchObject({ message: 'invalid-token' });
    }));

  it('tells of an order with the whole of it, over and over', () =>
    withStream({}, async ({ socket, connect, place }) => {
      await connect();
      const id = await place({ price: '0.80' });
      const filled = await nextOrder(socket, 'Filled');
      expect(filled['data']).toMatchObject({ id, price: '0.8', legs: [{ fills: [{}] }] });
      expect(typeof filled['timestamp']).toBe('number');
      const statuses = orders(socket).map((message) => at(message, 'data', 'status'));
      expect(statuses).toEqual(['Received', 'Routed', 'In Flight', 'Live', 'Filled']);
      const times = orders(socket).map((message) => Number(at(message, 'data', 'updated-at')));
      expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b));
    }));

  it('tells of the position and the balance that a fill moves', () =>
    withStream({}, async ({ socket, connect, place }) => {
      await connect();
      await place({ price: '0.80' });
      expect((await socket.next({ type: 'CurrentPosition' }))['data']).toMatchObject({
        quantity: 2,
      });
      expect((await socket.next({ type: 'AccountBalance' }))['data']).toMatchObject({
        'cash-balance': '99837.74',
      });
    }));

  it('tells nothing of what was missed, and nothing to who did not connect', () =>
    withStream({}, async ({ socket, connect, place, send }) => {
      const before = await place();
      await connect();
      await send('DELETE', `${ORDERS}/${before}`);
      await nextOrder(socket, 'Cancel Requested');
      expect(orders(socket)).toHaveLength(1);
    }));

  it('may wrap what it tells in results', () =>
    withStream({ streamFrames: 'results' }, async ({ socket, connect, place }) => {
      await connect();
      await place();
      const frame = await socket.next((message) => message['results'] !== undefined);
      expect(at(frame, 'results', 0, 'type')).toBe('Order');
    }));

  it('closes a connection that sends no heartbeat for a minute', () =>
    withStream({}, async ({ socket, connect, clock }) => {
      await connect();
      clock.advance(59_999);
      expect(socket.all).toHaveLength(1);
      clock.advance(1);
      expect(await socket.closed).toBe(1001);
    }));
});

describe('faults of the account stream', () => {
  it('freezes: connected, and silent even to heartbeats', () =>
    withStream({}, async ({ socket, connect, say, place, standIn }) => {
      await connect();
      standIn.streamer.freeze();
      say({ action: 'heartbeat', 'request-id': 'lost' });
      await place();
      standIn.streamer.thaw();
      say({ action: 'heartbeat', 'request-id': 'seen' });
      await socket.next({ 'request-id': 'seen' });
      expect(socket.all.map((message) => message['action'] ?? message['type'])).toEqual([
        'connect',
        'heartbeat',
      ]);
    }));

  it('drops, doubles, swaps and delays single notifications', () =>
    withStream({}, async ({ socket, connect, place, standIn, clock }) => {
      await connect();
      standIn.streamer.disturb({ kind: 'drop', status: 'Received' });
      standIn.streamer.disturb({ kind: 'duplicate', status: 'Routed' });
      standIn.streamer.disturb({ kind: 'reorder', status: 'In Flight' });
      standIn.streamer.disturb({ kind: 'late', ms: 3000, status: 'Filled' });
      await place({ price: '0.80' });
      await socket.next({ type: 'AccountBalance' });
      clock.advance(3000);
      await nextOrder(socket, 'Filled');
      expect(orders(socket).map((message) => at(message, 'data', 'status'))).toEqual([
        'Routed',
        'Routed',
        'Live',
        'In Flight',
        'Filled',
      ]);
    }));

  it.each([
    ['drop', []],
    ['duplicate', ['Received', 'Received', 'Routed', 'Routed']],
    ['out_of_order', ['Routed', 'Received', 'Live', 'In Flight']],
  ] as const)('tells of a single order in the manner %s', (notifications, first) =>
    withStream({}, async ({ socket, connect, say, place, standIn }) => {
      await connect();
      standIn.behave({ course: { notifications } });
      await place();
      say({ action: 'heartbeat', 'request-id': 'end' });
      await socket.next({ 'request-id': 'end' });
      const statuses = orders(socket).map((message) => at(message, 'data', 'status'));
      expect(statuses.slice(0, first.length)).toEqual(first);
      expect(statuses.length > 0).toBe(first.length > 0);
    }),
  );

  it('ends every connection, and refuses new ones', () =>
    withStream({}, async ({ socket, connect, standIn }) => {
      await connect();
      expect(standIn.streamer.connections()).toBe(1);
      standIn.streamer.refuse(503);
      standIn.streamer.close(1011);
      expect(await socket.closed).toBe(1011);
      await expect(openSocket(standIn.streamerUrl)).rejects.toThrow('could not connect');
    }));
});

interface StreamBench extends Bench {
  readonly socket: SocketClient;
  readonly say: (message: Message) => void;
  readonly connect: () => Promise<void>;
}

async function withStream(
  options: StandInOptions,
  test: (bench: StreamBench) => Promise<void>,
): Promise<void> {
  await withBench(options, async (bench) => {
    const socket = await openSocket(bench.standIn.streamerUrl);
    const say = (message: Message): void =>
      socket.send({ 'auth-token': `Bearer ${bench.token}`, ...message });
    const connect = async (): Promise<void> => {
      say({ action: 'connect', value: ACCOUNTS });
      await socket.next({ action: 'connect', status: 'ok' });
    };
    try {
      await test({ ...bench, socket, say, connect });
    } finally {
      socket.close();
    }
  });
}

function orders({ all }: SocketClient): readonly Message[] {
  return all.filter((message) => message['type'] === 'Order');
}

function nextOrder(socket: SocketClient, status: string): Promise<Message> {
  return socket.next((message) => at(message, 'data', 'status') === status);
}
