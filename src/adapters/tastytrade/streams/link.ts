/**
 * One lasting connection to one place, whatever becomes of its sockets.
 *
 * In    an address, asked for anew before each attempt, and a conversation: what is said once the
 *       socket is open.
 * Out   parsed frames for the conversation; a new socket after every end of one.
 * Rule  at most one socket at a time; attempts wait 1 s, then twice as long each time up to 30 s,
 *       with chance added so that many desks do not return at once. A connection has to last before
 *       the waits start from 1 s again: one that is taken and dropped at once makes no storm.
 *
 * Nothing here ends by itself: only `close` does.
 */

import type { Random } from '#kernel/random.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { Cancel, Clock, EpochMs } from '#kernel/time.ts';
import { parseJson } from '../wire/json.ts';
import type { Socket, SocketFactory } from './socket.ts';

/** When the next attempt is made. */
type Again = 'at_once' | 'later';

export interface LinkSession {
  send(message: object): void;
  /** The handshake is done: from now on the stream counts as up. */
  established(): void;
  /** Ends this socket. `at_once` skips the wait, if the attempts before were not in vain too. */
  drop(reason: string, again: Again): void;
  /** Silence of the peer after which its connection counts as dead. */
  expectWithin(ms: number): void;
}

export interface Conversation {
  /** One JSON document of the peer. */
  received(message: unknown): void;
  /** The socket is gone, by close code `code`, or by our own `drop` (`null`). Told once. */
  ended(code: number | null): void;
}

export interface LinkOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly openSocket: SocketFactory;
  /** Where to connect, or why that cannot be said now. Must not wait without bound. */
  readonly address: () => Promise<Result<string, string>>;
  readonly begin: (session: LinkSession) => Conversation;
}

export interface LinkHealth {
  readonly state: 'connecting' | 'up' | 'waiting' | 'closed';
  readonly upSince: EpochMs | null;
  /** Since the newest frame of the peer, on this connection. */
  readonly silentMs: number | null;
  /** Times the stream came up. */
  readonly connections: number;
  /** Attempts since it last lasted. */
  readonly attempts: number;
  readonly lastEnd: string | null;
  /** Frames that were no JSON text. */
  readonly malformed: number;
}

export interface Link {
  health(): LinkHealth;
  /** Ends the connection there is and makes another. */
  restart(reason: string): void;
  close(): void;
}

export const CLOSE_TOO_BIG = 1009;
const CLOSE_RESTART = 1012;
/** Reaching the peer and the handshake together. */
const ESTABLISH_WITHIN_MS = 15_000;
const SILENCE_MS = 60_000;
const LASTED_MS = 30_000;
const WAIT_MS_MIN = 1_000;
const WAIT_MS_MAX = 30_000;
const AT_ONCE_MS_MAX = 250;
/** A peer that has not read this much will not read the rest. */
const UNSENT_BYTES_MAX = 1_000_000;
const FRAME_CHARACTERS_MAX = 8_000_000;
const REASON_CHARACTERS_MAX = 200;
/** A peer may quote our token in its complaint; words are shorter. */
const OPAQUE = /[\w.~+/=-]{24,}/g;

/**
 * Before the attempt that follows `attempts` ended ones: 1 s doubling to 30 s, and up to half
 * more.
 */
export function waitBeforeAttempt(attempts: number, chance: number): number {
  const wait = Math.min(WAIT_MS_MAX, WAIT_MS_MIN * 2 ** Math.min(attempts - 1, 10));
  return wait + (wait / 2) * chance;
}

interface Connection {
  socket: Socket | null;
  conversation: Conversation | null;
  upAt: number | null;
  heardAt: number | null;
  silenceMs: number;
  cancelWatch: Cancel;
}

/** A link that is already being made when this returns. */
export function openLink(options: LinkOptions): Link {
  return new LastingLink(options);
}

class LastingLink implements Link {
  readonly #options: LinkOptions;
  readonly #clock: Clock;
  #current: Connection | null = null;
  #cancelWait: Cancel = () => {};
  #isClosed = false;
  #attempts = 0;
  #connections = 0;
  #malformed = 0;
  #upSince: EpochMs | null = null;
  #lastEnd: string | null = null;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#clock = options.clock;
    void this.#attempt();
  }

  health(): LinkHealth {
    const heardAt = this.#current?.heardAt ?? null;
    const trying = this.#current === null ? 'waiting' : 'connecting';
    const state = this.#upSince === null ? trying : 'up';
    return {
      state: this.#isClosed ? 'closed' : state,
      upSince: this.#upSince,
      silentMs: heardAt === null ? null : this.#clock.mono() - heardAt,
      connections: this.#connections,
      attempts: this.#attempts,
      lastEnd: this.#lastEnd,
      malformed: this.#malformed,
    };
  }

  restart(reason: string): void {
    if (this.#current !== null) this.#fail(this.#current, reason, 'at_once');
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelWait();
    if (this.#current !== null) this.#end(this.#current, null, 'closed by us');
  }

  async #attempt(): Promise<void> {
    const connection: Connection = {
      socket: null,
      conversation: null,
      upAt: null,
      heardAt: null,
      silenceMs: SILENCE_MS,
      cancelWatch: this.#clock.after(ESTABLISH_WITHIN_MS, () =>
        this.#fail(connection, `not up within ${ESTABLISH_WITHIN_MS} ms`, 'later'),
      ),
    };
    this.#current = connection;
    const address = await this.#options.address();
    if (this.#current !== connection) return;
    const url = address.ok ? safeUrl(address.value) : address;
    if (url.ok) this.#connect(connection, url.value);
    else this.#fail(connection, url.error, 'later');
  }

  #connect(connection: Connection, url: string): void {
    const socket = this.#options.openSocket(url, {
      opened: () => {
        if (this.#current !== connection) return;
        connection.conversation = this.#options.begin(this.#sessionOf(connection, socket));
      },
      received: (text) => this.#received(connection, text),
      closed: (code, reason) => {
        if (this.#current !== connection) return;
        this.#end(connection, code, `closed ${code} ${reason}`.trimEnd());
        this.#retry(connection, code === CLOSE_RESTART ? 'at_once' : 'later');
      },
    });
    connection.socket = socket;
  }

  #sessionOf(connection: Connection, socket: Socket): LinkSession {
    return {
      send: (message) => {
        if (this.#current !== connection) return;
        if (socket.unsentBytes() <= UNSENT_BYTES_MAX) socket.send(JSON.stringify(message));
        else this.#fail(connection, 'the peer has stopped reading', 'later');
      },
      established: () => {
        if (this.#current !== connection || connection.upAt !== null) return;
        connection.upAt = this.#clock.mono();
        this.#upSince = this.#clock.now();
        this.#connections += 1;
        connection.cancelWatch();
        this.#watch(connection);
      },
      drop: (reason, again) => this.#fail(connection, reason, again),
      expectWithin: (ms) => {
        connection.silenceMs = ms;
      },
    };
  }

  #received(connection: Connection, text: string | null): void {
    if (this.#current !== connection) return;
    connection.heardAt = this.#clock.mono();
    const message = text === null || text.length > FRAME_CHARACTERS_MAX ? null : parseJson(text);
    if (message?.ok) connection.conversation?.received(message.value);
    else this.#malformed += 1;
  }

  /** Looks again when the peer's silence could be too long; frames only note their time. */
  #watch(connection: Connection): void {
    const since = connection.heardAt ?? this.#clock.mono();
    const left = since + connection.silenceMs - this.#clock.mono();
    if (left <= 0) {
      this.#fail(connection, `silent for ${connection.silenceMs} ms`, 'at_once');
      return;
    }
    connection.cancelWatch = this.#clock.after(left, () => this.#watch(connection));
  }

  #fail(connection: Connection, reason: string, again: Again): void {
    if (this.#current !== connection) return;
    this.#end(connection, null, reason);
    this.#retry(connection, again);
  }

  #end(connection: Connection, code: number | null, reason: string): void {
    this.#current = null;
    this.#upSince = null;
    this.#lastEnd = reason.replaceAll(OPAQUE, '[…]').slice(0, REASON_CHARACTERS_MAX);
    connection.cancelWatch();
    connection.conversation?.ended(code);
    connection.socket?.close();
  }

  #retry({ upAt }: Connection, again: Again): void {
    const { random } = this.#options;
    const hasLasted = upAt !== null && this.#clock.mono() - upAt >= LASTED_MS;
    this.#attempts = hasLasted ? 1 : this.#attempts + 1;
    const wait =
      again === 'at_once' && this.#attempts === 1
        ? AT_ONCE_MS_MAX * random.next()
        : waitBeforeAttempt(this.#attempts, random.next());
    this.#cancelWait = this.#clock.after(wait, () => void this.#attempt());
  }
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Tokens are sent there: encrypted, or to this machine. */
function safeUrl(text: string): Result<string, string> {
  const url = URL.parse(text);
  const isEncrypted = url?.protocol === 'wss:';
  const isHere = url?.protocol === 'ws:' && LOOPBACK.has(url.hostname);
  return isEncrypted || isHere ? ok(text) : err('expected a wss:// address');
}
