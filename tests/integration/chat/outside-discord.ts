/**
 * Another Discord than the stand-in's: written from the public documentation alone, as somebody
 * might who knows neither the desk nor its stand-in, and different from it wherever the
 * documentation leaves room: field order, optional fields, large ids, heartbeats both ways, numbers
 * of limits, unknown events and operations, one connection for each request.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text as textIn } from 'node:stream/consumers';
import { type WebSocket, WebSocketServer } from 'ws';
import { parseJson, recordOf, textOf } from '../../stand-ins/support/json.ts';
import { textOfFrame } from '../../stand-ins/support/loopback.ts';

type Body = Readonly<Record<string, unknown>>;

const EPOCH_MS = 1_420_070_400_000n;
const HEARTBEAT_MS = 150;
const ZOMBIE_MS = 2_000;

interface Written {
  readonly id: string;
  readonly channel_id: string;
  readonly author: Body;
  readonly [key: string]: unknown;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export class OutsideDiscord {
  readonly token = 'MTQ0MDAwMDAwMDAwMDAwMDAwMQ.GabcDe.outside';
  readonly bot = { id: '1440000000000000001', username: 'desk', discriminator: '0', bot: true };
  readonly guild = '1439999999999999998';
  readonly alerts = '1439999999999999999';
  readonly control = '1439999999999999997';
  readonly trader = '9100000000000000011';
  /** Everything written in channels, oldest first. */
  readonly written: Written[] = [];
  /** Answers to interactions, as their writer sees them at last. */
  readonly whispers: string[] = [];
  /** What the gateway was sent, by operation. */
  readonly operations: number[] = [];
  /** The next requests to write are answered so, whether or not they were done. */
  readonly mishaps: ('limited' | 'done_then_502' | 'done_then_reset')[] = [];
  readonly #http = createServer((request, response) => void this.#serve(request, response));
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #nonces = new Map<string, Written>();
  #log: { readonly seq: number; readonly text: string }[] = [];
  #seq = 0;
  #session = 0;
  #low = 0n;
  /** Heartbeats are not answered until then. */
  #deafUntil = 0;

  async open(): Promise<void> {
    this.#http.keepAliveTimeout = 1;
    this.#http.on('upgrade', (request, socket, head) => {
      this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#greet(opened));
    });
    await new Promise<void>((resolve) => {
      this.#http.listen(0, '127.0.0.1', resolve);
    });
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.#port}/api`;
  }

  get connections(): number {
    return this.#sockets.clients.size;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    this.#http.closeAllConnections();
    await new Promise((resolve) => {
      this.#http.close(resolve);
    });
  }

  /** The trader writes; `how` is laid over what the gateway tells of it. */
  say(content: string, how: Body = {}): string {
    const id = this.#snowflake();
    const { alerts: channel_id, guild: guild_id, trader } = this;
    const author = { id: trader, username: 'tess', global_name: null, avatar: null };
    const message = { ...PLAIN, ...how, channel_id, id, content, author };
    this.written.push({ ...message, timestamp: new Date().toISOString() });
    this.#dispatch('MESSAGE_CREATE', { ...message, guild_id, member: { roles: [] } });
    return id;
  }

  /** Said while nobody hears it: only the history knows. */
  sayUnheard(content: string): string {
    const [id, channel_id] = [this.#snowflake(), this.alerts];
    this.written.push({ type: 0, id, channel_id, content, author: { id: this.trader } });
    return id;
  }

  command(line: readonly [string, string | null]): void {
    const [name, value] = line;
    const options = value === null ? [] : [{ value, name: 'command', type: 3 }];
    this.#dispatch('INTERACTION_CREATE', {
      ...{ version: 1, type: 2, token: 'aW50ZXJhY3Rpb246', id: this.#snowflake() },
      ...{ application_id: this.bot.id, guild_id: this.guild, channel_id: this.control },
      member: { user: { id: this.trader, username: 'tess' }, roles: [], permissions: '0' },
      data: { id: '1', name: 'tt', type: 1, options: [{ type: 1, name, options }] },
      ...{ entitlements: [], authorizing_integration_owners: {}, locale: 'de', context: 0 },
    });
  }

  /** Events and operations of a Discord that is newer than anybody here. */
  babble(): void {
    this.#dispatch('GUILD_MOOD_UPDATE', { guild_id: this.guild, mood: ['calm'] });
    this.#dispatch('PRESENCE_UPDATE', { user: { id: this.trader }, status: 'idle' });
    this.#dispatch('TYPING_START', { user_id: this.trader, channel_id: this.alerts, timestamp: 1 });
    this.#toAll({ op: 31, d: { hint: 'new' } });
    this.#toAll({ d: null, op: 1 });
  }

  /** The last event once more. */
  repeat(): void {
    const last = this.#log.at(-1);
    if (last !== undefined) for (const socket of this.#sockets.clients) socket.send(last.text);
  }

  /** What is said next reaches nobody until the connection is resumed. */
  breakWith(how: 'reconnect' | 'close' | 'reset' | 'invalid' | 'zombie'): void {
    if (how === 'zombie') this.#deafUntil = Date.now() + ZOMBIE_MS;
    for (const socket of this.#sockets.clients) {
      if (how === 'reconnect') socket.send('{"d":null,"op":7,"s":null,"t":null}');
      if (how === 'close') socket.close(4000, 'unknown error');
      if (how === 'reset') socket.terminate();
      if (how === 'invalid') socket.send('{"op":9,"d":false}');
    }
  }

  get #port(): number {
    const address = this.#http.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  }

  #snowflake(): string {
    this.#low = (this.#low + 1n) % 4_096n;
    return String(((BigInt(Date.now()) - EPOCH_MS) << 22n) | (31n << 12n) | this.#low);
  }

  #greet(socket: WebSocket): void {
    socket.send(JSON.stringify({ d: { _trace: ['x'], heartbeat_interval: HEARTBEAT_MS }, op: 10 }));
    socket.on('message', (data) => this.#hear(socket, recordOf(parseJson(textOfFrame(data)))));
  }

  #hear(socket: WebSocket, { op, d }: Body): void {
    this.operations.push(Number(op));
    if (Date.now() < this.#deafUntil) return;
    const data = recordOf(d);
    if (op === 1) socket.send('{"op":11}');
    if (op === 2) this.#identify(socket, data);
    if (op === 6) this.#resume(socket, data);
  }

  #identify(socket: WebSocket, { token }: Body): void {
    if (token !== this.token) {
      socket.close(4004, 'Authentication failed.');
      return;
    }
    this.#session += 1;
    this.#log = [];
    this.#seq = 0;
    const ready = {
      ...{ resume_gateway_url: `ws://127.0.0.1:${this.#port}`, session_type: 'normal', v: 10 },
      ...{ user: this.bot, guilds: [{ id: this.guild }], application: { id: this.bot.id } },
      ...{ session_id: `s${this.#session}`, user_settings: {}, relationships: [], _trace: [] },
    };
    this.#dispatch('READY', ready, socket);
    const channels = [this.alerts, this.control].map((id) => ({ type: 0, id, name: `c${id}` }));
    this.#dispatch('GUILD_CREATE', { id: this.guild, name: 'g', channels }, socket);
  }

  #resume(socket: WebSocket, { session_id, seq }: Body): void {
    if (session_id !== `s${this.#session}`) {
      socket.send('{"op":9,"d":false}');
      return;
    }
    for (const { seq: own, text } of this.#log) if (own > Number(seq)) socket.send(text);
    this.#dispatch('RESUMED', { _trace: [] }, socket);
  }

  #dispatch(t: string, d: Body, to?: WebSocket): void {
    this.#seq += 1;
    const text = JSON.stringify({ s: this.#seq, d, t, op: 0 });
    this.#log.push({ seq: this.#seq, text });
    if (Date.now() < this.#deafUntil) return;
    for (const socket of this.#sockets.clients) {
      if (to === undefined || to === socket) socket.send(text);
    }
  }

  #toAll(frame: Body): void {
    for (const socket of this.#sockets.clients) socket.send(JSON.stringify(frame));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await textIn(request);
    const url = new URL(request.url ?? '/', 'http://x');
    const method = request.method ?? 'GET';
    const body = recordOf(parseJson(text));
    const isWrite = method === 'POST' && /\/channels\/\d+\/messages$/.test(url.pathname);
    const mishap = isWrite ? this.mishaps.shift() : undefined;
    const answer =
      mishap === 'limited' ? LIMITED : this.#answer(method, url, request.headers, body);
    if (mishap === 'done_then_reset') {
      request.socket.destroy();
      return;
    }
    const { status, body: said, headers } = mishap === 'done_then_502' ? GONE_WRONG : answer;
    response.writeHead(status, { connection: 'close', ...TYPE, ...headers });
    response.end(said === undefined ? undefined : JSON.stringify(said));
  }

  #answer(method: string, url: URL, headers: IncomingMessage['headers'], body: Body): Answer {
    const path = url.pathname.replace(/^\/api\/v\d+/, '');
    const [, first, id = '', third, fourth] = path.split('/');
    if (first === 'interactions') return { status: 204 };
    if (first === 'webhooks' && method === 'PATCH') {
      this.whispers.push(textOf(body['content']) ?? '');
      return { status: 200, body: { id: this.#snowflake(), channel_id: this.control } };
    }
    if (headers.authorization !== `Bot ${this.token}`) {
      return { status: 401, body: { code: 0, message: '401: Unauthorized' } };
    }
    if (path === '/gateway/bot') {
      const limit = { max_concurrency: 1, reset_after: 14_400_000, remaining: 999, total: 1_000 };
      const gateway = `ws://127.0.0.1:${this.#port}`;
      return { status: 200, body: { shards: 1, session_start_limit: limit, url: gateway } };
    }
    if (first === 'applications') return { status: 200, body: [], headers: BUCKET };
    const isMessages = first === 'channels' && third === 'messages';
    if (isMessages && method === 'POST') return this.#create(id, body);
    if (isMessages && method === 'PATCH') return this.#edit(fourth ?? '', body);
    if (isMessages && method === 'GET') return this.#history(id, url.searchParams);
    return { status: 404, body: { code: 0, message: '404: Not Found' } };
  }

  #create(channel_id: string, body: Body): Answer {
    const nonce = textOf(body['nonce']) ?? '';
    const known = this.#nonces.get(nonce);
    const isAgain = known !== undefined && body['enforce_nonce'] === true;
    if (isAgain) return { status: 200, body: known, headers: BUCKET };
    const { content, components = [], message_reference: reference } = body;
    const id = this.#snowflake();
    const made = { ...PLAIN, content, components, id, channel_id, author: this.bot };
    const message = { ...made, ...(reference === undefined ? {} : { reference, type: 19 }) };
    this.written.push(message);
    if (nonce !== '') this.#nonces.set(nonce, message);
    const { alerts, guild } = this;
    this.#dispatch('MESSAGE_CREATE', {
      ...message,
      guild_id: channel_id === alerts ? guild : guild,
    });
    return { status: 200, body: message, headers: BUCKET };
  }

  #edit(id: string, { content, components }: Body): Answer {
    const at = this.written.findIndex((one) => one.id === id);
    const before = this.written[at];
    if (before === undefined) {
      return { status: 404, body: { message: 'Unknown Message', code: 10_008 } };
    }
    const after = { ...before, content, components, edited_timestamp: new Date().toISOString() };
    this.written[at] = after;
    this.#dispatch('MESSAGE_UPDATE', { ...after, guild_id: this.guild });
    return { status: 200, body: after };
  }

  #history(channel: string, query: URLSearchParams): Answer {
    const after = BigInt(query.get('after') ?? '0');
    const limit = Number(query.get('limit') ?? '50');
    const later = this.written.filter(
      ({ id, channel_id: where }) => where === channel && BigInt(id) > after,
    );
    return { status: 200, body: later.slice(0, limit).toReversed(), headers: BUCKET };
  }
}

const TYPE = { 'Content-Type': 'application/json; charset=utf-8' } as const;
const BUCKET = {
  'X-RateLimit-Bucket': 'abcd1234',
  'X-RateLimit-Limit': '5',
  'X-RateLimit-Remaining': '4',
  'X-RateLimit-Reset': '1795145001.123',
  'X-RateLimit-Reset-After': '0.05',
} as const;
/** Without the header: only the body says how long. */
const LIMITED: Answer = {
  status: 429,
  body: { message: 'You are being rate limited.', global: false, retry_after: 0.2 },
  headers: { 'X-RateLimit-Scope': 'user', 'Retry-After': '1' },
};
const GONE_WRONG: Answer = { status: 502, body: undefined };
/** As messages come today, with what nobody asked for. */
const PLAIN = {
  ...{ tts: false, pinned: false, type: 0, flags: 0, mention_everyone: false, nonce: null },
  ...{ mentions: [], mention_roles: [], embeds: [], components: [], attachments: [] },
  ...{ edited_timestamp: null, channel_type: 0, clan_tag: { a: 1 }, message_reference: undefined },
} as const;
