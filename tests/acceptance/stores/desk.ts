/** A whole desk in this process, with a real clock and disk, for what happens to its stores. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Config, loadConfig } from '#app/config.ts';
import { formatProblems } from '#app/config-problems.ts';
import { type DeskApp, openDeskApp } from '#app/desk-app.ts';
import { exampleAlert } from '#app/example-alert.ts';
import { readAlert } from '#app/reader.ts';
import type { AlertAnswer } from '#operate/ports.ts';

const READY_MS = 60_000;
const LOOK_MS = 5;

/** Fast trades and wide limits: what is looked at is the stores. */
const HASTE: Readonly<Record<string, string>> = {
  STRIKEWIRE_CHAT_SCRIPT: 'none',
  STRIKEWIRE_RISK_ENTRY_WAIT_MS: '100',
  STRIKEWIRE_RISK_ENTRY_WINDOW_MS: '1500',
  STRIKEWIRE_RISK_ENTRY_CONVERT_WITHIN_TICKS: '2',
  STRIKEWIRE_RISK_EXIT_GATHER_MS: '50',
  STRIKEWIRE_RISK_EXIT_PROFIT: '1%',
  STRIKEWIRE_RISK_LIMITS_OPEN_TRADES_MAX: '20',
  STRIKEWIRE_RISK_LIMITS_OPEN_PER_UNDERLYING_MAX: '20',
  STRIKEWIRE_RISK_LIMITS_PREMIUM_OPEN_MAX: '30%',
  STRIKEWIRE_RISK_LIMITS_TRADES_PER_DAY_MAX: '100',
  STRIKEWIRE_RISK_LIMITS_TRADES_PER_AUTHOR_HOUR_MAX: '100',
  STRIKEWIRE_RISK_LIMITS_MUTATIONS_PER_MINUTE_MAX: '50',
  STRIKEWIRE_RISK_LIMITS_MUTATIONS_PER_SECOND_MAX: '20',
  STRIKEWIRE_RISK_LIMITS_REJECTS_IN_A_ROW_MAX: '20',
  STRIKEWIRE_ORDERS_CRASH_STARTS_MAX: '100',
  STRIKEWIRE_BUS_BEHIND_MS: '1000',
  // A busy machine makes this process stand still: that has tests of its own.
  STRIKEWIRE_ORDERS_PAUSE_MS: '60000',
};

/** For samples: what the limits let through at most, few messages to the broker for each trade. */
export const MANY_TRADES: Readonly<Record<string, string>> = {
  STRIKEWIRE_RISK_ENTRY_CONVERT: 'never',
  STRIKEWIRE_RISK_ENTRY_STEPS_MAX: '0',
  STRIKEWIRE_RISK_EXIT_FRACTION: '100%',
  STRIKEWIRE_RISK_LIMITS_OPEN_PER_INSTRUMENT_MAX: '20',
  STRIKEWIRE_RISK_LIMITS_PREMIUM_TRADE_MAX: '200',
  STRIKEWIRE_RISK_LIMITS_SPREAD_SHARE_MAX: '50%',
};

export interface OpenDesk {
  readonly app: DeskApp;
  readonly config: Config;
  /** One valid alert after another, and what became of each. */
  alerts(count: number, everyMs: number): Promise<readonly Answered[]>;
  close(): Promise<void>;
}

export interface Answered {
  readonly answer: AlertAnswer;
  /** What it took of the desk's own time, see `costOf`. */
  readonly ms: number;
}

export async function openOutageDesk(
  environment: Readonly<Record<string, string>> = {},
): Promise<OpenDesk> {
  const directory = mkdtempSync(join(tmpdir(), 'strikewire-stores-'));
  const loaded = loadConfig({
    directory,
    environment: { ...HASTE, ...environment, STRIKEWIRE_DATA_DIRECTORY: join(directory, 'data') },
  });
  if (!loaded.ok) throw new Error(formatProblems(loaded.error));
  const config = loaded.value;
  const opened = await openDeskApp({
    config,
    version: 'test',
    read: readAlert,
    roleOf: () => 'admin',
    certificate: () => ({ kind: 'none', reason: 'a test' }),
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  const app = opened.value;
  await app.start();
  const until = performance.now() + READY_MS;
  while (!app.readiness().ready) {
    if (performance.now() > until) throw new Error(app.readiness().reasons.join('; '));
    await sleep(5);
  }
  let posted = 0;
  return {
    app,
    config,
    async alerts(count, everyMs) {
      const answered: Answered[] = [];
      for (let n = 0; n < count; n += 1) {
        const due = performance.now() + everyMs;
        posted += 1;
        answered.push(await post(app, posted));
        await sleep(Math.max(0, due - performance.now()));
      }
      return answered;
    },
    async close() {
      await app.stop('the test is over');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function post(app: DeskApp, n: number): Promise<Answered> {
  const stage = { ...app.surroundings, now: () => app.clock.now() };
  const text = await exampleAlert(stage);
  if (text === null) throw new Error('the market offers nothing');
  return costOf(app, () =>
    app.control.process({
      ...{ platform: 'local', channelId: 'local', userId: 'operator' },
      ...{ messageId: `m${n}`, text, postedAt: null, dryRun: false },
    }),
  );
}

/**
 * The work of the processor, and the time in which the desk had leisure to wait for anything but
 * its disk. What a busy machine keeps from it is in neither.
 */
async function costOf(app: DeskApp, work: () => Promise<AlertAnswer>): Promise<Answered> {
  const before = process.cpuUsage();
  let waitedMs = 0;
  const looking = setInterval(() => {
    const { lastSeq, durableSeq } = app.journal.health();
    if (lastSeq === durableSeq) waitedMs += LOOK_MS;
  }, LOOK_MS);
  try {
    const answer = await work();
    const { user, system } = process.cpuUsage(before);
    return { answer, ms: waitedMs + (user + system) / 1_000 };
  } finally {
    clearInterval(looking);
  }
}
