/**
 * Another Slack than the stand-in's: written from the public documentation alone, with no more than
 * a small server needs, and different from it wherever the documentation leaves room: answers
 * without what they may leave out, pings, envelopes of every form, routine goodbyes.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text as textIn } from 'node:stream/consumers';
import { type WebSocket, WebSocketServer } from 'ws';
import { parseJson, recordOf, textOf } from '../../stand-ins/support/json.ts';
import { textOfFrame } from '../../stand-ins/support/loopback.ts';

type Body = Readonly<Record<string, unknown>>;

interface Written {
  readonly ts: string;
  readonly channel: string;
  readonly text: string;
  readonly thread_ts?: string;
  readonly [key: string]: unknown;
}

const PING_MS = 500;

export class OutsideSlack {
  readonly appToken = 'xapp-1-A0OUT-1-abc';
  readonly botToken = 'xoxb-1-2-abc';
  readonly alerts = 'C0ALERTS9';
  readonly control = 'C0CONTROL';
  readonly trader = 'W0TRADER1';
  readonly written: Written[] = [];
  readonly whispers: string[] = [];
  readonly acknowledged: string[] = [];
  readonly mishaps: ('limited' | 'done_then_500' | 'done_then_reset')[] = [];
  readonly #http = createServer((request, response) => void this.#serve(request, response));
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #pings = setInterval(() => {
    for (const socket of this.#sockets.clients) socket.ping();
  }, PING_MS);
  #count = 0;
  #last: Body | null = null;

  async open(): Promise<void> {
    this.#http.on('upgrade', (request, socket, head) => {
      this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#greet(opened));
    });
    await new Promise<void>((resolve) => {
      this.#http.listen(0, '127.0.0.1', resolve);
    });
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.#port}/api/`;
  }

  get connections(): number {
    return this.#sockets.clients.size;
  }

  async close(): Promise<void> {
    clearInterval(this.#pings);
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    this.#http.closeAllConnections();
    await new Promise((resolve) => {
      this.#http.close(resolve);
    });
  }

  say(text: string, how: Body = {}): string {
    const ts = this.#ts();
    const message = { type: 'message', user: this.trader, text, ts, channel: this.alerts, ...how };
    this.written.push(message);
    this.#deliver('events_api', {
      ...{ token: 'zz', team_id: 'T1', api_app_id: 'A0OUT', type: 'event_callback' },
      ...{ event_id: `Ev${this.#next()}`, event_time: Math.floor(Date.now() / 1_000) },
      event: { ...message, channel_type: 'channel', event_ts: ts, blocks: rich(text) },
    });
    return ts;
  }

  sayUnheard(text: string): string {
    const ts = this.#ts();
    this.written.push({ type: 'message', user: this.trader, text, ts, channel: this.alerts });
    return ts;
  }

  command(text: string): void {
    this.#deliver('slash_commands', {
      ...{ command: '/tt', text, user_id: this.trader, user_name: 'mara', team_id: 'T1' },
      ...{ channel_id: this.control, channel_name: 'control', trigger_id: `13.${this.#next()}` },
      response_url: `http://127.0.0.1:${this.#port}/commands/1`,
    });
  }

  /** The same event in a new envelope, as a try after a timeout. */
  repeat(): void {
    if (this.#last === null) return;
    const again = { retry_reason: 'timeout', retry_attempt: 2, envelope_id: this.#next() };
    this.#toAll({ ...this.#last, ...again });
  }

  babble(): void {
    this.#toAll({ type: 'hello', num_connections: 2 });
    this.#toAll({ type: 'something_new', payload: {} });
    this.#deliver('events_api', {
      ...{ type: 'event_callback', team_id: 'T1', event_id: 'EvX' },
      event: { type: 'channel_rename', channel: { id: this.alerts, name: 'a' } },
    });
  }

  breakWith(
    how: 'warning' | 'refresh_requested' | 'too_many_websockets' | 'close' | 'reset',
  ): void {
    for (const socket of this.#sockets.clients) {
      if (how === 'close') socket.close(1_000);
      else if (how === 'reset') socket.terminate();
      else {
        socket.send(JSON.stringify({ reason: how, type: 'disconnect', debug_info: { host: 'h' } }));
        if (how !== 'warning') socket.close();
      }
    }
  }

  get #port(): number {
    const address = this.#http.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  }

  #next(): string {
    this.#count += 1;
    return `${this.#count}-8a5c`;
  }

  #ts(): string {
    this.#count += 1;
    return `${Math.floor(Date.now() / 1_000)}.${String(this.#count).padStart(6, '0')}`;
  }

  #greet(socket: WebSocket): void {
    const info = { debug_info: { host: 'applink', build_number: 118 }, num_connections: 3 };
    socket.send(JSON.stringify({ connection_info: { app_id: 'A0OUT' }, type: 'hello', ...info }));
    socket.on('message', (data) => {
      const { envelope_id: id } = recordOf(parseJson(textOfFrame(data)));
      this.acknowledged.push(textOf(id) ?? '');
    });
  }

  #deliver(type: string, payload: Body): void {
    this.#last = { payload, envelope_id: this.#next(), type };
    this.#toAll(this.#last);
  }

  #toAll(frame: Body): void {
    for (const socket of this.#sockets.clients) socket.send(JSON.stringify(frame));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await textIn(request);
    const path = request.url ?? '/';
    if (path.startsWith('/commands/')) {
      this.whispers.push(textOf(recordOf(parseJson(text))['text']) ?? '');
      response.end();
      return;
    }
    const method = path.replace('/api/', '');
    const mishap = method === 'chat.postMessage' ? this.mishaps.shift() : undefined;
    if (mishap === 'limited') {
      response.writeHead(429, { 'Retry-After': '1' }).end();
      return;
    }
    const token = request.headers.authorization?.replace('Bearer ', '');
    const body = this.#call(method, Object.fromEntries(new URLSearchParams(text)), token);
    if (mishap === 'done_then_reset') request.socket.destroy();
    else if (mishap === 'done_then_500') response.writeHead(500).end('oops');
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  }

  #call(method: string, form: Readonly<Record<string, string>>, token?: string): Body {
    const wanted = method === 'apps.connections.open' ? this.appToken : this.botToken;
    if (token !== wanted) return { ok: false, error: 'invalid_auth' };
    const { channel = '', text = '', ts = '', thread_ts, blocks, metadata } = form;
    switch (method) {
      case 'auth.test':
        return { ok: true, user_id: 'U0BOT', bot_id: 'B0BOT' };
      case 'apps.connections.open':
        return { ok: true, url: `ws://127.0.0.1:${this.#port}/link/?ticket=1&app_id=2` };
      case 'chat.postMessage': {
        const own = { type: 'message', subtype: 'bot_message', bot_id: 'B0BOT', channel, text };
        const thread = thread_ts === undefined ? {} : { thread_ts };
        const given = { blocks: read(blocks), metadata: read(metadata) };
        const message = { ...own, ...thread, ...given, ts: this.#ts() };
        this.written.push(message);
        return { ok: true, channel, ts: message.ts, message };
      }
      case 'chat.update': {
        const at = this.written.findIndex((one) => one.ts === ts);
        const before = this.written[at];
        if (before === undefined) return { ok: false, error: 'message_not_found' };
        this.written[at] = { ...before, text, blocks: read(blocks) };
        return { ok: true, channel, ts, text };
      }
      case 'conversations.history': {
        const since = form['oldest'] ?? '0';
        const found = this.written.filter((one) => one.channel === channel && one.ts > since);
        const messages = found.toReversed();
        return { ok: true, messages, has_more: false, response_metadata: { next_cursor: '' } };
      }
      default:
        return { ok: false, error: 'unknown_method' };
    }
  }
}

function read(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}

function rich(text: string): readonly Body[] {
  const elements = [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }];
  return [{ type: 'rich_text', block_id: 'x', elements }];
}
