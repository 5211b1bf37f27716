import { describe, expect, it } from 'vitest';
import {
  type LinkSession,
  openLink,
  waitBeforeAttempt,
} from '#adapters/tastytrade/streams/link.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { createFakeSockets, openBench } from './fake-sockets.ts';

const URL_HERE = 'wss://streamer.example/';

interface Options {
  readonly address?: () => Promise<Result<string, string>>;
  readonly onOpen?: (session: LinkSession) => void;
}

function openCase({ address = async () => ok(URL_HERE), onOpen = () => {} }: Options = {}) {
  const bench = openBench();
  const sockets = createFakeSockets();
  const heard: unknown[] = [];
  const ends: (number | null)[] = [];
  let session: LinkSession | null = null;
  const link = openLink({
    clock: bench.clock,
    random: bench.random,
    openSocket: sockets.factory,
    address,
    begin(opened) {
      session = opened;
      onOpen(opened);
      return { received: (message) => heard.push(message), ended: (code) => ends.push(code) };
    },
  });
  return {
    ...bench,
    sockets,
    link,
    heard,
    ends,
    session(): LinkSession {
      if (session === null) throw new Error('expected an open socket');
      return session;
    },
    async up() {
      await bench.pass(0);
      sockets.last().open();
    },
  };
}

const establish = (session: LinkSession): void => session.established();

describe('a link', () => {
  it('connects at once, and counts as up when the handshake is done', async () => {
    const { link, sockets, up, session } = openCase();
    await up();
    expect(link.health().state).toBe('connecting');
    session().established();
    expect(link.health()).toMatchObject({ state: 'up', connections: 1 });
    expect(sockets.last().url).toBe(URL_HERE);
  });

  it.each([
    [1, 0, 1_000],
    [2, 0, 2_000],
    [5, 0, 16_000],
    [6, 0, 30_000],
    [500, 0, 30_000],
    [1, 1, 1_500],
    [9, 1, 45_000],
  ])('waits before attempt %i, with chance %d, %i ms', (attempts, chance, ms) => {
    expect(waitBeforeAttempt(attempts, chance)).toBe(ms);
  });

  it('makes no storm against a peer that takes every connection and drops it at once', async () => {
    const { sockets, pass } = openCase({ onOpen: establish });
    for (let second = 0; second < 600; second += 1) {
      await pass(1_000);
      const socket = sockets.last();
      if (socket.isClosedByUs) continue;
      socket.open();
      socket.close(1012, 'restart');
    }
    expect(sockets.all.length).toBeGreaterThan(10);
    expect(sockets.all.length).toBeLessThan(30);
  });

  it('has one socket at a time', async () => {
    const { sockets, pass, up } = openCase({ onOpen: establish });
    await up();
    await pass(40_000);
    sockets.last().say({});
    sockets.last().close(1006);
    sockets.last().close(1006);
    await pass(10_000);
    expect(sockets.all).toHaveLength(2);
  });

  it('is back at once after a restart of the peer, if the connection had lasted', async () => {
    const { sockets, pass, up } = openCase({ onOpen: establish });
    await up();
    await pass(31_000);
    sockets.last().close(1012, 'Reconnection is required');
    await pass(250);
    expect(sockets.all).toHaveLength(2);
  });

  it('waits a second after any other end', async () => {
    const { sockets, pass, up } = openCase({ onOpen: establish });
    await up();
    await pass(31_000);
    sockets.last().close(1006);
    await pass(999);
    expect(sockets.all).toHaveLength(1);
    await pass(501);
    expect(sockets.all).toHaveLength(2);
  });

  it('gives up a socket that is not up within 15 s, and closes it', async () => {
    const { sockets, pass, up, link } = openCase();
    await up();
    await pass(15_000);
    expect(sockets.all[0]?.isClosedByUs).toBe(true);
    expect(link.health()).toMatchObject({ state: 'waiting', lastEnd: 'not up within 15000 ms' });
  });

  it('gives up an address that never comes', async () => {
    let asked = 0;
    const { pass } = openCase({
      address() {
        asked += 1;
        return new Promise(() => {});
      },
    });
    await pass(20_000);
    expect(asked).toBe(2);
  });

  it('takes 60 s of silence for the end, and is back without the peer saying anything', async () => {
    const { sockets, pass, up, link } = openCase({ onOpen: establish });
    await up();
    await pass(50_000);
    sockets.last().say({ still: 'here' });
    await pass(59_999);
    expect(sockets.all).toHaveLength(1);
    await pass(1);
    expect(sockets.all[0]?.isClosedByUs).toBe(true);
    expect(link.health().lastEnd).toBe('silent for 60000 ms');
    await pass(250);
    expect(sockets.all).toHaveLength(2);
  });

  it('expects frames as often as the conversation says', async () => {
    const { sockets, pass, up, session } = openCase({ onOpen: establish });
    await up();
    session().expectWithin(10_000);
    sockets.last().say({});
    await pass(60_000);
    expect(sockets.all[0]?.isClosedByUs).toBe(true);
  });

  it('hears nothing more of a socket it has given up', async () => {
    const { sockets, pass, up, session, heard, ends } = openCase({ onOpen: establish });
    await up();
    session().drop('enough', 'later');
    sockets.last().say({ late: true });
    sockets.last().close(1000);
    session().send({ late: true });
    session().drop('again', 'at_once');
    await pass(0);
    expect(heard).toEqual([]);
    expect(ends).toEqual([null]);
    expect(sockets.last().sent).toEqual([]);
  });

  it('tells a conversation the code its socket was closed with', async () => {
    const { sockets, up, ends } = openCase({ onOpen: establish });
    await up();
    sockets.last().close(1009, 'too big');
    expect(ends).toEqual([1009]);
  });

  it('asks for the address again when it could not be said', async () => {
    const answers = [err('no token'), ok(URL_HERE)];
    const { sockets, pass, link } = openCase({ address: async () => answers.shift() ?? err('') });
    await pass(0);
    expect(link.health()).toMatchObject({ state: 'waiting', lastEnd: 'no token' });
    await pass(1_500);
    expect(sockets.all).toHaveLength(1);
  });

  it.each(['ws://example.com/', 'http://127.0.0.1/', 'nonsense', ''])(
    'sends no token to %j',
    async (url) => {
      const { sockets, pass, link } = openCase({ address: async () => ok(url) });
      await pass(5_000);
      expect(sockets.all).toEqual([]);
      expect(link.health().lastEnd).toBe('expected a wss:// address');
    },
  );

  it('talks without encryption on this machine only', async () => {
    const { sockets, pass } = openCase({ address: async () => ok('ws://127.0.0.1:8080/x') });
    await pass(0);
    expect(sockets.all).toHaveLength(1);
  });

  it('counts frames that are no JSON, and lives on', async () => {
    const { sockets, up, heard, link } = openCase({ onOpen: establish });
    await up();
    sockets.last().say('{"half":', null, '', { whole: 1 });
    expect(heard).toEqual([{ whole: 1 }]);
    expect(link.health()).toMatchObject({ state: 'up', malformed: 3 });
  });

  it('leaves a peer that has stopped reading', async () => {
    const { sockets, up, session, link } = openCase({ onOpen: establish });
    await up();
    sockets.last().unsentBytes = 1_000_001;
    session().send({ more: 1 });
    expect(link.health().lastEnd).toBe('the peer has stopped reading');
    expect(sockets.last().sent).toEqual([]);
  });

  it('repeats no long opaque word of a closing reason: it could be our token', async () => {
    const { sockets, up, link } = openCase();
    await up();
    sockets.last().close(1008, 'bad token eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl given');
    expect(link.health().lastEnd).toBe('closed 1008 bad token […] given');
  });

  it('can be asked for another connection, without a storm when it is asked too often', async () => {
    const { sockets, pass, up, link } = openCase({ onOpen: establish });
    await up();
    link.restart('on request');
    link.restart('on request');
    await pass(250);
    expect(sockets.all).toHaveLength(2);
    expect(sockets.all[0]?.isClosedByUs).toBe(true);
    sockets.last().open();
    link.restart('on request');
    await pass(1_900);
    expect(sockets.all).toHaveLength(2);
    expect(link.health().lastEnd).toBe('on request');
  });

  it('is done when it is closed', async () => {
    const { sockets, pass, up, link, clock } = openCase({ onOpen: establish });
    await up();
    link.close();
    link.close();
    await pass(120_000);
    expect(sockets.all).toHaveLength(1);
    expect(sockets.last().isClosedByUs).toBe(true);
    expect(link.health().state).toBe('closed');
    expect(clock.nextDue()).toBeNull();
  });

  it('is done when it is closed while it waits, or while it asks for the address', async () => {
    const waiting = openCase({ address: async () => err('not now') });
    await waiting.pass(0);
    waiting.link.close();
    const asking = openCase();
    asking.link.close();
    await waiting.pass(60_000);
    await asking.pass(60_000);
    expect([...waiting.sockets.all, ...asking.sockets.all]).toEqual([]);
    expect(waiting.clock.nextDue()).toBeNull();
  });
});
