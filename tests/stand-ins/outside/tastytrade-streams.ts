/** This venue's two streams: news of the account, and quotes by dxLink, both strict about order. */

import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Random } from '#kernel/random.ts';
import {
  type Json,
  type JsonObject,
  listOf,
  parseJson,
  recordOf,
  textOf,
} from '../support/json.ts';
import { type Order, orderJson } from './tastytrade-books.ts';
import type { Market } from './tastytrade-market.ts';
import type { Words } from './tastytrade-words.ts';

export interface Streams {
  readonly account: WebSocketServer;
  readonly quotes: WebSocketServer;
  /** News, perhaps lost, late, twice or after newer news. */
  tell(order: Order): void;
  /** Cuts every connection, with this code. */
  cut(code: number): void;
  /** Connections stand and nothing comes. */
  frozen: boolean;
  /** Rules of the protocols that a client broke. */
  readonly faults: string[];
  close(): void;
}

interface Context {
  readonly random: Random;
  readonly words: Words;
  readonly market: Market;
  readonly faults: string[];
  isTokenGood(token: string): boolean;
}

export function openStreams(context: Context): Streams {
  const { random, words, faults } = context;
  const account = new WebSocketServer({ noServer: true });
  const quotes = new WebSocketServer({ noServer: true });
  const connected = new Set<WebSocket>();
  const timers = new Set<NodeJS.Timeout>();
  const streams: Streams = {
    ...{ account, quotes, frozen: false, faults },
    tell(order) {
      const early = orderJson(order, words);
      const times = random.pick([0, 1, 1, 1, 2]);
      for (let nth = 0; nth < times; nth += 1) {
        const timer = setTimeout(
          () => {
            timers.delete(timer);
            const data = random.chance(0.5) ? early : orderJson(order, words);
            const news = words.thing({ type: 'Order', data }, { timestamp: Date.now() });
            const frame = random.chance(0.2) ? { results: [{ type: 'Gossip' }, news] } : news;
            if (!streams.frozen) for (const socket of connected) socket.send(JSON.stringify(frame));
          },
          random.integer(0, 200),
        );
        timers.add(timer);
      }
    },
    cut(code) {
      for (const socket of [...account.clients, ...quotes.clients]) socket.close(code);
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
      for (const socket of [...account.clients, ...quotes.clients]) socket.terminate();
    },
  };
  account.on('connection', (socket) => serveAccount(socket, connected, context));
  quotes.on('connection', (socket) => serveQuotes(socket, streams, context));
  return streams;
}

function serveAccount(socket: WebSocket, connected: Set<WebSocket>, context: Context): void {
  const { words, faults } = context;
  socket.on('close', () => connected.delete(socket));
  socket.on('message', (raw) => {
    const asked = recordOf(parseJson(textIn(raw)));
    const action = textOf(asked['action']);
    const token = /^Bearer (\S+)$/.exec(textOf(asked['auth-token']) ?? '')?.[1] ?? '';
    const isEarly = action !== 'connect' && !connected.has(socket);
    if (isEarly) faults.push(`${action} before connect`);
    const isOk = context.isTokenGood(token) && !isEarly;
    const id = asked['request-id'];
    const echo: JsonObject = typeof id === 'number' ? { 'request-id': words.id(id) } : {};
    const answer = { status: isOk ? 'ok' : 'error', action, 'web-socket-session-id': '5b6e2799' };
    if (isOk && action === 'connect') connected.add(socket);
    socket.send(JSON.stringify(words.thing({ ...answer, ...echo }, { value: [] })));
  });
}

function textIn(raw: RawData): string {
  return Buffer.isBuffer(raw) ? raw.toString('utf8') : '';
}

const EXPECTED = ['SETUP', 'AUTH', 'CHANNEL_REQUEST', 'FEED_SETUP', 'FEED_SUBSCRIPTION'];
/** In an order of its own, and not all that was asked for. */
const FIELDS = ['askPrice', 'eventSymbol', 'bidPrice', 'askSize', 'bidSize', 'sequence'];
const QUOTES_MS = 150;
const BEAT_MS = 5_000;

function serveQuotes(socket: WebSocket, streams: Streams, context: Context): void {
  const subscribed = new Set<string>();
  const isFull = context.random.chance(0.3);
  let step = 0;
  let channel = 1;
  const say = (type: string, on: number, rest: JsonObject = {}): void =>
    socket.send(JSON.stringify({ ...rest, channel: on, type }));
  const configure = (): void => {
    const fields = isFull ? {} : { eventFields: { Quote: FIELDS } };
    const dataFormat = isFull ? 'FULL' : 'COMPACT';
    say('FEED_CONFIG', channel, { dataFormat, aggregationPeriod: 0.1, ...fields });
  };
  const beat = setInterval(() => say('KEEPALIVE', 0), BEAT_MS);
  const send = setInterval(() => {
    if (streams.frozen || subscribed.size === 0) return;
    const events = [...subscribed].flatMap((name) => quoteOf(name, context));
    say('FEED_DATA', channel, { data: isFull ? events : compact(events) });
  }, QUOTES_MS);
  socket.on('close', () => {
    clearInterval(beat);
    clearInterval(send);
  });
  const replies = [
    () => {
      say('SETUP', 0, { keepaliveTimeout: 60, acceptKeepaliveTimeout: 10, version: '1.0-x' });
      setTimeout(() => say('AUTH_STATE', 0, { state: 'UNAUTHORIZED' }), 30);
    },
    () => say('AUTH_STATE', 0, { state: 'AUTHORIZED', userId: 'me' }),
    () => say('CHANNEL_OPENED', channel, { service: 'FEED', parameters: {} }),
    // Late, and again whenever somebody subscribes.
    () => void setTimeout(configure, 200),
    configure,
  ];
  socket.on('message', (raw) => {
    const asked = recordOf(parseJson(textIn(raw)));
    if (asked['type'] === 'KEEPALIVE') return;
    if (asked['type'] !== EXPECTED[step])
      context.faults.push(`${String(asked['type'])} at ${step}`);
    if (asked['type'] === 'CHANNEL_REQUEST') channel = Number(asked['channel']);
    if (channel % 2 === 0) context.faults.push('an even channel');
    replies[step]?.();
    step = Math.min(step + 1, EXPECTED.length - 1);
    for (const name of quotesIn(asked['add'])) subscribed.add(name);
    for (const name of quotesIn(asked['remove'])) subscribed.delete(name);
  });
}

function quotesIn(entries: unknown): readonly string[] {
  const wanted = listOf(entries).map(recordOf);
  return wanted.filter(({ type }) => type === 'Quote').map(({ symbol }) => textOf(symbol) ?? '');
}

type Event = Readonly<Record<string, Json>>;

/** In two lists, and with something nobody asked for. */
function compact(events: readonly Event[]): Json {
  const flat = events.flatMap((event) => FIELDS.map((field) => event[field] ?? 'NaN'));
  const half = Math.floor(events.length / 2) * FIELDS.length;
  return ['Quote', flat.slice(0, half), 'Quote', flat.slice(half), 'Gossip', [1]];
}

function quoteOf(name: string, { market, random }: Context): readonly Event[] {
  const touch = market.touches.get(market.symbolOf(name) ?? '');
  if (touch === undefined) return [];
  const prices = { bidPrice: touch.bid / 100, askPrice: touch.ask / 100, bidTime: 0 };
  const sizes = { bidSize: 3, askSize: random.chance(0.1) ? 'NaN' : 4 };
  return [{ eventType: 'Quote', eventSymbol: name, ...prices, ...sizes, sequence: 0 }];
}
