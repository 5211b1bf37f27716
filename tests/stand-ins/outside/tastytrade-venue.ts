/**
 * A tastytrade written by a stranger: from the description of the interface alone, hostile wherever
 * it leaves a choice, with books of its own that say whether a desk kept its promises.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRandom, type Random } from '#kernel/random.ts';
import { parseJson, recordOf } from '../support/json.ts';
import { Books } from './tastytrade-books.ts';
import {
  type Asked,
  answer,
  failure,
  isMutation,
  type Parts,
  type Said,
} from './tastytrade-http.ts';
import { Market } from './tastytrade-market.ts';
import { openStreams, type Streams } from './tastytrade-streams.ts';
import { createWords } from './tastytrade-words.ts';

export interface StrangerOptions {
  readonly seed: number;
  /** Chance of a mishap with each request. */
  readonly trouble: number;
  readonly tokenLifeS: number;
  /** Told of each request that changes something, before the venue has it. */
  readonly arrived?: (asked: Asked) => void;
}

export interface Stranger {
  readonly settings: Readonly<Record<string, string>>;
  readonly books: Books;
  readonly market: Market;
  readonly streams: Streams;
  /** What happened on the way, and how often. */
  readonly mishaps: Map<string, number>;
  /** From now on nothing goes wrong any more. */
  calm(): void;
  close(): Promise<void>;
}

const ACCOUNT = '5WX04711';
const SECRET = 'stranger-secret-0123456789';
const REFRESH = 'stranger-refresh-0123456789';
const SLOW_MS = 600;
const LIST_LAG_MS = 1_500;
const PAGE = '<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>';

/** How an order's request goes wrong; `after` has taken it, `before` has not. */
const ORDER_TROUBLE = [
  'lost after',
  'lost before',
  'silent after',
  'silent before',
  '502 after',
  '502 before',
  '500 after',
  '401 before',
  '429 before',
  '429 after',
  'cut after',
  'slow after',
] as const;
const QUESTION_TROUBLE = [
  'lost before',
  '502 before',
  '401 before',
  'slow after',
  'cut after',
] as const;

export async function openStranger(options: StrangerOptions): Promise<Stranger> {
  const random = createRandom(`stranger/${options.seed}`);
  const words = createWords(random.fork('words'));
  const market = new Market(random.fork('market'), Date.now());
  const books = new Books(market, random.fork('books'));
  const tokens = new Map<string, number>();
  const isTokenGood = (token: string) => (tokens.get(token) ?? 0) > Date.now();
  const shared = { words, market, faults: [], isTokenGood };
  const streams = openStreams({ ...shared, random: random.fork('streams') });
  books.tell = (order) => streams.tell(order);
  const mishaps = new Map<string, number>();
  let port = 0;
  let trouble = options.trouble;
  let staleUntil = 0;
  const parts: Parts = {
    ...{ account: ACCOUNT, books, market, words, random: random.fork('answers') },
    dxlinkUrl: () => `ws://127.0.0.1:${port}/dx/realtime`,
    staleMs: () => (Date.now() < staleUntil ? LIST_LAG_MS : 0),
  };
  const way = random.fork('way');
  const respond = async (asked: Asked, request: IncomingMessage, response: ServerResponse) => {
    if (asked.path === '/oauth/token') return write(response, grant(asked, tokens, options), way);
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (!/^[\w.-]+\/\S+$/.test(request.headers['user-agent'] ?? ''))
      return write(response, HTML_401, way);
    if (!isTokenGood(token)) return write(response, EXPIRED, way);
    const isOrder = isMutation(asked);
    if (isOrder) options.arrived?.(asked);
    if (trouble > 0 && way.chance(0.1)) staleUntil = Date.now() + LIST_LAG_MS;
    const kind = pickTrouble(way, trouble, isOrder);
    if (kind !== null) mishaps.set(kind, (mishaps.get(kind) ?? 0) + 1);
    const said = kind?.endsWith('before') ? null : answer(asked, parts);
    return suffer(response, kind, said, way);
  };
  const server = createServer((request, response) => {
    void read(request).then((asked) => respond(asked, request, response));
  });
  server.on('upgrade', (request, socket, head) => {
    const to = request.url?.startsWith('/dx') ? streams.quotes : streams.account;
    to.handleUpgrade(request, socket, head, (opened) => to.emit('connection', opened, request));
  });
  const moving = setInterval(() => market.move(), 400);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    ...{ books, market, streams, mishaps, settings: settingsFor(port) },
    calm() {
      trouble = 0;
      streams.frozen = false;
    },
    async close() {
      clearInterval(moving);
      books.close();
      streams.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function settingsFor(port: number): Readonly<Record<string, string>> {
  return {
    STRIKEWIRE_ENVIRONMENT: 'sandbox',
    STRIKEWIRE_TASTYTRADE_API_URL: `http://127.0.0.1:${port}`,
    STRIKEWIRE_TASTYTRADE_STREAMER_URL: `ws://127.0.0.1:${port}/account`,
    STRIKEWIRE_TASTYTRADE_CLIENT_SECRET: SECRET,
    STRIKEWIRE_TASTYTRADE_REFRESH_TOKEN: REFRESH,
    STRIKEWIRE_TASTYTRADE_ACCOUNT: ACCOUNT,
    STRIKEWIRE_RISK_LIMITS_HOURS: 'any',
  };
}

const EXPIRED = failure(401, 'token_invalid', 'This token is invalid or has expired');
const HTML_401: Said = { status: 401, body: '<html><title>401</title></html>' };

function grant(asked: Asked, tokens: Map<string, number>, { tokenLifeS }: StrangerOptions): Said {
  const body = recordOf(parseJson(asked.body));
  const isGood = body['refresh_token'] === REFRESH && body['client_secret'] === SECRET;
  if (!isGood) return { status: 400, body: { error: 'invalid_grant', error_description: 'no' } };
  const token = `${randomUUID()}.${randomUUID()}`;
  tokens.set(token, Date.now() + tokenLifeS * 1_000);
  return {
    status: 200,
    body: { access_token: token, token_type: 'Bearer', expires_in: tokenLifeS },
  };
}

function pickTrouble(random: Random, chance: number, isOrder: boolean): string | null {
  if (!random.chance(isOrder ? chance : chance / 4)) return null;
  return isOrder ? random.pick(ORDER_TROUBLE) : random.pick(QUESTION_TROUBLE);
}

async function suffer(
  response: ServerResponse,
  kind: string | null,
  said: Said | null,
  random: Random,
): Promise<void> {
  switch (kind?.split(' ')[0] ?? '') {
    case 'lost':
      response.destroy();
      return;
    case 'silent':
      // Until the desk has given it up.
      return;
    case '502':
      return write(response, { status: 502, body: PAGE }, random);
    case '500':
      return write(response, failure(500, 500, 'Unique customer support identifier: 4'), random);
    case '401':
      return write(response, random.pick([HTML_401, EXPIRED]), random);
    case '429':
      return write(response, failure(429, 429, 'Too many requests'), random);
    case 'cut': {
      response.writeHead(said?.status ?? 200, { 'content-type': 'application/json' });
      response.write('{"data":{"order":{"id":');
      setTimeout(() => response.destroy(), 5);
      return;
    }
    case 'slow':
      await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
  }
  if (said !== null) return write(response, said, random);
}

async function write(
  response: ServerResponse,
  { status, body }: Said,
  random: Random,
): Promise<void> {
  const text = body === null ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  response.statusCode = status;
  const type = text.startsWith('<')
    ? 'text/html'
    : random.pick(['application/json', 'text/json;x=1']);
  response.setHeader('content-type', type);
  if (random.chance(0.2)) response.setHeader('connection', 'close');
  if (random.chance(0.3)) response.setHeader('content-length', Buffer.byteLength(text));
  else response.write(text.slice(0, 7));
  response.end(response.headersSent ? text.slice(7) : text);
}

async function read(request: IncomingMessage): Promise<Asked> {
  request.setEncoding('utf8');
  let body = '';
  for await (const part of request) body += String(part);
  const url = new URL(request.url ?? '/', 'http://stranger');
  return { method: request.method ?? 'GET', path: url.pathname, query: url.searchParams, body };
}
