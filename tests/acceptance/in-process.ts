/**
 * The way from a tastytrade client to the stand-in without a network: `fetch` and sockets within
 * one process and one virtual clock, so that a run is the same every time.
 */
import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import type { Fetch, FetchReply } from '#adapters/tastytrade/http/exchange.ts';
import type { SocketFactory } from '#adapters/tastytrade/streams/socket.ts';
import type { HttpReply, HttpRequest, SocketPath } from '../stand-ins/support/loopback.ts';

const NEVER = new Promise<never>(() => undefined);
const ABNORMAL = 1006;

/** What is on the way of every request, and of every frame to the client. */
export interface Between {
  request(
    request: HttpRequest,
    answer: (request: HttpRequest) => Promise<HttpReply>,
  ): Promise<HttpReply>;
  /** Calls `deliver` with what arrives of it, now or later or not at all. */
  frame(path: string, text: string, deliver: (text: string) => void): void;
}

/** A process's end of the wires: once cut, nothing leaves any more and nothing arrives. */
export interface ProcessWires {
  readonly fetch: Fetch;
  readonly openSocket: SocketFactory;
  cut(): void;
}

export interface Server {
  readonly answer: (request: HttpRequest) => Promise<HttpReply>;
  readonly sockets: readonly SocketPath[];
}

export function createWires(server: Server, between: Between): ProcessWires {
  const open = new Set<ServerEnd>();
  let isCut = false;
  return {
    async fetch(url, { method, headers, body = '' }) {
      if (isCut) return NEVER;
      const { pathname, searchParams } = new URL(url);
      const request: HttpRequest = {
        ...{ method, path: pathname, query: searchParams, body },
        headers: lowerCased(headers),
      };
      const reply = await between.request(request, server.answer);
      return isCut ? NEVER : received(reply);
    },
    openSocket(url, events) {
      const { pathname } = new URL(url);
      const path = server.sockets.find((one) => one.path === pathname);
      const isRefused = isCut || path === undefined || path.refusal() !== null;
      const end = new ServerEnd({
        received: (text) => between.frame(pathname, text, (shown) => events.received(shown)),
        closed: (code, reason) => {
          open.delete(end);
          events.closed(code, reason);
        },
      });
      queueMicrotask(() => {
        if (isRefused) {
          end.close(ABNORMAL);
          return;
        }
        open.add(end);
        // The peer uses what a socket of `ws` does here, and nothing of the request.
        path.onOpen(end as unknown as WebSocket, {} as IncomingMessage);
        if (!isCut) events.opened();
      });
      return {
        send: (text) => end.hear(text),
        unsentBytes: () => 0,
        close: () => end.leave(),
      };
    },
    cut() {
      isCut = true;
      for (const end of open) end.leave();
      open.clear();
    },
  };
}

function lowerCased(headers: Readonly<Record<string, string>>): HttpRequest['headers'] {
  const lower: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) lower[name.toLowerCase()] = value;
  return lower;
}

async function received(reply: HttpReply): Promise<FetchReply> {
  if (reply.kind === 'hang') return NEVER;
  if (reply.kind === 'drop') throw lost();
  const { status, headers, body, cutAfter } = reply;
  return {
    status,
    headers: { get: (name) => headers[name.toLowerCase()] ?? null },
    async text() {
      if (cutAfter !== undefined) throw lost();
      return body;
    },
  };
}

function lost(): Error {
  return Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });
}

/** As a connection fails before any byte of the request has left. */
export function refusedConnection(): Error {
  return Object.assign(new Error('connect ECONNREFUSED'), {
    code: 'ECONNREFUSED',
    syscall: 'connect',
  });
}

interface ClientEnd {
  received(text: string): void;
  closed(code: number, reason: string): void;
}

/** What the stand-in holds of a connection; what it sends arrives in the same turn, in order. */
class ServerEnd {
  readonly OPEN = 1;
  readyState = 1;
  readonly #client: ClientEnd;
  readonly #events = new EventEmitter();
  #hasLeft = false;

  constructor(client: ClientEnd) {
    this.#client = client;
  }

  on(event: string, listener: (...args: unknown[]) => void): this {
    this.#events.on(event, listener);
    return this;
  }

  send(text: string): void {
    queueMicrotask(() => {
      if (!this.#hasLeft) this.#client.received(text);
    });
  }

  close(code = 1005, reason = ''): void {
    if (this.readyState !== this.OPEN) return;
    this.readyState = 3;
    queueMicrotask(() => {
      if (!this.#hasLeft) this.#client.closed(code, reason);
      this.#events.emit('close');
    });
  }

  terminate(): void {
    this.close(ABNORMAL);
  }

  /** From the client. */
  hear(text: string): void {
    queueMicrotask(() => {
      if (this.readyState === this.OPEN) this.#events.emit('message', Buffer.from(text), false);
    });
  }

  /** The client is gone. */
  leave(): void {
    this.#hasLeft = true;
    this.close();
  }
}
