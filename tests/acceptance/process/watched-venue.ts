/**
 * The stand-in behind a door that a test watches: every request on its way in, every answer on its
 * way out, and the desk's data directory at that very moment.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '#kernel/random.ts';
import { atStandIn, openBazaar } from '../../crash/stand-in-ground.ts';
import {
  type HttpReply,
  type HttpRequest,
  openLoopback,
} from '../../stand-ins/support/loopback.ts';
import type { StandInOptions } from '../../stand-ins/tastytrade/options.ts';
import {
  openTastytradeStandIn,
  type TastytradeStandIn,
} from '../../stand-ins/tastytrade/stand-in.ts';

export interface Watcher {
  /** Told of each request before the venue has it; an answer of its own keeps it from the venue. */
  arrived?(request: HttpRequest): HttpReply | null;
  answered?(request: HttpRequest, body: string): void;
}

export interface WatchedVenue {
  readonly standIn: TastytradeStandIn;
  /** Variables that lead a desk to the door. */
  readonly settings: Readonly<Record<string, string>>;
  /** An alert that can be an order now, about the nth underlying. */
  alert(underlying: number): string;
  close(): Promise<void>;
}

/** Of one underlying in the bazaar. */
const CONTRACTS_EACH = 6;
const HEADERS = ['authorization', 'user-agent', 'content-type', 'accept', 'accept-version'];

export async function openWatchedVenue(
  watcher: Watcher,
  options: StandInOptions = {},
): Promise<WatchedVenue> {
  const standIn = await openTastytradeStandIn({ accounts: [{ cash: '1000000' }], ...options });
  const bazaar = openBazaar(standIn, createRandom(1));
  const closing = new AbortController();
  const door = await openLoopback({
    port: 0,
    sockets: [],
    async answer(request) {
      const own = watcher.arrived?.(request) ?? null;
      if (own !== null) return own;
      const reply = await passOn(standIn.apiUrl, request, closing.signal);
      if (reply.kind === 'answer') watcher.answered?.(request, reply.body);
      return reply;
    },
  });
  return {
    standIn,
    settings: {
      ...atStandIn(standIn),
      STRIKEWIRE_TASTYTRADE_API_URL: `http://127.0.0.1:${door.port}`,
    },
    alert: (underlying) => bazaar.alert(bazaar.contracts[underlying * CONTRACTS_EACH]),
    async close() {
      bazaar.close();
      closing.abort();
      await door.close();
      await standIn.close();
    },
  };
}

async function passOn(
  apiUrl: string,
  { method, path, query, headers, body }: HttpRequest,
  signal: AbortSignal,
): Promise<HttpReply> {
  const kept = HEADERS.flatMap((name) => {
    const value = headers[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  const search = query.size === 0 ? '' : `?${query.toString()}`;
  const init = { method, signal, headers: Object.fromEntries(kept) };
  try {
    const sent = body === '' ? init : { ...init, body };
    const response = await fetch(`${apiUrl}${path}${search}`, sent);
    const type = response.headers.get('content-type') ?? 'text/plain';
    const text = await response.text();
    return {
      kind: 'answer',
      status: response.status,
      headers: { 'content-type': type },
      body: text,
    };
  } catch {
    // The stand-in has ended the connection, as it was told to.
    return { kind: 'drop' };
  }
}

const LOOKS_MAX = 3_000;
const LOOK_EVERY_MS = 20;

/** Looks until it is so; the failure says for what. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    if (await isSo()) return;
    await sleep(LOOK_EVERY_MS);
  }
  throw new Error(`never so: ${what}`);
}
