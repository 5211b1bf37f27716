/**
 * One connection of Slack's Socket Mode, from `apps.connections.open` to its end.
 *
 * The library's own reconnecting is off, because @slack/socket-mode 3.1.0 waits five seconds after
 * each routine `disconnect` frame, and an `apps.connections.open` that fails for good leaves it
 * dead behind an unhandled rejection. Its reading of frames is wrapped, because a frame without an
 * inner event (`app_rate_limited`) rejects where nobody listens.
 */
import { channel as diagnostics } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { SocketModeClient } from '@slack/socket-mode';
import { Agent, buildConnector } from 'undici';
import type { Secret } from '#kernel/secret.ts';
import type { Clock } from '#kernel/time.ts';
import { type CallFailure, callFailure } from './failures.ts';
import type { SlackSettings } from './settings.ts';
import { SILENT } from './web.ts';

/** One frame that asks to be acknowledged. */
export interface Envelope {
  readonly type: string;
  readonly body: unknown;
  /** Tells Slack that this has arrived; until then it is sent again. Never rejects. */
  readonly ack: () => Promise<void>;
}

export interface SocketListener {
  onEnvelope(envelope: Envelope): void;
  /** Anything arrived: a frame, or an answer to a ping. */
  onSign(): void;
  /** Once, for a connection that was open. `reason` is Slack's own, when it gave one. */
  onClosed(reason: string | null): void;
}

export type Opened =
  | { readonly kind: 'open' }
  | { readonly kind: 'failed'; readonly failure: CallFailure };

export interface SlackSocket {
  /** Settles once Slack says hello, or says or shows that it will not. */
  readonly opened: Promise<Opened>;
  /** Ends it at once, whatever the other side does. */
  discard(): void;
}

export interface SocketOptions {
  readonly appToken: Secret;
  readonly settings: SlackSettings;
  readonly clock: Clock;
  readonly listener: SocketListener;
}

export function openSocket(options: SocketOptions): SlackSocket {
  const { settings, clock, listener } = options;
  const transport = createTransport();
  const client = createClient(options, transport.agent);
  const signs = watchPongs(client, () => listener.onSign());
  let state: 'opening' | 'open' | 'over' = 'opening';
  let reason: string | null = null;
  const answer = Promise.withResolvers<Opened>();
  const stopWaiting = clock.after(settings.helloTimeoutMs, () =>
    fail({ kind: 'unknown', detail: `no hello in ${settings.helloTimeoutMs} ms` }),
  );

  function end(): void {
    state = 'over';
    stopWaiting();
    signs();
    client.removeAllListeners();
    // The library would wait 30 s for the other side to agree; this socket is ours to end.
    client.disconnect().catch(() => undefined);
    transport.destroy();
  }

  function fail(failure: CallFailure): void {
    if (state !== 'opening') return;
    end();
    answer.resolve({ kind: 'failed', failure });
  }

  wrapFrames(client, {
    onFrame: () => listener.onSign(),
    onGoodbye(why) {
      reason = why;
    },
  });
  client.on('connected', () => {
    if (state !== 'opening') return;
    state = 'open';
    stopWaiting();
    answer.resolve({ kind: 'open' });
  });
  client.on('disconnected', () => {
    if (state === 'opening') fail({ kind: 'unknown', detail: 'the socket closed' });
    if (state !== 'open') return;
    end();
    listener.onClosed(reason);
  });
  client.on('slack_event', ({ type, body, ack }: RawEnvelope) => {
    if (state !== 'over') listener.onEnvelope({ type, body, ack: async () => settled(ack) });
  });
  client.start().catch((error: unknown) => fail(callFailure(error)));
  return { opened: answer.promise, discard: () => (state === 'over' ? undefined : end()) };
}

interface RawEnvelope {
  readonly type: string;
  readonly body: unknown;
  readonly ack: () => Promise<void>;
}

/** An acknowledgement that cannot be sent is one Slack misses: it sends the event again. */
async function settled(act: () => unknown): Promise<void> {
  await Promise.resolve(act()).catch(() => undefined);
}

function createClient({ appToken, settings }: SocketOptions, agent: Agent): SocketModeClient {
  return new SocketModeClient({
    appToken: appToken.reveal(),
    logger: SILENT,
    autoReconnectEnabled: false,
    clientPingTimeout: settings.pingTimeoutMs,
    dispatcher: agent,
    clientOptions: {
      slackApiUrl: settings.apiUrl,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      timeout: settings.requestTimeoutMs,
    },
  });
}

interface Transport {
  readonly agent: Agent;
  destroy(): void;
}

/** Sockets are kept hold of, since undici lets go of one that became a WebSocket. */
function createTransport(): Transport {
  const sockets = new Set<Socket>();
  const connect = buildConnector({ allowH2: false });
  const agent = new Agent({
    connect(options, callback) {
      connect(options, (...result) => {
        const [, socket] = result;
        if (socket !== null) {
          sockets.add(socket);
          socket.once('close', () => sockets.delete(socket));
        }
        callback(...result);
      });
    },
  });
  return {
    agent,
    destroy() {
      for (const socket of sockets) socket.destroy();
      agent.destroy().catch(() => undefined);
    },
  };
}

interface FrameListener {
  readonly onFrame: () => void;
  readonly onGoodbye: (reason: string) => void;
}

/** Puts itself before the library's reading of each frame. */
function wrapFrames(client: SocketModeClient, listener: FrameListener): void {
  const readers = client.listeners('ws_message');
  client.removeAllListeners('ws_message');
  client.on('ws_message', (...raw: readonly unknown[]) => {
    listener.onFrame();
    const [data, ...rest] = raw;
    const frame = frameOf(data);
    if (frame['type'] === 'disconnect') listener.onGoodbye(textOf(frame['reason']));
    for (const read of readers) {
      void settled(async () => read(completed(frame) ?? data, ...rest));
    }
  });
}

/** An event without an inner event, as `app_rate_limited` is, gets one the library can read. */
function completed(frame: Readonly<Record<string, unknown>>): string | null {
  const payload = recordOf(frame['payload']);
  if (frame['type'] !== 'events_api') return null;
  if (typeof recordOf(payload['event'])['type'] === 'string') return null;
  return JSON.stringify({ ...frame, payload: { ...payload, event: { type: 'without_event' } } });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : 'no reason';
}

function frameOf(data: unknown): Readonly<Record<string, unknown>> {
  if (typeof data !== 'string') return {};
  try {
    return recordOf(JSON.parse(data));
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** Answers to our pings, which the library sends but does not tell of. */
function watchPongs(client: SocketModeClient, onPong: () => void): () => void {
  let url: string | null = null;
  client.on('authenticated', ({ url: given }: { readonly url?: string }) => {
    url = given ?? null;
  });
  const listen = (message: unknown): void => {
    const socket = recordOf(message)['websocket'];
    if (socket instanceof Object && Reflect.get(socket, 'url') === url) onPong();
  };
  const pongs = diagnostics('undici:websocket:pong');
  pongs.subscribe(listen);
  return () => pongs.unsubscribe(listen);
}
