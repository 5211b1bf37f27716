/**
 * The lives of one desk: it is killed again and again while it trades, and started again each time
 * on what it has left behind; at last it comes to rest, and all of it is judged.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, type Random } from '#kernel/random.ts';
import { readRecord } from '../integration/process/kept-books.ts';
import { addressOf, nextWrite, ready, type Settings, start } from './desk-process.ts';
import type { Ground } from './ground.ts';
import { type Broken, brokenIn, NOTHING_BROKEN, RecordWatch } from './judge.ts';
import { LocalOperator } from './local-operator.ts';
import { foundIn } from './states.ts';

export interface LivesRequest {
  readonly ground: Ground;
  readonly directory: string;
  readonly kills: number;
  readonly seed: number;
  readonly onKill?: () => void;
}

export interface LivesReport {
  readonly broken: Broken;
  /** In which states the starts have found messages and trades, and how often. */
  readonly found: ReadonlyMap<string, number>;
  readonly kills: number;
  readonly unresolved: number;
  readonly trades: number;
  readonly orders: number;
  readonly answers: number;
  /** Of the orderly stop at the end. */
  readonly exitCode: number | null;
  /** Where the time went, added up. */
  readonly startMs: number;
  readonly restMs: number;
}

/** Made up for these runs: it opens nothing else. */
const ADMIN_KEY = `ak_${'drill'.padEnd(12, '2')}_${'crash'.padEnd(43, '-')}`;
const LIFE_MS_MAX = 300;
const LONG_LIFE_MS_MAX = 1_800;
const STARTS_AT_FIRST_MS = 600;
/** One that waits for longer is killed as it is. */
const READY_WITHIN_MS = 3_000;
const STEP_WAYS = ['edit_single', 'cancel_new'] as const;
const REST_LOOK_MS = 500;
const REST_LOOKS_MAX = 400;

/** Everything goes faster than a person would want it, and nothing rests for long. */
const HASTE: Settings = {
  STRIKEWIRE_ADMIN_KEY: ADMIN_KEY,
  STRIKEWIRE_RISK_ENTRY_WAIT_MS: '150',
  STRIKEWIRE_RISK_ENTRY_WINDOW_MS: '1500',
  STRIKEWIRE_RISK_ENTRY_CONVERT_WITHIN_TICKS: '2',
  STRIKEWIRE_RISK_EXIT_GATHER_MS: '50',
  STRIKEWIRE_RISK_EXIT_PROFIT: '1%',
  STRIKEWIRE_RISK_LIMITS_OPEN_TRADES_MAX: '20',
  STRIKEWIRE_RISK_LIMITS_OPEN_PER_UNDERLYING_MAX: '10',
  STRIKEWIRE_RISK_LIMITS_PREMIUM_OPEN_MAX: '30%',
  STRIKEWIRE_RISK_LIMITS_TRADES_PER_DAY_MAX: '100',
  STRIKEWIRE_RISK_LIMITS_TRADES_PER_AUTHOR_HOUR_MAX: '100',
  STRIKEWIRE_RISK_LIMITS_MUTATIONS_PER_MINUTE_MAX: '50',
  STRIKEWIRE_RISK_LIMITS_MUTATIONS_PER_SECOND_MAX: '20',
  STRIKEWIRE_RISK_LIMITS_DAILY_LOSS_MAX: '10%',
  STRIKEWIRE_RISK_LIMITS_REJECTS_IN_A_ROW_MAX: '20',
  STRIKEWIRE_RISK_LIMITS_UNRESOLVED_MAX: '20',
  STRIKEWIRE_ORDERS_CRASH_STARTS_MAX: '100',
  STRIKEWIRE_ORDERS_QUARANTINE_MS: '5000',
  STRIKEWIRE_ORDERS_LOOK_EVERY_MS: '500',
  STRIKEWIRE_ORDERS_READ_EVERY_MS: '500',
  STRIKEWIRE_ORDERS_POLL_BUSY_MS: '1000',
  STRIKEWIRE_ORDERS_SETTLE_MS: '1000',
};

export async function liveAndDie(request: LivesRequest): Promise<LivesReport> {
  const lives = new Lives(request);
  for (let kill = 0; kill < request.kills; kill += 1) {
    await lives.one();
    request.onKill?.();
  }
  return lives.end();
}

class Lives {
  readonly #ground: Ground;
  readonly #directory: string;
  readonly #settings: Settings;
  readonly #random: Random;
  readonly #operator: LocalOperator;
  readonly #watch = new RecordWatch();
  readonly #found = new Map<string, number>();
  readonly #broken: Broken[] = [];
  #isHeld = false;
  #kills = 0;
  #unresolved = 0;
  #startMs = 0;
  #starts = 0;

  constructor({ ground, directory, seed }: LivesRequest) {
    this.#ground = ground;
    this.#directory = directory;
    this.#random = createRandom(seed).fork('lives');
    const stepBy = this.#random.pick(STEP_WAYS);
    this.#settings = { ...HASTE, ...ground.settings, STRIKEWIRE_ORDERS_STEP_BY: stepBy };
    this.#operator = new LocalOperator(this.#random.fork('operator'), ground, ADMIN_KEY);
  }

  /** One life, ended by SIGKILL: now and then while it starts, mostly while it trades. */
  async one(): Promise<void> {
    const desk = start(this.#directory, this.#settings);
    const ended = once(desk, 'close');
    const listening = this.#listening(desk);
    const talking = listening.then((address) =>
      address === null ? undefined : this.#operator.talkTo(address, this.#isHeld),
    );
    if (this.#random.chance(0.15)) await sleep(this.#random.integer(0, this.#usualStartMs()));
    else {
      const address = await listening;
      if (address !== null && this.#random.chance(0.8)) await ready(address, READY_WITHIN_MS);
      await this.#while(desk);
    }
    if (desk.exitCode !== null) throw new Error(`the desk ended by itself with ${desk.exitCode}`);
    desk.kill('SIGKILL');
    await ended;
    await talking;
    await this.#takeStock();
  }

  #usualStartMs(): number {
    return this.#starts === 0 ? STARTS_AT_FIRST_MS : Math.round(this.#startMs / this.#starts);
  }

  async #listening(desk: ChildProcess) {
    const started = performance.now();
    const address = await addressOf(this.#directory, desk);
    if (address !== null) {
      this.#startMs += performance.now() - started;
      this.#starts += 1;
    }
    return address;
  }

  /** Until it is time to die: soon after something was written, after a while, or a long life. */
  async #while(desk: ChildProcess): Promise<void> {
    const kind = this.#random.next();
    if (kind < 0.5) await nextWrite(this.#directory, this.#random.integer(0, 40));
    else if (kind < 0.8) await sleep(this.#random.integer(0, LIFE_MS_MAX));
    else await sleep(this.#random.integer(LIFE_MS_MAX, LONG_LIFE_MS_MAX));
    if (!this.#random.chance(0.12)) return;
    desk.kill('SIGSTOP');
    await sleep(this.#random.integer(10, 400));
    if (this.#random.chance(0.4)) return;
    desk.kill('SIGCONT');
    await sleep(this.#random.integer(0, 150));
  }

  async #takeStock(): Promise<void> {
    const records = await readRecord(this.#directory);
    const books = this.#ground.books(this.#directory);
    const { states, isUnresolved, killState } = foundIn(records, books);
    for (const state of states) this.#found.set(state, (this.#found.get(state) ?? 0) + 1);
    this.#broken.push(this.#watch.look(records));
    this.#isHeld = killState !== 'ACTIVE';
    this.#kills += 1;
    if (isUnresolved) this.#unresolved += 1;
  }

  /** One more life in silence, until every promise is kept or that takes too long; then a stop. */
  async end(): Promise<LivesReport> {
    const began = performance.now();
    this.#ground.calm();
    const settings = { ...this.#settings, STRIKEWIRE_CHAT_SCRIPT: 'none' };
    const desk = start(this.#directory, settings);
    const ended = once(desk, 'close');
    const address = await addressOf(this.#directory, desk);
    for (let looks = 0; looks < REST_LOOKS_MAX && desk.exitCode === null; looks += 1) {
      await sleep(REST_LOOK_MS);
      if (this.#isHeld && address !== null) this.#isHeld = !(await this.#operator.release(address));
      const records = await readRecord(this.#directory);
      const books = this.#ground.books(this.#directory);
      if (this.#isHeld || !foundIn(records, books).isAtRest) continue;
      if ((await this.#judge()).all.length === 0) break;
    }
    desk.kill('SIGTERM');
    await ended;
    const records = await readRecord(this.#directory);
    this.#broken.push(this.#watch.look(records), await this.#judge());
    return {
      broken: joined(this.#broken),
      found: this.#found,
      kills: this.#kills,
      unresolved: this.#unresolved,
      trades: records.filter(({ kind }) => kind === 'trade.opened').length,
      orders: this.#ground.books(this.#directory).orders().length,
      answers: this.#operator.told.length,
      exitCode: desk.exitCode,
      startMs: this.#startMs,
      restMs: performance.now() - began,
    };
  }

  #judge(): Promise<Broken> {
    return brokenIn({
      directory: this.#directory,
      books: this.#ground.books(this.#directory),
      script: this.#ground.script,
      told: this.#operator.told,
      halts: this.#operator.halts,
    });
  }
}

function joined(parts: readonly Broken[]): Broken {
  return parts.reduce(
    (sum, part) => ({
      duplicates: [...sum.duplicates, ...part.duplicates],
      orphans: [...sum.orphans, ...part.orphans],
      lost: [...sum.lost, ...part.lost],
      all: [...sum.all, ...part.all],
    }),
    NOTHING_BROKEN,
  );
}
