/** Node's WebSocket behind the streams, against a server on this machine. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket as TcpSocket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type WebSocket as Peer, WebSocketServer } from 'ws';
import { createSocketFactory, type Socket } from '#adapters/tastytrade/streams/socket.ts';

interface Line {
  readonly socket: Socket;
  /** `open`, `heard …`, `closed 1006`, in order. */
  readonly told: string[];
  /** Resolves when `told` has so many entries. */
  until(count: number): Promise<void>;
}

function connect(url: string): Line {
  const told: string[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const tell = (what: string): void => {
    told.push(what);
    for (const { count, resolve } of waiting) if (told.length >= count) resolve();
  };
  const socket = createSocketFactory('strikewire/1.2.3')(url, {
    opened: () => tell('open'),
    received: (text) => tell(`heard ${text}`),
    closed: (code, reason) => tell(`closed ${code}${reason === '' ? '' : ` ${reason}`}`),
  });
  return {
    socket,
    told,
    until: (count) =>
      new Promise((resolve) => {
        if (told.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
  };
}

interface Served {
  readonly url: string;
  readonly connected: Promise<{ readonly peer: Peer; readonly request: IncomingMessage }>;
}

async function serve(test: (served: Served) => Promise<void>): Promise<void> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const connected = new Promise<{ peer: Peer; request: IncomingMessage }>((resolve) => {
    server.once('connection', (peer, request) => resolve({ peer, request }));
  });
  try {
    await test({ url: `ws://127.0.0.1:${port}/realtime`, connected });
  } finally {
    for (const client of server.clients) client.terminate();
    server.close();
  }
}

async function listen(onConnection: (socket: TcpSocket) => void): Promise<[Server, string]> {
  const server = createServer(onConnection);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return [server, `ws://127.0.0.1:${port}/`];
}

/** Accepts a WebSocket and answers nothing more, its end neither. */
function shakeHandsAndFreeze(socket: TcpSocket): void {
  socket.on('data', (data) => {
    const key = /sec-websocket-key: (\S+)/i.exec(data.toString('latin1'))?.[1];
    if (key === undefined) return;
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        `Sec-WebSocket-Accept: ${accept.digest('base64')}\r\n\r\n`,
    );
  });
}

describe("a stream's socket", () => {
  it('names the program in its User-Agent', () =>
    serve(async ({ url, connected }) => {
      const line = connect(url);
      const { request } = await connected;
      expect(request.headers['user-agent']).toBe('strikewire/1.2.3');
      line.socket.close();
    }));

  it('carries text both ways, and says of other frames that they are none', () =>
    serve(async ({ url, connected }) => {
      const line = connect(url);
      const { peer } = await connected;
      await line.until(1);
      const heard = new Promise((resolve) => {
        peer.once('message', (data: Buffer) => resolve(data.toString()));
      });
      line.socket.send('{"type":"SETUP"}');
      expect(await heard).toBe('{"type":"SETUP"}');
      peer.send('héllo');
      peer.send(Buffer.from([1, 2, 3]));
      await line.until(3);
      expect(line.told).toEqual(['open', 'heard héllo', 'heard null']);
      line.socket.close();
    }));

  it('tells the code and the reason it was closed with', () =>
    serve(async ({ url, connected }) => {
      const line = connect(url);
      const { peer } = await connected;
      await line.until(1);
      peer.close(1012, 'Reconnection is required');
      await line.until(2);
      expect(line.told).toEqual(['open', 'closed 1012 Reconnection is required']);
    }));

  it('tells of a connection that breaks off, once', () =>
    serve(async ({ url, connected }) => {
      const line = connect(url);
      const { peer } = await connected;
      await line.until(1);
      peer.terminate();
      await line.until(2);
      expect(line.told[1]).toMatch(/^closed 1006/);
      expect(line.told).toHaveLength(2);
    }));

  it('tells of a peer that is not there, and of one that speaks no WebSocket', async () => {
    const [gone, goneUrl] = await listen(() => {});
    await new Promise((resolve) => gone.close(resolve));
    const [other, otherUrl] = await listen((socket) =>
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'),
    );
    const lines = [connect(goneUrl), connect(otherUrl)];
    for (const line of lines) {
      await line.until(1);
      expect(line.told[0]).toMatch(/^closed 1006/);
    }
    other.close();
  });

  it('tells nothing more once it is closed, and is gone although the peer never answers', async () => {
    const [server, url] = await listen(shakeHandsAndFreeze);
    const connection = new Promise<TcpSocket>((resolve) => server.once('connection', resolve));
    const line = connect(url);
    const peer = await connection;
    await line.until(1);
    const gone = new Promise((resolve) => peer.once('close', resolve));
    line.socket.close();
    await gone;
    server.close();
    expect(line.told).toEqual(['open']);
  });

  it('gives up a connection that is closed before it stands', async () => {
    const accepted: TcpSocket[] = [];
    const [server, url] = await listen((socket) => accepted.push(socket));
    const line = connect(url);
    const connection = new Promise<TcpSocket>((resolve) => server.once('connection', resolve));
    const peer = await connection;
    const gone = new Promise((resolve) => peer.once('close', resolve));
    peer.resume();
    line.socket.close();
    await gone;
    server.close();
    expect(line.told).toEqual([]);
  });
});
