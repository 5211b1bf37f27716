/**
 * Many kills: runs of a few dozen, each on a directory and at a broker of its own, several of them
 * at the same time. A directory is kept only where a promise was broken.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LivesReport, liveAndDie } from './lives.ts';
import { openHostileGround } from './stand-in-ground.ts';

export interface CrashRequest {
  readonly kills: number;
  readonly seed: number;
  /** Runs at the same time. */
  readonly lanes: number;
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly kills: number;
  readonly broken: number;
}

export interface CrashReport extends Omit<LivesReport, 'broken' | 'exitCode'> {
  readonly duplicates: number;
  readonly orphans: number;
  readonly lostAuditRecords: number;
  /** Each with the seed of its run and where that lies. */
  readonly broken: readonly string[];
  readonly runs: number;
  readonly wallMs: number;
}

/** A day's limit on trades, and a journal that a start has to read, keep a run short. */
const KILLS_PER_RUN = 25;

export async function crashTest(request: CrashRequest): Promise<CrashReport> {
  const began = performance.now();
  const { lanes, onProgress = () => undefined } = request;
  const waiting = runsOf(request);
  const tally = new Tally(waiting.length);
  const lane = async (): Promise<void> => {
    for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) {
      await oneRun(run, tally, onProgress);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return { ...tally.report(), wallMs: Math.round(performance.now() - began) };
}

interface Run {
  readonly seed: number;
  readonly kills: number;
}

/** As many as keep every lane busy to the end, of about the same length. */
function runsOf({ kills, seed, lanes }: CrashRequest): Run[] {
  const rounds = Math.ceil(kills / (lanes * KILLS_PER_RUN));
  const count = Math.min(kills, rounds * lanes);
  const share = (at: number): number => Math.floor((kills * at) / count);
  return Array.from({ length: count }, (_, at) => {
    return { seed: seed + at, kills: share(at + 1) - share(at) };
  });
}

async function oneRun(
  { seed, kills }: Run,
  tally: Tally,
  onProgress: (progress: Progress) => void,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'strikewire-crash-'));
  const ground = await openHostileGround(seed);
  const where = `seed ${seed}, ${directory}`;
  const onKill = (): void => onProgress(tally.kill());
  let isKept = true;
  try {
    const report = await liveAndDie({ ground, directory, kills, seed, onKill });
    tally.add(report, where);
    isKept = report.broken.all.length > 0;
  } catch (error) {
    tally.fail(`${where}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await ground.close();
    if (!isKept) rmSync(directory, { recursive: true });
  }
}

class Tally {
  readonly #runs: number;
  readonly #broken: string[] = [];
  readonly #found = new Map<string, number>();
  readonly #sums = { unresolved: 0, trades: 0, orders: 0, answers: 0, startMs: 0, restMs: 0 };
  readonly #counts = { duplicates: 0, orphans: 0, lostAuditRecords: 0 };
  #kills = 0;

  constructor(runs: number) {
    this.#runs = runs;
  }

  kill(): Progress {
    this.#kills += 1;
    return { kills: this.#kills, broken: this.#broken.length };
  }

  fail(what: string): void {
    this.#broken.push(what);
  }

  add(report: LivesReport, where: string): void {
    const { broken, found } = report;
    for (const what of new Set(broken.all)) this.fail(`${where}: ${what}`);
    if (report.exitCode !== 0) this.fail(`${where}: the last stop ended with ${report.exitCode}`);
    this.#counts.duplicates += broken.duplicates.length;
    this.#counts.orphans += broken.orphans.length;
    this.#counts.lostAuditRecords += broken.lost.length;
    for (const [state, times] of found) {
      this.#found.set(state, (this.#found.get(state) ?? 0) + times);
    }
    this.#sums.unresolved += report.unresolved;
    this.#sums.trades += report.trades;
    this.#sums.orders += report.orders;
    this.#sums.answers += report.answers;
    this.#sums.startMs += report.startMs;
    this.#sums.restMs += report.restMs;
  }

  report(): Omit<CrashReport, 'wallMs'> {
    const found = new Map([...this.#found].toSorted((a, b) => b[1] - a[1]));
    const own = { found, kills: this.#kills, broken: this.#broken, runs: this.#runs };
    return { ...this.#counts, ...this.#sums, ...own };
  }
}
