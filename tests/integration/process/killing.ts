/**
 * A desk that is killed again and again while it trades, and started again each time on what it has
 * left behind. Used by a test with a few kills and by `scripts/kill-desk.ts` with many.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { createRandom, type Random } from '#kernel/random.ts';
import type { Trade, TradeOrder } from '#orders/model.ts';
import { replayed } from '../../desk/evidence.ts';
import { brokenIn } from './judge.ts';
import { readRecord } from './kept-books.ts';
import { type DeskAddress, LocalOperator } from './local-operator.ts';

export interface KillRun {
  readonly directory: string;
  readonly kills: number;
  readonly seed: number;
}

export interface KillReport {
  /** Broken promises; none when all were kept. */
  readonly broken: readonly string[];
  /** In which states the starts have found messages and trades, and how often. */
  readonly found: ReadonlyMap<string, number>;
  readonly trades: number;
  readonly answers: number;
  /** Of the orderly stop at the end. */
  readonly exitCode: number | null;
}

const BIN = fileURLToPath(new URL('../../../bin/strikewire', import.meta.url));
const START_MS = 700;
const LIFE_MS_MAX = 1_400;
const STEP_WAYS = ['edit_single', 'edit', 'cancel_new'] as const;

/** Everything goes faster than a person would want it, and nothing rests for long. */
const HASTE = {
  STRIKEWIRE_CHAT_FIRST_AFTER_MS: '50',
  STRIKEWIRE_CHAT_EVERY_MS: '200',
  STRIKEWIRE_RISK_ENTRY_WAIT_MS: '250',
  STRIKEWIRE_RISK_ENTRY_WINDOW_MS: '1500',
  STRIKEWIRE_RISK_EXIT_GATHER_MS: '100',
  STRIKEWIRE_RISK_EXIT_PROFIT: '1%',
  STRIKEWIRE_RISK_LIMITS_OPEN_TRADES_MAX: '20',
  STRIKEWIRE_RISK_LIMITS_OPEN_PER_UNDERLYING_MAX: '10',
  STRIKEWIRE_RISK_LIMITS_PREMIUM_OPEN_MAX: '30%',
  STRIKEWIRE_RISK_LIMITS_TRADES_PER_DAY_MAX: '100',
  STRIKEWIRE_RISK_LIMITS_TRADES_PER_AUTHOR_HOUR_MAX: '100',
  STRIKEWIRE_RISK_LIMITS_MUTATIONS_PER_MINUTE_MAX: '40',
  STRIKEWIRE_RISK_LIMITS_DAILY_LOSS_MAX: '10%',
  STRIKEWIRE_ORDERS_CRASH_STARTS_MAX: '100',
  STRIKEWIRE_ORDERS_QUARANTINE_MS: '5000',
  STRIKEWIRE_ORDERS_LOOK_EVERY_MS: '500',
};

export async function killAgainAndAgain(run: KillRun): Promise<KillReport> {
  const random = createRandom(run.seed);
  const operator = new LocalOperator(run.seed);
  const settings = { STRIKEWIRE_ORDERS_STEP_BY: random.pick(STEP_WAYS) };
  const found = new Map<string, number>();
  for (let kill = 0; kill < run.kills; kill += 1) {
    await live(run.directory, settings, { random, operator });
    for (const state of await statesIn(run.directory)) {
      found.set(state, (found.get(state) ?? 0) + 1);
    }
  }
  const exitCode = await comeToRest(run.directory, settings);
  const records = await readRecord(run.directory);
  return {
    broken: await brokenIn(run.directory, operator.told),
    found,
    trades: records.filter(({ kind }) => kind === 'trade.opened').length,
    answers: operator.told.length,
    exitCode,
  };
}

interface Hands {
  readonly random: Random;
  readonly operator: LocalOperator;
}

/** One life, ended by SIGKILL: now and then while it starts, mostly while it trades. */
async function live(
  directory: string,
  settings: Readonly<Record<string, string>>,
  { random, operator }: Hands,
): Promise<void> {
  const desk = start(directory, settings);
  const ended = once(desk, 'close');
  const listening = addressOf(directory, desk);
  const talking = listening.then((address) =>
    address === null ? undefined : operator.talkTo(address),
  );
  if (random.chance(0.15)) await sleep(random.integer(50, START_MS));
  else {
    await listening;
    await sleep(random.integer(0, LIFE_MS_MAX));
    if (random.chance(0.7)) await nextWrite(directory, random.integer(0, 30));
  }
  if (desk.exitCode !== null) throw new Error(`the desk ended by itself with ${desk.exitCode}`);
  desk.kill('SIGKILL');
  await ended;
  await talking;
}

function start(directory: string, settings: Readonly<Record<string, string>>): ChildProcess {
  return spawn(BIN, ['start', '--data', directory, '--port', '0'], {
    cwd: directory,
    env: {
      PATH: process.env['PATH'] ?? '',
      ...HASTE,
      ...settings,
    },
    stdio: 'ignore',
  });
}

const DeskFile = z.object({ pid: z.number(), url: z.string(), key: z.string() });

/** Where this process listens, once it does; `null` when it has ended before. */
async function addressOf(directory: string, desk: ChildProcess): Promise<DeskAddress | null> {
  const file = join(directory, 'desk.json');
  while (desk.exitCode === null && desk.signalCode === null) {
    const found = existsSync(file) ? DeskFile.parse(JSON.parse(readFileSync(file, 'utf8'))) : null;
    if (found !== null && found.pid === desk.pid) return found;
    await sleep(20);
  }
  return null;
}

/** So long after the desk has next put something on record: while something is under way. */
async function nextWrite(directory: string, afterMs: number): Promise<void> {
  const folder = join(directory, 'journal');
  if (!existsSync(folder)) return;
  const watcher = watch(folder);
  await Promise.race([once(watcher, 'change'), sleep(2_000)]);
  watcher.close();
  await sleep(afterMs);
}

/** One more life in silence, until every promise is kept or that takes too long; then a stop. */
async function comeToRest(
  directory: string,
  settings: Readonly<Record<string, string>>,
): Promise<number | null> {
  const desk = start(directory, { ...settings, STRIKEWIRE_CHAT_SCRIPT: 'none' });
  const ended = once(desk, 'close');
  await addressOf(directory, desk);
  for (let looks = 0; looks < 80 && desk.exitCode === null; looks += 1) {
    await sleep(1_000);
    if (looks > 0 && (await brokenIn(directory, [])).length === 0) break;
  }
  desk.kill('SIGTERM');
  await ended;
  return desk.exitCode;
}

/** What the next start finds, told by the record alone. */
async function statesIn(directory: string): Promise<readonly string[]> {
  const { book, memory } = replayed(await readRecord(directory));
  return [
    ...[...memory.undecided.keys()].map(() => 'a message without a decision'),
    ...book.open().flatMap((trade) => tradeStates(trade)),
  ];
}

function tradeStates(trade: Trade): readonly string[] {
  const alive = trade.orders.filter(({ phase }) => phase !== 'terminal');
  if (alive.length > 0) return alive.map((order) => `${order.role} ${orderState(order)}`);
  return [trade.entry.kind === 'ended' ? 'held, nothing rests' : 'entry open, no order'];
}

function orderState({ phase, pending, fills, quantity }: TradeOrder): string {
  const filled = fills.reduce((sum, fill) => sum + fill.quantity, 0);
  const part = filled === 0 ? '' : filled < quantity ? ', part filled' : ', filled';
  return `${phase}${pending === null ? '' : `, ${pending.kind} under way`}${part}`;
}
