/** The proxy itself, in front of a server that says back what it hears. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FaultProxy, openFaultProxy, PASS } from './fault-proxy.ts';

let server: Server;
let heard: string;
let proxy: FaultProxy;
const clients: Socket[] = [];

beforeEach(async () => {
  heard = '';
  server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      heard += bytes.toString();
      socket.write(bytes);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  proxy = await openFaultProxy({ host: '127.0.0.1', port: address.port });
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await proxy.close();
  server.close();
});

interface Said {
  readonly socket: Socket;
  text: string;
  end: 'open' | 'ended' | 'reset';
}

async function dial(): Promise<Said> {
  const socket = connect({ host: proxy.host, port: proxy.port });
  clients.push(socket);
  const said: Said = { socket, text: '', end: 'open' };
  socket.on('data', (bytes) => {
    said.text += bytes.toString();
  });
  socket.on('end', () => {
    said.end = 'ended';
  });
  socket.on('error', () => {
    said.end = 'reset';
  });
  await new Promise((resolve) => {
    socket.once('connect', resolve).once('error', resolve);
  });
  return said;
}

describe('a line through the fault proxy', () => {
  it('passes what is said, both ways', async () => {
    const line = await dial();
    line.socket.write('hello');
    await expect.poll(() => line.text).toBe('hello');
    expect(proxy.taken).toBe(1);
  });

  it('delays what is said and keeps its order, also once the delay is over', async () => {
    proxy.behave({ kind: 'delay', ms: 60 });
    const line = await dial();
    const from = performance.now();
    line.socket.write('one ');
    await expect.poll(() => heard).toBe('one ');
    expect(performance.now() - from).toBeGreaterThanOrEqual(59);
    line.socket.write('two ');
    await new Promise(setImmediate);
    proxy.behave(PASS);
    line.socket.write('three ');
    await expect.poll(() => line.text).toBe('one two three ');
  });

  it('holds what is said while it stalls, and lets it go later', async () => {
    proxy.behave({ kind: 'stall' });
    const line = await dial();
    line.socket.write('late');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(heard).toBe('');
    proxy.behave(PASS);
    await expect.poll(() => line.text).toBe('late');
  });

  it('swallows everything as a black hole', async () => {
    proxy.behave({ kind: 'black_hole' });
    const line = await dial();
    line.socket.write('gone');
    await new Promise((resolve) => setTimeout(resolve, 50));
    proxy.behave(PASS);
    line.socket.write('there');
    await expect.poll(() => line.text).toBe('there');
  });

  it('cuts in the middle of an answer', async () => {
    proxy.behave({ kind: 'cut_after', bytes: 3, to: 'client' });
    const line = await dial();
    line.socket.write('answer');
    await expect.poll(() => line.end).not.toBe('open');
    expect(line.text).toBe('ans');
    expect(heard).toBe('answer');
  });

  it('loses the answer to one request that did arrive', async () => {
    proxy.behave({ kind: 'cut_answer', request: 'COMMIT' });
    const line = await dial();
    line.socket.write('BEGIN;');
    await expect.poll(() => line.text).toBe('BEGIN;');
    line.socket.write('COMMIT;');
    await expect.poll(() => line.end).toBe('reset');
    expect(heard).toBe('BEGIN;COMMIT;');
    expect(line.text).toBe('BEGIN;');
  });

  it('ends the server side alone', async () => {
    const line = await dial();
    line.socket.write('a');
    await expect.poll(() => line.text).toBe('a');
    proxy.behave({ kind: 'half_close' });
    await expect.poll(() => line.end).toBe('ended');
  });

  it('resets one connection and lets the next one through', async () => {
    proxy.next({ kind: 'reset' });
    const first = await dial();
    await expect.poll(() => first.end).toBe('reset');
    const second = await dial();
    second.socket.write('hello');
    await expect.poll(() => second.text).toBe('hello');
    proxy.cut('reset');
    await expect.poll(() => second.end).toBe('reset');
    await expect.poll(() => proxy.open).toBe(0);
  });
});
