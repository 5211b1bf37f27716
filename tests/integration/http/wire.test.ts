/** What only a real socket shows: streams, time-outs, ports, broken HTTP. */
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpOptions } from '#adapters/http/desk.ts';
import { GATHERED_MS } from '#adapters/http/event-stream.ts';
import type { HttpServer } from '#adapters/http/server.ts';
import { EMPTY_DESK } from '../../fixtures/desk-views.ts';
import { bearer, KEYS, serve } from './fake-desk.ts';

const open: HttpServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(async (server) => server.close()));
});

async function listening(options: Partial<HttpOptions> = {}) {
  const served = serve(options);
  open.push(served.server);
  const listens = await served.server.listen();
  if (!listens.ok) throw new Error(listens.error.detail);
  return {
    ...served,
    ...listens.value,
    /** A change, and the moment in which others would be gathered with it. */
    emit(update: Parameters<typeof served.desk.emit>[0]) {
      served.desk.emit(update);
      served.clock.advance(GATHERED_MS);
    },
  };
}

/** The stream's events as they come: `[name, id, data]`. */
async function subscribe(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/api/v1/events`, {
    headers: { authorization: `Bearer ${KEYS.viewer}`, ...headers },
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  async function next(): Promise<{ name: string; id: string | null; data: unknown }> {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const lines = text.slice(0, end).split('\n');
        text = text.slice(end + 2);
        const field = (name: string) =>
          lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? null;
        const name = field('event');
        if (name !== null) return { name, id: field('id'), data: JSON.parse(field('data') ?? '') };
        continue;
      }
      const chunk = await reader?.read();
      if (chunk === undefined || chunk.done) return { name: 'end', id: null, data: null };
      text += chunk.value;
    }
  }
  async function update() {
    for (;;) {
      const event = await next();
      if (event.name !== 'pulse') return event;
    }
  }
  return { response, next, update, stop: async () => reader?.cancel() };
}

const desk = (seq: number) => ({ kind: 'desk', seq, desk: { ...EMPTY_DESK.desk, seq } }) as const;

describe('the event stream', () => {
  it('starts with the snapshot and a pulse, then gives every change', async () => {
    const served = await listening();
    const stream = await subscribe(served.url);
    expect((await stream.next()).name).toBe('snapshot');
    expect((await stream.next()).name).toBe('pulse');
    served.emit(desk(2));
    expect(await stream.update()).toMatchObject({ name: 'update', data: { seq: 2 } });
    served.clock.advance(1_000);
    expect((await stream.next()).name).toBe('pulse');
    await stream.stop();
  });

  it('resumes after the last event it gave, without loss or repetition', async () => {
    const served = await listening();
    const first = await subscribe(served.url);
    await first.update();
    served.emit(desk(2));
    const seen = await first.update();
    await first.stop();
    served.emit(desk(3));
    served.emit(desk(4));
    const again = await subscribe(served.url, { 'last-event-id': seen.id ?? '' });
    served.emit(desk(5));
    const got = [await again.update(), await again.update(), await again.update()];
    expect(got.map(({ data }) => (data as { seq: number }).seq)).toEqual([3, 4, 5]);
    await again.stop();
  });

  it.each(['0000-1', 'nonsense', '-', '%%%'])('gives a snapshot to who names %s', async (id) => {
    const served = await listening();
    const stream = await subscribe(served.url, { 'last-event-id': id });
    expect((await stream.next()).name).toBe('snapshot');
    await stream.stop();
  });

  it('gives a snapshot when what was missed is no longer kept', async () => {
    const served = await listening();
    const first = await subscribe(served.url);
    await first.update();
    served.emit(desk(2));
    const { id } = await first.update();
    await first.stop();
    for (let n = 3; n < 4_200; n += 1) served.desk.emit(desk(n));
    const again = await subscribe(served.url, { 'last-event-id': id ?? '' });
    expect((await again.next()).name).toBe('snapshot');
    await again.stop();
  });

  it('gathers what comes within a moment, and loses and doubles nothing of it', async () => {
    const served = await listening();
    const streams = await Promise.all([subscribe(served.url), subscribe(served.url)]);
    for (const stream of streams) await stream.update();
    for (let n = 2; n < 52; n += 1) served.desk.emit(desk(n));
    const late = await subscribe(served.url);
    expect((await late.next()).name).toBe('snapshot');
    served.clock.advance(GATHERED_MS);
    served.emit(desk(52));
    for (const stream of streams) {
      const got: unknown[] = [];
      for (let n = 2; n <= 52; n += 1)
        got.push(((await stream.update()).data as { seq: number }).seq);
      expect(got).toEqual(Array.from({ length: 51 }, (_, n) => n + 2));
      await stream.stop();
    }
    expect(await late.update()).toMatchObject({ name: 'update', data: { seq: 52 } });
    await late.stop();
  });

  it('names the record each event is as of', async () => {
    const served = await listening();
    const stream = await subscribe(served.url);
    expect((await stream.update()).id).toMatch(/^1\.0\./);
    served.desk.show({ ...EMPTY_DESK, desk: { ...EMPTY_DESK.desk, seq: 7 } });
    served.emit(desk(7));
    expect((await stream.update()).id).toMatch(/^7\.1\./);
    await stream.stop();
  });

  it('gives a snapshot to who saw the last event of another run', async () => {
    const before = await listening();
    const first = await subscribe(before.url);
    const { id } = await first.update();
    await first.stop();
    const after = await listening();
    const stream = await subscribe(after.url, { 'last-event-id': id ?? '' });
    expect((await stream.next()).name).toBe('snapshot');
    await stream.stop();
  });

  it('lets go of a reader that takes nothing, and keeps the others', async () => {
    const served = await listening();
    const good = await subscribe(served.url);
    await good.update();
    const stuck = connect(served.port, '127.0.0.1');
    stuck.on('error', () => undefined);
    stuck.pause();
    const key = `authorization: Bearer ${KEYS.viewer}`;
    stuck.write(`GET /api/v1/events HTTP/1.1\r\nhost: 127.0.0.1\r\n${key}\r\n\r\n`);
    await expect.poll(() => served.server.streams.open).toBe(2);
    const wide = { ...desk(2), desk: { ...EMPTY_DESK.desk, killReason: 'x'.repeat(50_000) } };
    for (let n = 0; n < 2_000 && served.server.streams.open > 1; n += 1) {
      served.emit(wide);
      expect((await good.update()).name).toBe('update');
    }
    expect(served.server.streams.open).toBe(1);
    stuck.destroy();
    await good.stop();
  });

  it('is refused to one caller beyond a few, and given to everybody else', async () => {
    const served = await listening({ streamsPerCaller: 2 });
    const first = await subscribe(served.url);
    const second = await subscribe(served.url);
    await Promise.all([first.update(), second.update()]);
    const third = await fetch(`${served.url}/api/v1/events`, { headers: bearer('viewer') });
    expect(third.status).toBe(429);
    expect(await third.json()).toMatchObject({
      code: 'too_many_own_streams',
      detail: 'key:viewer has 2 open already; close one, or a page',
    });
    const other = await subscribe(served.url, bearer('operator'));
    expect((await other.next()).name).toBe('snapshot');
    await first.stop();
    await expect.poll(() => served.server.streams.open, { timeout: 30_000 }).toBe(2);
    const again = await subscribe(served.url);
    expect((await again.next()).name).toBe('snapshot');
    await Promise.all([second, other, again].map(async (stream) => stream.stop()));
  });

  it('is refused beyond its limit, and ends with the server', async () => {
    const served = await listening({ streamsMax: 1 });
    const stream = await subscribe(served.url);
    await stream.next();
    const second = await subscribe(served.url);
    expect(second.response.status).toBe(503);
    await served.server.close();
    await stream.next();
    expect((await stream.next()).name).toBe('end');
  });
});

describe('the socket', () => {
  it('on a taken port is a fault that names it', async () => {
    const first = await listening();
    const second = serve({ port: first.port });
    open.push(second.server);
    expect(await second.server.listen()).toMatchObject({
      ok: false,
      error: { kind: 'port_in_use', detail: `127.0.0.1:${first.port} is taken` },
    });
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n', '400', 'malformed'],
    [
      'endless headers',
      `GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
      '431',
      'headers_too_large',
    ],
    [
      'a body of two lengths',
      'POST /api/v1/session HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n',
      '400',
      'malformed',
    ],
    [
      'a body that is long and chunked',
      'POST /api/v1/session HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      '400',
      'malformed',
    ],
    [
      'a header with a line in it',
      'GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nx y: 1\r\n\r\n',
      '400',
      'malformed',
    ],
    [
      'a path that is no text',
      'GET /%zz HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n',
      '400',
      'malformed',
    ],
  ])('answers %s with a problem document', async (_, sent, status, code) => {
    const { port } = await listening();
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(sent));
      socket.setEncoding('utf8');
      socket.on('data', (chunk: string) => {
        text += chunk;
      });
      socket.on('error', reject);
      socket.on('close', () => resolve(text));
    });
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain(`"code":"${code}"`);
  });

  it('gives up on a request that never ends', async () => {
    const { port } = await listening({ requestTimeoutMs: 400 });
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nhost: 127'));
      socket.setEncoding('utf8');
      socket.on('data', (chunk: string) => {
        text += chunk;
      });
      socket.on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect(answer).toContain('"code":"timed_out"');
  });

  it.each([
    ['a head', 'GET / HTTP/1.1\r\nhost: 127'],
    [
      'a body',
      'POST /api/v1/session HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n' +
        'content-length: 99\r\n\r\n{',
    ],
  ])('holds no place for who never ends %s and takes no answer', async (_what, sent) => {
    const { port, server } = await listening({ requestTimeoutMs: 400 });
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => {
      socket.write(sent);
    });
    socket.on('error', () => undefined).pause();
    const connections = async (): Promise<number> =>
      new Promise((resolve) => {
        server.app.server.getConnections((_error, count) => resolve(count));
      });
    await expect.poll(connections).toBe(1);
    await expect.poll(connections, { timeout: 4_000 }).toBe(0);
    socket.destroy();
  });

  it('logs a real browser in by its cookie for that port alone', async () => {
    const local = { id: 'local:operator', role: 'admin' } as const;
    const { url, port } = await listening({ localCaller: local });
    const page = await fetch(`${url}/`);
    expect(page.headers.get('set-cookie')).toContain(`strikewire_${port}=`);
  });
});

it('names who was refused', async () => {
  const answered: string[] = [];
  const { server } = serve({
    onAnswered: ({ route, status, caller }) => answered.push(`${route} ${status} ${caller}`),
  });
  const headers = bearer('viewer');
  const payload = { to: 'HALT' };
  await server.app.inject({ method: 'PUT', url: '/api/v1/kill-state', headers, payload });
  expect(answered).toEqual(['/api/v1/kill-state 403 key:viewer']);
});

it('counts every answer under the route as declared, never under the address asked for', async () => {
  const answered: string[] = [];
  const { server } = serve({
    onAnswered: ({ route, status, caller }) => answered.push(`${route} ${status} ${caller}`),
  });
  const post = { method: 'POST', payload: {}, headers: bearer('operator') } as const;
  await server.app.inject({ ...post, url: '/api/v1/trades/t_aaaaaaaaaaaaaaaa/close' });
  await server.app.inject({ url: '/secret/path', headers: bearer('operator') });
  expect(answered).toEqual(['/api/v1/trades/:id/close 200 key:operator', '(none) 404 null']);
});
