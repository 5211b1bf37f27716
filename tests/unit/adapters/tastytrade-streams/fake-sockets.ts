/** The other end of a stream, spoken for by the test. */
import { setImmediate as turn } from 'node:timers/promises';
import type { SocketEvents, SocketFactory } from '#adapters/tastytrade/streams/socket.ts';
import { createRandom } from '#kernel/random.ts';
import { type EpochMs, epochMs } from '#kernel/time.ts';
import { createVirtualClock, type VirtualClock } from '#kernel/virtual-clock.ts';

type Message = Readonly<Record<string, unknown>>;

export interface FakeSocket {
  readonly url: string;
  /** What the stream has sent, parsed. */
  readonly sent: Message[];
  unsentBytes: number;
  isClosedByUs: boolean;
  open(): void;
  say(...messages: readonly (object | string | null)[]): void;
  close(code: number, reason?: string): void;
}

export interface FakeSockets {
  readonly all: FakeSocket[];
  readonly factory: SocketFactory;
  /** The newest one. */
  last(): FakeSocket;
}

/** With `onSent`, the other end answers by itself. */
export function createFakeSockets(
  onSent: (socket: FakeSocket, message: Message) => void = () => {},
): FakeSockets {
  const all: FakeSocket[] = [];
  return {
    all,
    last() {
      const socket = all.at(-1);
      if (socket === undefined) throw new Error('expected a socket to have been asked for');
      return socket;
    },
    factory(url, events) {
      const socket = createFakeSocket(url, events);
      all.push(socket);
      return {
        send(text) {
          const message = JSON.parse(text) as Message;
          socket.sent.push(message);
          // Never before `send` has returned, as on a network.
          queueMicrotask(() => onSent(socket, message));
        },
        unsentBytes: () => socket.unsentBytes,
        close() {
          socket.isClosedByUs = true;
        },
      };
    },
  };
}

function createFakeSocket(url: string, events: SocketEvents): FakeSocket {
  return {
    url,
    sent: [],
    unsentBytes: 0,
    isClosedByUs: false,
    open: () => events.opened(),
    say(...messages) {
      for (const message of messages) {
        events.received(
          typeof message === 'object' && message !== null ? JSON.stringify(message) : message,
        );
      }
    },
    close: (code, reason = '') => events.closed(code, reason),
  };
}

export const START: EpochMs = epochMs(Date.UTC(2026, 2, 2, 15, 0, 0));

export interface Bench {
  readonly clock: VirtualClock;
  readonly random: ReturnType<typeof createRandom>;
  /** Lets time pass in small steps, and promises settle in between. */
  pass(ms: number): Promise<void>;
}

export function openBench(): Bench {
  const clock = createVirtualClock(START);
  return {
    clock,
    random: createRandom('streams'),
    async pass(ms) {
      const until = clock.mono() + ms;
      await turn();
      for (let due = clock.nextDue(); due !== null && due <= until; due = clock.nextDue()) {
        clock.advance(Math.max(0, due - clock.mono()));
        await turn();
      }
      clock.advance(until - clock.mono());
      await turn();
    },
  };
}
