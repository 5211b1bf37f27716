/**
 * Socket Mode: events in envelopes, each sent again under a new envelope id until it is
 * acknowledged, also to a later connection (docs.slack.dev, Socket Mode; Events API retries).
 */
import type { RawData, WebSocket } from 'ws';
import { type JsonObject, parseJson, recordOf, textOf } from '../support/json.ts';
import type { Timers } from '../support/timers.ts';

interface Pending {
  readonly type: string;
  readonly payload: JsonObject;
  attempt: number;
  envelopeId: string;
  stop: () => void;
}

export interface SocketModeParts {
  readonly timers: Timers;
  /** Slack's own: at once, after a minute, after five, each once 3 s passed without an answer. */
  readonly retryMs: readonly number[];
}

export class SocketMode {
  /** Connections are refused. */
  refuses = false;
  /** Connections are taken and never greeted. */
  isSilent = false;
  /** What happens right after a greeting, before anything else is read. */
  withHello: () => void = () => undefined;
  /** Envelope ids as they were acknowledged. */
  readonly acknowledged: string[] = [];
  /** Every frame of an event that went out. */
  readonly sent: JsonObject[] = [];
  readonly #parts: SocketModeParts;
  readonly #sockets = new Set<WebSocket>();
  readonly #pending = new Map<string, Pending>();
  #count = 0;
  #waiting: (() => void)[] = [];

  constructor(parts: SocketModeParts) {
    this.#parts = parts;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  accept(socket: WebSocket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('message', (data) => this.#answered(parseJson(textOfFrame(data))));
    if (this.isSilent) return;
    socket.send(JSON.stringify({ type: 'hello', num_connections: 1 }));
    this.withHello();
  }

  /** Delivered until acknowledged, as often as Slack tries. */
  deliver(type: string, payload: JsonObject): void {
    const pending = { type, payload, attempt: 0, envelopeId: '', stop: () => undefined };
    this.#send(pending);
  }

  /** The last event once more: its own id, a new envelope. */
  repeatLast(): void {
    const last = this.sent.at(-1);
    if (last === undefined) return;
    const again = {
      ...last,
      envelope_id: this.#newId(),
      retry_attempt: 1,
      retry_reason: 'timeout',
    };
    this.raw(again);
  }

  /** The very same envelope once more. */
  duplicateLast(): void {
    const last = this.sent.at(-1);
    if (last !== undefined) this.raw(last);
  }

  raw(frame: JsonObject): void {
    for (const socket of this.#sockets) socket.send(JSON.stringify(frame));
  }

  /** Slack asks for a new connection, as it does every few hours. */
  askToReconnect(reason: string): void {
    this.raw({ type: 'disconnect', reason });
  }

  /** Every connection breaks without a word. */
  drop(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  /** Connections stay open and nothing more is read or answered: pings neither. */
  freeze(): void {
    for (const socket of this.#sockets) socket.pause();
  }

  /** Resolves when nothing waits for an acknowledgement. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #send(pending: Pending): void {
    const { type, payload, attempt } = pending;
    pending.envelopeId = this.#newId();
    this.#pending.set(pending.envelopeId, pending);
    const retry = { retry_attempt: attempt, retry_reason: attempt === 0 ? '' : 'timeout' };
    const frame = {
      ...{ type, envelope_id: pending.envelopeId, accepts_response_payload: false, payload },
      ...(type === 'events_api' ? retry : {}),
    };
    this.sent.push(frame);
    // Each goes to one connection only.
    const [socket] = this.#sockets;
    socket?.send(JSON.stringify(frame));
    const wait = this.#parts.retryMs[attempt];
    if (type !== 'events_api' || wait === undefined) return;
    pending.stop = this.#parts.timers.after(wait, () => {
      this.#pending.delete(pending.envelopeId);
      pending.attempt += 1;
      this.#send(pending);
    });
  }

  #answered(frame: unknown): void {
    const id = textOf(recordOf(frame)['envelope_id']);
    if (id === null) return;
    this.acknowledged.push(id);
    this.#pending.get(id)?.stop();
    this.#pending.delete(id);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  #newId(): string {
    this.#count += 1;
    return `envelope-${this.#count}`;
  }
}

function textOfFrame(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return data instanceof ArrayBuffer ? Buffer.from(data).toString() : data.toString();
}
