/**
 * One HTTP and WebSocket server on 127.0.0.1 that can misbehave: answer late, in part or never.
 *
 * `close()` ends every socket, however busy, so that a test leaves nothing behind.
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';

export interface HttpRequest {
  readonly method: string;
  /** As sent: not decoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type HttpReply =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      /** Sends this many bytes of the body, then ends the connection. */
      readonly cutAfter?: number;
    }
  /** The connection ends without an answer. */
  | { readonly kind: 'drop' }
  /** Nothing is ever answered. */
  | { readonly kind: 'hang' };

export interface SocketPath {
  readonly path: string;
  /** Larger frames close the socket with code 1009. */
  readonly frameBytesMax: number;
  readonly onOpen: (socket: WebSocket, request: IncomingMessage) => void;
  /** HTTP status that refuses the upgrade, or `null`. */
  readonly refusal: () => number | null;
}

export interface LoopbackOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly answer: (request: HttpRequest) => Promise<HttpReply>;
  readonly sockets: readonly SocketPath[];
}

export interface Loopback {
  readonly port: number;
  readonly close: () => Promise<void>;
}

export const HOST = '127.0.0.1';
const BODY_BYTES_MAX = 4_000_000;

/** A frame as text, however it arrived. */
export function textOfFrame(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.from(data as Uint8Array).toString('utf8');
}

export async function openLoopback(options: LoopbackOptions): Promise<Loopback> {
  const open = new Set<Socket>();
  const upgraded = options.sockets.map((path) => ({
    path,
    server: new WebSocketServer({ noServer: true, maxPayload: path.frameBytesMax }),
  }));
  const server = createServer((request, response) => {
    void read(request)
      .then((body) => options.answer(requestOf(request, body)))
      .then((reply) => {
        if (reply.kind === 'hang') return;
        if (reply.kind === 'drop') request.socket.destroy();
        else if (reply.cutAfter === undefined) {
          response.writeHead(reply.status, reply.headers).end(reply.body);
        } else {
          const whole = Buffer.from(reply.body);
          response.writeHead(reply.status, { ...reply.headers, 'content-length': whole.length });
          response.write(whole.subarray(0, reply.cutAfter), () => request.socket.destroy());
        }
      })
      .catch((error: unknown) => {
        if (response.headersSent) request.socket.destroy();
        else response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error));
      });
  });
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  server.on('upgrade', (request, socket, head) => {
    const path = (request.url ?? '').split('?')[0];
    const found = upgraded.find((one) => one.path.path === path);
    const refusal = found === undefined ? 404 : found.path.refusal();
    if (found === undefined || refusal !== null) refuse(socket, refusal ?? 404);
    else found.server.handleUpgrade(request, socket, head, (ws) => found.path.onOpen(ws, request));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, HOST, resolve);
  });
  return {
    port: portOf(server.address()),
    async close() {
      for (const { server: sockets } of upgraded) {
        for (const client of sockets.clients) client.terminate();
        sockets.close();
      }
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

function refuse(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function portOf(address: string | AddressInfo | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function requestOf(request: IncomingMessage, body: string): HttpRequest {
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  const { headers } = request;
  return {
    method: request.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers,
    body,
  };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > BODY_BYTES_MAX) throw new RangeError(`expected at most ${BODY_BYTES_MAX} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
