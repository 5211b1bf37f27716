/**
 * A TCP proxy that misbehaves on request: it stands in front of a real server, so that a client
 * meets a bad network without root and without touching the machine's own.
 *
 * One behaviour holds for every connection, or one is given to the next connections alone; it may
 * change at any time, also for connections that are open.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as later } from 'node:timers';

export type Behaviour =
  /** Bytes pass as they come. */
  | { readonly kind: 'pass' }
  /** Every run of bytes arrives so much later, in order, in both directions. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Nothing passes; what was sent meanwhile arrives when the behaviour changes. */
  | { readonly kind: 'stall' }
  /** Everything is taken and nothing passes, now or later. */
  | { readonly kind: 'black_hole' }
  /** After so many bytes that way the connection is cut, in the middle of whatever it is. */
  | { readonly kind: 'cut_after'; readonly bytes: number; readonly to: 'server' | 'client' }
  /** A request with this text reaches the server; its answer never comes back: the line is cut. */
  | { readonly kind: 'cut_answer'; readonly request: string }
  /** The server's side of the conversation ends in good order; what the client sends is lost. */
  | { readonly kind: 'half_close' }
  /** A connection is reset as soon as it is there. */
  | { readonly kind: 'reset' };

export interface FaultProxy {
  readonly host: string;
  readonly port: number;
  /** Connections open now, and taken since the beginning. */
  readonly open: number;
  readonly taken: number;
  /** From now on, for open connections and new ones. */
  behave(behaviour: Behaviour): void;
  /** For the next new connections, one each, before `behave` counts for the rest. */
  next(...behaviours: readonly Behaviour[]): void;
  /** Breaks every open connection: without a word (`reset`) or in good order (`end`). */
  cut(how: 'reset' | 'end'): void;
  close(): Promise<void>;
}

export interface Upstream {
  readonly host: string;
  readonly port: number;
}

export const PASS: Behaviour = { kind: 'pass' };

export async function openFaultProxy(upstream: Upstream): Promise<FaultProxy> {
  const lines = new Set<Line>();
  const coming: Behaviour[] = [];
  let standing = PASS;
  let taken = 0;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    taken += 1;
    const line = new Line(client, upstream, coming.shift() ?? standing);
    lines.add(line);
    line.onGone(() => lines.delete(line));
  });
  const port = await listen(server);
  return {
    host: '127.0.0.1',
    port,
    get open() {
      return lines.size;
    },
    get taken() {
      return taken;
    },
    behave(behaviour) {
      standing = behaviour;
      for (const line of lines) line.behave(behaviour);
    },
    next(...behaviours) {
      coming.push(...behaviours);
    },
    cut(how) {
      for (const line of lines) line.cut(how);
    },
    async close() {
      for (const line of lines) line.cut('reset');
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('a TCP server has a port');
  return address.port;
}

/** One connection: the client's socket, the server's, and what happens between them. */
class Line {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #toServer: Way;
  readonly #toClient: Way;
  #behaviour: Behaviour;
  #isAnswerLost = false;

  constructor(client: Socket, { host, port }: Upstream, behaviour: Behaviour) {
    this.#client = client;
    this.#behaviour = behaviour;
    this.#server = connect({ host, port, allowHalfOpen: true });
    this.#toServer = new Way(this.#server);
    this.#toClient = new Way(this.#client);
    for (const socket of [client, this.#server]) {
      socket.setNoDelay(true);
      // Either end may vanish at any time: that is what this is for.
      socket.on('error', () => this.cut('reset'));
    }
    client.on('data', (bytes) => this.#carry(bytes, 'server'));
    this.#server.on('data', (bytes) => this.#carry(bytes, 'client'));
    client.on('end', () => this.#toServer.end());
    this.#server.on('end', () => this.#toClient.end());
    client.on('close', () => this.#server.destroy());
    this.#server.on('close', () => this.#client.destroySoon());
    this.behave(behaviour);
  }

  onGone(listener: () => void): void {
    this.#client.on('close', listener);
  }

  behave(behaviour: Behaviour): void {
    this.#behaviour = behaviour;
    this.#isAnswerLost = false;
    const { kind } = behaviour;
    for (const way of [this.#toServer, this.#toClient]) {
      way.delayMs = kind === 'delay' ? behaviour.ms : 0;
      if (kind === 'stall') way.hold();
      else way.go();
    }
    if (kind === 'reset') this.cut('reset');
    if (kind === 'half_close') this.#client.end();
  }

  cut(how: 'reset' | 'end'): void {
    if (how === 'end') {
      this.#client.destroySoon();
      this.#server.destroySoon();
      return;
    }
    if (!this.#client.destroyed) this.#client.resetAndDestroy();
    this.#server.destroy();
  }

  #carry(bytes: Buffer, to: 'server' | 'client'): void {
    const way = to === 'server' ? this.#toServer : this.#toClient;
    const behaviour = this.#behaviour;
    const { kind } = behaviour;
    if (kind === 'black_hole' || kind === 'half_close') return;
    if (kind === 'cut_after' && behaviour.to === to) {
      const left = behaviour.bytes - way.carried;
      way.send(bytes.subarray(0, Math.max(0, left)));
      if (bytes.length >= left) this.cut('end');
    } else if (kind === 'cut_answer' && to === 'client' && this.#isAnswerLost) {
      this.cut('reset');
    } else {
      if (kind === 'cut_answer' && bytes.includes(behaviour.request)) this.#isAnswerLost = true;
      way.send(bytes);
    }
  }
}

/** Bytes on their way to one socket: at once, later, or kept until they may go on; in order. */
class Way {
  delayMs = 0;
  carried = 0;
  readonly #to: Socket;
  readonly #queue: { readonly due: number; readonly act: () => unknown }[] = [];
  #isHeld = false;

  constructor(to: Socket) {
    this.#to = to;
  }

  send(bytes: Buffer): void {
    this.carried += bytes.length;
    this.#add(() => this.#to.write(bytes));
  }

  end(): void {
    this.#add(() => this.#to.end());
  }

  hold(): void {
    this.#isHeld = true;
  }

  go(): void {
    this.#isHeld = false;
    this.#pump();
  }

  #add(act: () => unknown): void {
    this.#queue.push({ due: performance.now() + this.delayMs, act });
    this.#pump();
  }

  #pump(): void {
    if (this.#isHeld) return;
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      const wait = first.due - performance.now();
      if (wait > 0) {
        later(() => this.#pump(), wait).unref();
        return;
      }
      this.#queue.shift();
      if (!this.#to.destroyed) first.act();
    }
  }
}
