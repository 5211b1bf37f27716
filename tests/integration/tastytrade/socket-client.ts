/** A WebSocket client for tests: waits for messages, never for time. */
import { isRecord, parseJson } from '../../stand-ins/support/json.ts';

export type Message = Readonly<Record<string, unknown>>;

export interface SocketClient {
  readonly send: (message: unknown) => void;
  /** The first message not yet taken that matches; waits for it. */
  readonly next: (matches: Message | ((message: Message) => boolean)) => Promise<Message>;
  /** Everything received. */
  readonly all: readonly Message[];
  /** The close code. */
  readonly closed: Promise<number>;
  readonly close: () => void;
}

export async function openSocket(url: string): Promise<SocketClient> {
  const socket = new WebSocket(url);
  const all: Message[] = [];
  const untaken: Message[] = [];
  const waiting = new Set<() => void>();
  const closed = Promise.withResolvers<number>();
  socket.addEventListener('message', ({ data }) => {
    const message = parseJson(String(data));
    if (!isRecord(message)) return;
    all.push(message);
    untaken.push(message);
    for (const look of [...waiting]) look();
  });
  socket.addEventListener('close', ({ code }) => closed.resolve(code));
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error('could not connect')), { once: true });
  });

  function take(matches: (message: Message) => boolean): Message | null {
    const found = untaken.findIndex(matches);
    return found < 0 ? null : (untaken.splice(found, 1)[0] ?? null);
  }

  return {
    all,
    closed: closed.promise,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    next(wanted) {
      const matches =
        typeof wanted === 'function' ? wanted : (message: Message) => has(message, wanted);
      return new Promise((resolve) => {
        const look = (): void => {
          const found = take(matches);
          if (found === null) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      });
    },
    close: () => socket.close(),
  };
}

function has(message: Message, wanted: Message): boolean {
  return Object.entries(wanted).every(([key, value]) => message[key] === value);
}
