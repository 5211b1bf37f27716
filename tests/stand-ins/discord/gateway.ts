/**
 * The gateway: identify, heartbeat, dispatch, resume. Sessions keep what they sent, for a resume.
 *
 * https://discord.com/developers/docs/events/gateway
 */
import type { WebSocket } from 'ws';
import { type Json, type JsonObject, parseJson, recordOf, textOf } from '../support/json.ts';
import type { Timers } from '../support/timers.ts';
import type { World } from './world.ts';

const OP = { dispatch: 0, heartbeat: 1, identify: 2, resume: 6, reconnect: 7 } as const;
const OP_BACK = { invalidSession: 9, hello: 10, ack: 11 } as const;
const MESSAGE_CONTENT = 1 << 15;
const DIRECT_MESSAGES = 1 << 12;

interface Session {
  readonly id: string;
  readonly intents: number;
  readonly sent: JsonObject[];
  seq: number;
  socket: WebSocket | null;
}

export interface GatewayOptions {
  readonly world: () => World;
  readonly token: string;
  readonly url: () => string;
  readonly timers: Timers;
  readonly heartbeatMs: number;
}

export class Gateway {
  readonly #options: GatewayOptions;
  readonly #sessions = new Map<string, Session>();
  readonly #sockets = new Set<WebSocket>();
  readonly #waiting = new Set<() => void>();
  #sessionCount = 0;
  #held: JsonObject[] | null = null;
  /** Connections are refused. */
  refuses = false;
  /** Intents that the portal does not allow: identifying with them closes with 4014. */
  disallowed = 0;
  tokenRefused = false;
  /** Heartbeats and events are swallowed: the connection looks open and is dead. */
  frozen = false;
  /** After READY, `null`: never. */
  guildCreateDelayMs: number | null = 0;
  identifies = 0;
  resumes = 0;

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  accept(socket: WebSocket): void {
    this.#sockets.add(socket);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      for (const session of this.#sessions.values()) {
        if (session.socket === socket) session.socket = null;
      }
      this.#changed();
    });
    socket.on('error', () => socket.terminate());
    socket.on('message', (data: Buffer) => this.#take(socket, String(data)));
    send(socket, OP_BACK.hello, { heartbeat_interval: this.#options.heartbeatMs });
  }

  dispatch(event: string, data: JsonObject): void {
    for (const session of this.#sessions.values()) {
      if (data['guild_id'] === undefined && event.startsWith('MESSAGE_')) {
        if ((session.intents & DIRECT_MESSAGES) === 0) continue;
      }
      session.seq += 1;
      const seen = visible(event, data, session.intents);
      const frame = { op: OP.dispatch, t: event, s: session.seq, d: seen };
      session.sent.push(frame);
      if (this.#held !== null) this.#held.push(frame);
      else this.#deliver(session, frame);
    }
  }

  /** Holds what follows back until `release`, which sends it in the order `arrange` gives. */
  hold(): void {
    this.#held ??= [];
  }

  release(arrange: (frames: readonly JsonObject[]) => readonly JsonObject[]): void {
    const frames = arrange(this.#held ?? []);
    this.#held = null;
    for (const session of this.#sessions.values()) {
      for (const frame of frames) this.#deliver(session, frame);
    }
  }

  repeatLast(): void {
    for (const session of this.#sessions.values()) {
      const last = session.sent.at(-1);
      if (last !== undefined) this.#deliver(session, last);
    }
  }

  /** A frame as it is, however wrong. */
  sendRaw(text: string): void {
    for (const socket of this.#sockets) socket.send(text);
  }

  close(code: number): void {
    if (code === 1000) this.#sessions.clear();
    for (const socket of this.#sockets) socket.close(code);
  }

  reset(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  /** Nothing can be resumed any more. */
  forgetSessions(): void {
    this.#sessions.clear();
  }

  askReconnect(): void {
    for (const socket of this.#sockets) send(socket, OP.reconnect, null);
  }

  invalidate(): void {
    this.#sessions.clear();
    for (const socket of this.#sockets) send(socket, OP_BACK.invalidSession, false);
  }

  connected(): number {
    return [...this.#sessions.values()].filter(({ socket }) => socket !== null).length;
  }

  sockets(): number {
    return this.#sockets.size;
  }

  /** Resolves once it holds; asked after every change of a connection. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
  }

  #changed(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  #deliver(session: Session, frame: JsonObject): void {
    if (this.frozen || session.socket === null) return;
    session.socket.send(JSON.stringify(frame));
  }

  #take(socket: WebSocket, text: string): void {
    const frame = recordOf(parseJson(text));
    const data = recordOf(frame['d']);
    switch (frame['op']) {
      case OP.heartbeat:
        if (!this.frozen) send(socket, OP_BACK.ack, null);
        break;
      case OP.identify:
        this.#identify(socket, data);
        break;
      case OP.resume:
        this.#resume(socket, data);
        break;
      default:
        socket.close(4001);
    }
    this.#changed();
  }

  #identify(socket: WebSocket, data: Readonly<Record<string, unknown>>): void {
    this.identifies += 1;
    const intents = Number(data['intents']);
    const isDisallowed = (intents & this.disallowed) !== 0;
    if (!this.#isOurToken(data['token']) || isDisallowed) {
      socket.close(isDisallowed ? 4014 : 4004);
      return;
    }
    this.#sessionCount += 1;
    const session = { id: `session${this.#sessionCount}`, intents, sent: [], seq: 0, socket };
    this.#sessions.set(session.id, session);
    const world = this.#options.world();
    this.#to(session, 'READY', {
      v: 10,
      user: world.userWire(world.bot),
      guilds: [...world.guilds.keys()].map((id) => ({ id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: `${this.#options.url()}/resume`,
      application: { id: world.applicationId, flags: 0 },
      shard: [0, 1],
    });
    const delay = this.guildCreateDelayMs;
    if (delay === 0) this.#sendGuilds(session);
    else if (delay !== null) this.#options.timers.after(delay, () => this.#sendGuilds(session));
  }

  #sendGuilds(session: Session): void {
    const world = this.#options.world();
    for (const guild of world.guilds.values()) {
      this.#to(session, 'GUILD_CREATE', world.guildWire(guild));
    }
  }

  #resume(socket: WebSocket, data: Readonly<Record<string, unknown>>): void {
    this.resumes += 1;
    const session = this.#sessions.get(textOf(data['session_id']) ?? '');
    if (!this.#isOurToken(data['token'])) {
      socket.close(4004);
      return;
    }
    if (session === undefined) {
      send(socket, OP_BACK.invalidSession, false);
      return;
    }
    session.socket = socket;
    const since = Number(data['seq']);
    for (const frame of session.sent) {
      if (Number(frame['s']) > since) this.#deliver(session, frame);
    }
    this.#to(session, 'RESUMED', {});
  }

  #isOurToken(token: unknown): boolean {
    return token === this.#options.token && !this.tokenRefused;
  }

  #to(session: Session, event: string, data: JsonObject): void {
    session.seq += 1;
    const frame = { op: OP.dispatch, t: event, s: session.seq, d: data };
    session.sent.push(frame);
    this.#deliver(session, frame);
  }
}

function send(socket: WebSocket, op: number, data: Json): void {
  socket.send(JSON.stringify({ op, d: data }));
}

/** Without the intent, what a message says is left out. */
function visible(event: string, data: JsonObject, intents: number): JsonObject {
  if (!/^MESSAGE_(?:CREATE|UPDATE)$/.test(event)) return data;
  if ((intents & MESSAGE_CONTENT) !== 0) return data;
  return { ...data, content: '', embeds: [], attachments: [], components: [] };
}
