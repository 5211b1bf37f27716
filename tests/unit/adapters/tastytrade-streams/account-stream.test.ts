import { describe, expect, it } from 'vitest';
import type { TokenFault } from '#adapters/tastytrade/access.ts';
import { openAccountStream } from '#adapters/tastytrade/streams/account-stream.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { Secret } from '#kernel/secret.ts';
import { createFakeSockets, type FakeSocket, openBench, START } from './fake-sockets.ts';

const STOPPED: TokenFault = { kind: 'stopped', detail: 'refused twice' };

/** Tokens that go bad by the minute: the newest is good. */
function createTokens(fails: TokenFault | null) {
  let issued = 0;
  let fault = fails;
  const renewed: string[] = [];
  const issue = (): Result<Secret, TokenFault> =>
    fault === null ? ok(new Secret(`token-${issued}`)) : err(fault);
  return {
    renewed,
    fail(reason: TokenFault | null) {
      fault = reason;
    },
    expire() {
      issued += 1;
    },
    current: async () => issue(),
    async renew(refused: Secret) {
      renewed.push(refused.reveal());
      issued += 1;
      return issue();
    },
  };
}

type OnSent = Parameters<typeof createFakeSockets>[0];

function openCase(onSent?: OnSent, tokenFault: TokenFault | null = null) {
  const bench = openBench();
  const sockets = createFakeSockets(onSent);
  const tokens = createTokens(tokenFault);
  const stream = openAccountStream({
    clock: bench.clock,
    random: bench.random,
    openSocket: sockets.factory,
    url: 'wss://streamer.example',
    account: '5WT00000',
    tokens,
    source: 'strikewire',
  });
  const orders: unknown[] = [];
  let connects = 0;
  stream.onOrder((raw) => orders.push(raw));
  stream.onConnected(() => {
    connects += 1;
  });
  return {
    ...bench,
    sockets,
    tokens,
    stream,
    orders,
    connects: () => connects,
    async open(): Promise<FakeSocket> {
      await bench.pass(0);
      sockets.last().open();
      await bench.pass(0);
      return sockets.last();
    },
  };
}

type Case = ReturnType<typeof openCase>;

async function openConnected(onSent?: OnSent) {
  const opened: Case = openCase(onSent);
  const socket = await opened.open();
  socket.say(answer('connect', 1));
  return { ...opened, socket };
}

function answer(action: string, id?: number | string, status = 'ok'): object {
  return {
    status,
    action,
    'web-socket-session-id': '5b6e',
    ...(id !== undefined && { 'request-id': id }),
  };
}

function orderFrame(id: number, updatedAt: unknown, status = 'Live'): object {
  return { type: 'Order', data: { id, status, 'updated-at': updatedAt }, timestamp: START };
}

/** Answers heartbeats, as the venue does. */
function acknowledges(socket: FakeSocket, message: Readonly<Record<string, unknown>>): void {
  if (message['action'] === 'heartbeat') {
    socket.say(answer('heartbeat', Number(message['request-id'])));
  }
}

describe('the account stream: connecting', () => {
  it('connects before all else, with account, token, request id and source', async () => {
    const { open } = openCase();
    const socket = await open();
    expect(socket.sent).toEqual([
      {
        action: 'connect',
        value: ['5WT00000'],
        'auth-token': 'Bearer token-0',
        'request-id': 1,
        source: 'strikewire',
      },
    ]);
  });

  it('tells that it has connected only when the venue says so', async () => {
    const { open, connects, stream } = openCase();
    const socket = await open();
    expect([connects(), stream.health().state]).toEqual([0, 'connecting']);
    socket.say(answer('connect', 1));
    expect([connects(), stream.health().state]).toEqual([1, 'up']);
  });

  it.each([
    ['the id as text', answer('connect', '1')],
    ['no id', answer('connect')],
    ['neither id nor action', { status: 'ok' }],
    ['the answer among results', { results: [answer('connect', 1)] }],
  ])('understands an answer with %s', async (_, frame) => {
    const { open, connects } = openCase();
    (await open()).say(frame);
    expect(connects()).toBe(1);
  });

  it('takes the answer to another request for none of its own', async () => {
    const { open, connects } = openCase();
    (await open()).say(answer('connect', 7));
    expect(connects()).toBe(0);
  });

  it('makes no connection without a token, and says why', async () => {
    const opened = openCase(undefined, STOPPED);
    await opened.pass(10_000);
    expect(opened.sockets.all).toEqual([]);
    expect(opened.stream.health().lastEnd).toBe('no access token: stopped');
  });

  it('connects anew, and tells so each time, after the socket is closed', async () => {
    const { socket, sockets, pass, connects } = await openConnected();
    socket.close(1006);
    await pass(1_500);
    sockets.last().open();
    await pass(0);
    sockets.last().say(answer('connect', 1));
    expect(connects()).toBe(2);
  });
});

describe('the account stream: heartbeats', () => {
  it('beats every 20 s with the token valid then', async () => {
    const { socket, tokens, pass } = await openConnected(acknowledges);
    await pass(20_000);
    tokens.expire();
    await pass(20_000);
    expect(socket.sent.slice(1)).toEqual([
      {
        action: 'heartbeat',
        'auth-token': 'Bearer token-0',
        'request-id': 2,
        source: 'strikewire',
      },
      {
        action: 'heartbeat',
        'auth-token': 'Bearer token-1',
        'request-id': 3,
        source: 'strikewire',
      },
    ]);
  });

  it('stays up for a day on acknowledgements alone', async () => {
    const { sockets, pass, stream } = await openConnected(acknowledges);
    await pass(86_400_000);
    expect(sockets.all).toHaveLength(1);
    expect(stream.health().state).toBe('up');
  });

  it('leaves a stream that has gone silent, and connects again', async () => {
    const { socket, sockets, pass } = await openConnected();
    await pass(60_000);
    expect(socket.isClosedByUs).toBe(true);
    await pass(1_500);
    expect(sockets.all).toHaveLength(2);
  });

  it('leaves a stream that speaks of orders and acknowledges no heartbeat', async () => {
    const { socket, pass, stream } = await openConnected();
    for (let minute = 0; minute < 8; minute += 1) {
      await pass(10_000);
      socket.say(orderFrame(1, START + minute));
    }
    expect(socket.isClosedByUs).toBe(true);
    expect(stream.health().lastEnd).toBe('heartbeats go unanswered');
  });

  it('sends no heartbeat without a token, and the next one soon', async () => {
    const { socket, tokens, pass } = await openConnected();
    tokens.fail({ kind: 'unreachable', detail: '' });
    await pass(20_000);
    expect(socket.sent).toHaveLength(1);
    tokens.fail(null);
    await pass(5_000);
    expect(socket.sent).toHaveLength(2);
  });

  it('renews the token of a refused heartbeat, and connects with the new one', async () => {
    const { socket, sockets, tokens, pass } = await openConnected();
    await pass(20_000);
    socket.say({ ...answer('heartbeat', 2, 'error'), message: 'unauthorized' });
    await pass(1_500);
    expect(tokens.renewed).toEqual(['token-0']);
    sockets.last().open();
    await pass(0);
    expect(sockets.last().sent[0]).toMatchObject({ 'auth-token': 'Bearer token-1' });
  });

  it('renews no token over and over when it is not the token that is refused', async () => {
    const { sockets, tokens, pass } = openCase((socket, message) => {
      if (message['action'] === 'connect') {
        socket.say({ ...answer('connect', undefined, 'error'), message: 'connect-not-completed' });
      }
    });
    for (let second = 0; second < 300; second += 1) {
      await pass(1_000);
      if (!sockets.last().isClosedByUs && sockets.last().sent.length === 0) sockets.last().open();
    }
    expect(sockets.all.length).toBeGreaterThan(5);
    expect(tokens.renewed).toHaveLength(1);
  });

  it('says nothing more on a socket that ended while it waited for the token', async () => {
    const opened = openCase();
    await opened.pass(0);
    const socket = opened.sockets.last();
    socket.open();
    socket.close(1006);
    await opened.pass(0);
    expect(socket.sent).toEqual([]);
  });
});

describe('the account stream: news', () => {
  it('hands on order objects as they came', async () => {
    const { socket, orders } = await openConnected();
    socket.say(orderFrame(270_561, START, 'Filled'));
    expect(orders).toEqual([{ id: 270_561, status: 'Filled', 'updated-at': START }]);
  });

  it('hands on every order of a frame of results', async () => {
    const { socket, orders } = await openConnected();
    socket.say({
      results: [orderFrame(1, START), { type: 'AccountBalance' }, orderFrame(2, START)],
    });
    expect(orders).toHaveLength(2);
  });

  it('leaves out what it has told and what is older', async () => {
    const { socket, orders, stream } = await openConnected();
    socket.say(orderFrame(1, START + 5), orderFrame(1, START + 5), orderFrame(1, START + 4));
    socket.say(orderFrame(2, START));
    expect(orders).toHaveLength(2);
    expect(stream.health()).toMatchObject({ orders: 2, repeated: 2 });
  });

  it('hands on two different objects of one millisecond', async () => {
    const { socket, orders } = await openConnected();
    socket.say(orderFrame(1, START, 'Live'), orderFrame(1, START, 'Filled'));
    expect(orders).toHaveLength(2);
  });

  it.each([undefined, 0, 'soon', START + 86_400_000, -1, 1e300])(
    'hands on an object changed at %j, and those after it',
    async (updatedAt) => {
      const { socket, orders } = await openConnected();
      socket.say(orderFrame(1, updatedAt), orderFrame(1, START));
      expect(orders).toHaveLength(2);
    },
  );

  it('reads the time of an order as text too', async () => {
    const { socket, orders } = await openConnected();
    socket.say(orderFrame(1, '2026-03-02T15:00:00.500+00:00'));
    socket.say(orderFrame(1, '2026-03-02T15:00:00.499+00:00'));
    expect(orders).toHaveLength(1);
  });

  it('counts and ignores types it does not know', async () => {
    const { socket, orders, stream } = await openConnected();
    socket.say({ type: 'CurrentPosition', data: {} }, { type: 'Novelty' }, { type: 'Novelty' });
    expect(orders).toEqual([]);
    expect([...stream.health().ignored]).toEqual([
      ['CurrentPosition', 1],
      ['Novelty', 2],
    ]);
  });

  it('counts no more than fifty types', async () => {
    const { socket, stream } = await openConnected();
    for (let type = 0; type < 500; type += 1) socket.say({ type: `Type${type}` });
    expect(stream.health().ignored.size).toBe(50);
  });

  it.each([
    [[]],
    [{}],
    [{ type: 'Order' }],
    [{ type: 'Order', data: null }],
    [{ type: 'Order', data: { id: {} } }],
    [{ type: 'Order', data: { id: 1.5 } }],
    [{ results: [null, 7] }],
  ])('counts %j as unreadable, and lives on', async (frame) => {
    const { socket, orders, stream } = await openConnected();
    socket.say(frame);
    expect(orders).toEqual([]);
    expect(stream.health().unreadable).toBeGreaterThan(0);
    expect(stream.health().state).toBe('up');
  });

  it('shows no token in its health, whatever the venue repeats', async () => {
    const { socket, stream } = await openConnected();
    socket.say({ ...answer('x', 1, 'error'), message: `no ${'eyJhbGciOiJIUzI1NiJ9'.repeat(2)}` });
    expect(JSON.stringify(stream.health())).not.toContain('eyJ');
  });
});
