/**
 * One WebSocket, reduced to what a stream needs: text in, text out, and its end.
 *
 * `closed` is told once for every socket, also for one that never opened. After `close` nothing is
 * told any more, and the connection is gone soon: a peer that has frozen never answers the closing
 * handshake, and nobody waits for it.
 */
import type { Socket as TcpSocket } from 'node:net';
import { Agent, buildConnector, WebSocket } from 'undici';

export interface SocketEvents {
  opened(): void;
  /** `null` for a frame that is not text. */
  received(text: string | null): void;
  /** The close code of RFC 6455; 1006 when the connection just ended or never came to be. */
  closed(code: number, reason: string): void;
}

export interface Socket {
  send(text: string): void;
  /** Bytes handed to `send` that have not left: they grow when the peer no longer reads. */
  unsentBytes(): number;
  close(): void;
}

export type SocketFactory = (url: string, events: SocketEvents) => Socket;

const ABNORMAL = 1006;
const CONNECT_WITHIN_MS = 10_000;

/** undici's WebSocket: unlike a browser's it takes headers, and lets us end its connection. */
export function createSocketFactory(userAgent: string): SocketFactory {
  return (url, events) => {
    const line = openLine();
    const socket = new WebSocket(url, {
      headers: { 'User-Agent': userAgent },
      dispatcher: line.agent,
    });
    let isTold = false;
    const end = (code: number, reason: string): void => {
      line.end();
      if (isTold) return;
      isTold = true;
      events.closed(code, reason);
    };
    socket.addEventListener('open', () => {
      if (!isTold) events.opened();
    });
    socket.addEventListener('message', (message) => {
      const data: unknown = message.data;
      if (!isTold) events.received(typeof data === 'string' ? data : null);
    });
    socket.addEventListener('error', ({ message }) => end(ABNORMAL, message));
    socket.addEventListener('close', ({ code, reason }) => end(code, reason));
    return {
      send: (text) => socket.send(text),
      unsentBytes: () => socket.bufferedAmount,
      close() {
        isTold = true;
        socket.close();
        line.end();
      },
    };
  };
}

interface Line {
  readonly agent: Agent;
  /** Ends the connection once what was written has left. */
  end(): void;
}

/** The connection of one socket, kept so that it can be ended without the peer. */
function openLine(): Line {
  const connect = buildConnector({ timeout: CONNECT_WITHIN_MS });
  let tcp: TcpSocket | null = null;
  const agent = new Agent({
    connect(options, callback) {
      connect(options, (...outcome) => {
        tcp = outcome[1];
        callback(...outcome);
      });
    },
  });
  return {
    agent,
    end() {
      tcp?.destroySoon();
      void agent.destroy();
    },
  };
}
