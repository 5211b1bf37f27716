/**
 * The real program at a venue that a stranger wrote: alerts, closes and kills by chance, and what
 * the venue's own books, the desk's files and its audit say of it afterwards.
 */
import { type ChildProcess, execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createRandom, type Random } from '#kernel/random.ts';
import { addressOf, type DeskAddress, ready, start } from '../../crash/desk-process.ts';
import { isBuy, isOver, type Order } from '../../stand-ins/outside/tastytrade-books.ts';
import type { Contract } from '../../stand-ins/outside/tastytrade-market.ts';
import { openStranger, type Stranger } from '../../stand-ins/outside/tastytrade-venue.ts';
import { parseJson, recordOf } from '../../stand-ins/support/json.ts';
import { intentsOnDisk, isMeant } from './intents.ts';
import { until } from './watched-venue.ts';

const BIN = fileURLToPath(new URL('../../../bin/strikewire', import.meta.url));
const WAIT_MS = 1_500;
const WINDOW_MS = 6_000;
const STEPS_MAX = 3;
/** From the venue's taking an order to the desk's knowing of it, and the other way round. */
const EARLY_MS = 60;
const LATE_MS = 2_000;

export interface StrangerRun {
  readonly seed: number;
  readonly directory: string;
  readonly alerts: number;
  readonly kills: number;
  /** Chance of a mishap with each request. */
  readonly trouble: number;
}

export interface Verdict {
  /** Every promise that was broken, in words; of nothing when all were kept. */
  readonly broken: readonly string[];
  readonly orders: number;
  readonly fills: number;
  readonly steps: readonly number[];
  readonly mishaps: Readonly<Record<string, number>>;
}

export async function runAtStranger(run: StrangerRun): Promise<Verdict> {
  const { directory, seed } = run;
  const broken: string[] = [];
  const stranger = await openStranger({
    ...{ seed, trouble: run.trouble, tokenLifeS: 20 },
    arrived({ method, path, body }) {
      const cid = recordOf(parseJson(body))['external-identifier'];
      const sent = { method, path, cid: typeof cid === 'string' ? cid : null };
      if (!isMeant(sent, intentsOnDisk(directory)))
        broken.push(`${method} ${path} ${sent.cid ?? ''} was not meant`);
    },
  });
  const player = new Player(run, stranger);
  try {
    await player.play();
    const steps = stepsOf(stranger.books.orders, broken);
    broken.push(
      ...stranger.books.broken,
      ...stranger.streams.faults,
      ...(await unaudited(run, stranger)),
    );
    const fills = stranger.books.orders.reduce((n, order) => n + order.fills.length, 0);
    const mishaps = Object.fromEntries(stranger.mishaps);
    return { broken, orders: stranger.books.orders.length, fills, steps, mishaps };
  } finally {
    await player.end('SIGKILL');
    await stranger.close();
  }
}

class Player {
  readonly #run: StrangerRun;
  readonly #stranger: Stranger;
  readonly #random: Random;
  #desk: ChildProcess | null = null;
  #address: DeskAddress = { url: '', key: '' };
  #adminKey = '';

  constructor(run: StrangerRun, stranger: Stranger) {
    this.#run = run;
    this.#stranger = stranger;
    this.#random = createRandom(`player/${run.seed}`);
  }

  async play(): Promise<void> {
    const { directory, alerts, kills } = this.#run;
    const made = await command('key', 'create', '--role', 'admin', '--data', directory);
    this.#adminKey = /ak_\S+/.exec(made)?.[0] ?? '';
    await this.#begin();
    const contracts = this.#shuffled(this.#stranger.market.contracts).slice(0, alerts);
    const killAt = new Set(this.#shuffled([...contracts.keys()]).slice(0, kills));
    for (const [at, contract] of contracts.entries()) {
      await this.#enter(contract);
      this.#disturb();
      await sleep(this.#random.integer(100, 1_500));
      if (killAt.has(at)) await this.#kill();
      if (this.#random.chance(0.3)) await this.#say(closeText(this.#random.pick(contracts)));
      await this.#resume();
    }
    await this.#settle();
    await this.end('SIGTERM');
  }

  async #enter(contract: Contract): Promise<void> {
    const { books, market } = this.#stranger;
    const quantity = this.#random.pick([1, 1, 2, 3, 5]);
    books.authorised.set(contract.symbol, quantity);
    await this.#say(entryText(contract, quantity, market.touches.get(contract.symbol)?.ask ?? 0));
  }

  #disturb(): void {
    const { streams } = this.#stranger;
    if (this.#run.trouble === 0) return;
    if (this.#random.chance(0.2)) streams.cut(this.#random.pick([1000, 1011, 1012]));
    streams.frozen = this.#random.chance(0.15);
  }

  /** Nothing works but exits, and every order the venue has is on the desk's record. */
  async #settle(): Promise<void> {
    this.#stranger.calm();
    const { orders } = this.#stranger.books;
    await until('every entry is over and every order known', async () => {
      await this.#resume();
      const record = journalText(this.#run.directory);
      return orders.every(
        (order) => record.includes(`"orderId":"${order.id}"`) && !isEntering(order),
      );
    });
  }

  #shuffled<T>(list: readonly T[]): readonly T[] {
    const keyed = list.map((value) => ({ value, at: this.#random.next() }));
    return keyed.toSorted((a, b) => a.at - b.at).map(({ value }) => value);
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const desk = this.#desk;
    if (desk === null || desk.exitCode !== null || desk.signalCode !== null) return;
    const ended = once(desk, 'close');
    desk.kill(signal);
    await ended;
  }

  async #kill(): Promise<void> {
    await this.end('SIGKILL');
    await this.#begin();
  }

  async #begin(): Promise<void> {
    this.#desk = start(this.#run.directory, {
      ...{ ...SETTINGS, ...this.#stranger.settings },
      STRIKEWIRE_RISK_ENTRY_CONVERT: this.#run.seed % 2 === 0 ? 'never' : 'market',
    });
    const address = await addressOf(this.#run.directory, this.#desk);
    if (address === null) throw new Error('the desk ended at its start');
    this.#address = address;
    await ready(address);
  }

  async #say(text: string): Promise<void> {
    const message = { text, user_id: 'operator', channel_id: 'local' };
    await this.#send('POST', '/admin/alerts/process', message, this.#address.key);
  }

  async #resume(): Promise<void> {
    const act = { to: 'ACTIVE', reason: 'on we go' };
    await this.#send('PUT', '/api/v1/kill-state', act, this.#adminKey);
  }

  async #send(method: string, path: string, body: object, key: string): Promise<void> {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const request = { method, headers, body: JSON.stringify(body) };
    const response = await fetch(`${this.#address.url}${path}`, request);
    await response.text();
  }
}

const SETTINGS = {
  STRIKEWIRE_CHAT_SCRIPT: 'none',
  STRIKEWIRE_RISK_ENTRY_WAIT_MS: String(WAIT_MS),
  STRIKEWIRE_RISK_ENTRY_WINDOW_MS: String(WINDOW_MS),
  STRIKEWIRE_RISK_EXIT_GATHER_MS: '50',
  STRIKEWIRE_RISK_LIMITS_OPEN_PER_UNDERLYING_MAX: '20',
  STRIKEWIRE_RISK_LIMITS_OPEN_TRADES_MAX: '20',
  STRIKEWIRE_RISK_LIMITS_TRADES_PER_DAY_MAX: '100',
  STRIKEWIRE_RISK_LIMITS_TRADES_PER_AUTHOR_HOUR_MAX: '100',
  STRIKEWIRE_RISK_LIMITS_MUTATIONS_PER_MINUTE_MAX: '50',
  STRIKEWIRE_RISK_LIMITS_REJECTS_IN_A_ROW_MAX: '20',
  STRIKEWIRE_TASTYTRADE_CONNECT_WITHIN_MS: '500',
  STRIKEWIRE_TASTYTRADE_SEND_WITHIN_MS: '1000',
  STRIKEWIRE_TASTYTRADE_ORDER_WITHIN_MS: '1000',
  STRIKEWIRE_TASTYTRADE_QUERY_WITHIN_MS: '1500',
  STRIKEWIRE_ORDERS_QUARANTINE_MS: '6000',
  STRIKEWIRE_ORDERS_ANSWER_WITHIN_MS: '6000',
};

function termsOf({ underlying, strike, right, expiry }: Contract): string {
  const [, month, day] = expiry.split('-').map(Number);
  return `${underlying} ${strike}${right.toLowerCase()} ${month}/${day}`;
}

function entryText(contract: Contract, quantity: number, ask: number): string {
  return `BTO ${quantity} ${termsOf(contract)} @ ${(ask / 100).toFixed(2)}`;
}

function closeText(contract: Contract): string {
  return `STC ${termsOf(contract)}`;
}

/** Milliseconds from the first order of an entry to each of its steps; judges them on the way. */
function stepsOf(orders: readonly Order[], broken: string[]): readonly number[] {
  const times: number[] = [];
  for (const symbol of new Set(orders.map((order) => order.symbol))) {
    const buys = orders.filter((order) => order.symbol === symbol && isBuy(order));
    const [first] = buys;
    let last = first;
    let steps = 0;
    for (const order of buys.slice(1)) {
      if (order.cents === null) continue;
      const up = order.cents - (last?.cents ?? 0);
      last = order;
      if (up === 0) continue;
      steps += 1;
      const after = order.receivedAt - (first?.receivedAt ?? 0);
      times.push(after);
      if (up !== 1) broken.push(`${order.cid}: a step of ${up} cents`);
      const due = WAIT_MS + ((steps - 1) * (WINDOW_MS - WAIT_MS)) / STEPS_MAX;
      if (after < due - EARLY_MS || after > WINDOW_MS + LATE_MS)
        broken.push(`${order.cid}: stepped after ${after}`);
    }
    if (steps > STEPS_MAX) broken.push(`${symbol}: ${steps} steps`);
  }
  return times;
}

function isEntering(order: Order): boolean {
  return isBuy(order) && !isOver(order);
}

function journalText(directory: string): string {
  const journal = join(directory, 'journal');
  const names = readdirSync(journal).toSorted();
  return names.map((name) => readFileSync(join(journal, name), 'latin1')).join('');
}

/** Orders of the venue that the desk's audit does not tell of. */
async function unaudited(
  { directory }: StrangerRun,
  { books }: Stranger,
): Promise<readonly string[]> {
  const told = await command('audit', 'export', '--data', directory, '--format', 'jsonl');
  return books.orders
    .filter(({ id, cid }) => !told.includes(`${cid}"`) || !told.includes(`"${id}"`))
    .map(({ id, cid, status }) => `not in the audit: ${id} ${cid} ${status}`);
}

async function command(...args: readonly string[]): Promise<string> {
  const env = { PATH: process.env['PATH'] ?? '' };
  return (await promisify(execFile)(BIN, args, { env, maxBuffer: 100_000_000 })).stdout;
}
