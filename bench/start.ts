/**
 * The start of a desk with a million records: from the launch of the command until it is ready to
 * trade, with the whole record read and from a snapshot of it, and what memory it then takes.
 *
 * The desk that takes the snapshot is asked a small question all the while: how long its answers
 * take then, and before, says what taking one costs it. `RECORDS=50000` makes a smaller record.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { makeRecord } from './large-record/make.ts';
import { type BenchRow, spread } from './report.ts';

const RECORDS = Number(process.env['RECORDS'] ?? 1_000_000);
const STARTS = 5;
const GOAL_MS = 5_000;
const BIN = fileURLToPath(new URL('../bin/strikewire', import.meta.url));
const MIB = 1024 * 1024;
const ASK_EVERY_MS = 20;

export async function measure(): Promise<readonly BenchRow[]> {
  const directory = mkdtempSync(join(tmpdir(), 'strikewire-bench-'));
  try {
    const empty = await launch(join(directory, 'empty'));
    await empty.stop();
    const full = join(directory, 'full');
    await makeRecord(full, RECORDS, Date.now());
    const whole = await launch(full);
    const wholeMemory = whole.memory();
    const calm = await whole.answersUntil(sleep(5_000));
    const asked = await whole.answersUntil(whole.logged('snapshot.taken'));
    const { ms: takenMs, bytes } = await whole.logged('snapshot.taken');
    await whole.stop();
    const snapshot: Launched[] = [];
    for (let n = 0; n < STARTS; n += 1) {
      const desk = await launch(full);
      const { readyMs, cpuMs } = desk;
      snapshot.push({ readyMs, cpuMs, ...desk.memory(), from: desk.startedFrom() });
      await desk.stop();
    }
    if (snapshot.some(({ from }) => from === 0)) throw new Error('a start read the whole record');
    const what = `start to ready with ${RECORDS.toLocaleString('en-US')} records`;
    const fromSnapshot = spread(
      `${what}, from a snapshot`,
      snapshot.map(({ readyMs }) => readyMs),
      'ms',
    );
    const vs = 'the whole record read';
    return [
      { what: 'start to ready without a record', value: empty.readyMs, unit: 'ms' },
      { what: '  processor time of it', value: empty.cpuMs, unit: 'ms' },
      { what: `${what}, ${vs}`, value: whole.readyMs, unit: 'ms' },
      { what: '  processor time of it', value: whole.cpuMs, unit: 'ms' },
      { ...fromSnapshot, vs, ratio: fromSnapshot.value / whole.readyMs },
      spread(
        '  processor time of it',
        snapshot.map(({ cpuMs }) => cpuMs),
        'ms',
      ),
      { what: 'goal', value: GOAL_MS, unit: 'ms' },
      { what: `  memory then, ${vs}`, value: wholeMemory.rssMiB, unit: 'MiB' },
      spread(
        '  memory then, from a snapshot',
        snapshot.map(({ rssMiB }) => rssMiB),
        'MiB',
      ),
      { what: `  the most it took, ${vs}`, value: wholeMemory.peakMiB, unit: 'MiB' },
      spread(
        '  the most it took, from a snapshot',
        snapshot.map(({ peakMiB }) => peakMiB),
        'MiB',
      ),
      { what: 'a first snapshot taken beside the desk', value: Number(takenMs), unit: 'ms' },
      { what: '  its size', value: Number(bytes) / MIB, unit: 'MiB' },
      spread('  a small question answered, before', calm, 'ms'),
      spread('  a small question answered, meanwhile', asked, 'ms'),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Launched {
  readonly readyMs: number;
  /** Processor time until then: what a machine with other work to do says little about. */
  readonly cpuMs: number;
  readonly rssMiB: number;
  readonly peakMiB: number;
  /** The record its snapshot is of; 0 when all was read. */
  readonly from: number;
}

type Fields = Readonly<Record<string, unknown>>;

class RunningDesk {
  readonly readyMs: number;
  readonly cpuMs: number;
  readonly #child: ChildProcess;
  readonly #url: string;
  readonly #log: Log;

  constructor(child: ChildProcess, ready: { readonly url: string; readonly ms: number }, log: Log) {
    this.#child = child;
    this.#url = ready.url;
    this.readyMs = ready.ms;
    this.cpuMs = processorMs(child.pid);
    this.#log = log;
  }

  logged(event: string): Promise<Fields> {
    return this.#log.once(event);
  }

  startedFrom(): number {
    return Number(this.#log.seen.get('snapshot.started_from')?.['seq'] ?? 0);
  }

  memory(): { readonly rssMiB: number; readonly peakMiB: number } {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    const kib = (name: string): number =>
      Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]);
    return { rssMiB: kib('VmRSS') / 1024, peakMiB: kib('VmHWM') / 1024 };
  }

  /** How long answers took, in milliseconds, until something has come to its end. */
  async answersUntil(end: Promise<unknown>): Promise<readonly number[]> {
    const took: number[] = [];
    let isOver = false;
    const over = end.then(() => {
      isOver = true;
    });
    while (!isOver) {
      const asked = performance.now();
      await (await fetch(`${this.#url}/livez`)).arrayBuffer();
      took.push(performance.now() - asked);
      await sleep(ASK_EVERY_MS);
    }
    await over;
    return took;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.kill('SIGTERM');
    await ended;
  }
}

/** What the desk has logged: the newest line of each event. */
class Log {
  readonly seen = new Map<string, Fields>();
  readonly #waiting = new Map<string, (fields: Fields) => void>();
  #rest = '';

  take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const fields: unknown = line.startsWith('{') ? JSON.parse(line) : null;
      if (!isFields(fields)) continue;
      const event = String(fields['text']);
      // The record of it is logged under the same name, without what it took.
      if (event === 'snapshot.taken' && fields['ms'] === undefined) continue;
      this.seen.set(event, fields);
      this.#waiting.get(event)?.(fields);
      if (event === 'snapshot.not_taken') throw new Error(line);
    }
  }

  once(event: string): Promise<Fields> {
    const seen = this.seen.get(event);
    if (seen !== undefined) return Promise.resolve(seen);
    return new Promise((resolve) => this.#waiting.set(event, resolve));
  }
}

async function launch(directory: string): Promise<RunningDesk> {
  const log = new Log();
  const begun = performance.now();
  const child = spawn(BIN, ['start', '--data', directory, '--port', '0'], {
    // Without the SQL history, which is brought up to date beside the desk and measured by itself.
    env: {
      PATH: process.env['PATH'],
      STRIKEWIRE_CHAT_SCRIPT: 'none',
      STRIKEWIRE_STORES_SQL: 'none',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => log.take(text));
  const url = await new Promise<string>((resolve, reject) => {
    let out = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      const found = /http:\/\/\S+/.exec(out)?.[0];
      if (found !== undefined) resolve(found);
    });
    child.once('close', (code) => reject(new Error(`the desk ended with ${code}`)));
  });
  while (!(await fetch(`${url}/readyz`)).ok) await sleep(5);
  return new RunningDesk(child, { url, ms: performance.now() - begun }, log);
}

/** Of all threads, in user and system; counted in ticks of 10 ms. */
function processorMs(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
