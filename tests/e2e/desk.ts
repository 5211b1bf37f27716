/** A desk in a process of its own, with the page in front of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addressOf, ready, type Settings } from '../crash/desk-process.ts';

const BIN = fileURLToPath(new URL('../../bin/strikewire', import.meta.url));

/** Everything at once that takes minutes at a market: a fill, its exit, the end of an entry. */
export const FAST: Settings = {
  STRIKEWIRE_RISK_ENTRY_WAIT_MS: '200',
  STRIKEWIRE_RISK_ENTRY_WINDOW_MS: '6000',
  STRIKEWIRE_RISK_ENTRY_CONVERT_WITHIN_TICKS: '5',
  STRIKEWIRE_RISK_LIMITS_COLLAR_TICKS_OVER_ALERT: '20',
  STRIKEWIRE_RISK_LIMITS_COLLAR_TICKS_OVER_ASK: '20',
  STRIKEWIRE_RISK_EXIT_GATHER_MS: '50',
};

/** Entries rest below the market until somebody takes them back. */
export const PATIENT: Settings = {
  STRIKEWIRE_RISK_ENTRY_WAIT_MS: '120000',
  STRIKEWIRE_RISK_ENTRY_WINDOW_MS: '600000',
  STRIKEWIRE_RISK_ENTRY_CONVERT: 'never',
};

const ROOM_FOR_ALL: Settings = {
  STRIKEWIRE_CHAT_SCRIPT: 'none',
  STRIKEWIRE_LOG_DESTINATION: 'file',
  STRIKEWIRE_LOG_LEVEL: 'warn',
  STRIKEWIRE_RISK_LIMITS_TRADES_PER_DAY_MAX: '100',
  STRIKEWIRE_RISK_LIMITS_TRADES_PER_AUTHOR_HOUR_MAX: '100',
};

export class E2eDesk {
  readonly directory: string;
  readonly #settings: Settings;
  #process: ChildProcess | null = null;
  #url = '';
  #key = '';

  constructor(settings: Settings) {
    this.directory = mkdtempSync(join(tmpdir(), 'strikewire-e2e-'));
    this.#settings = settings;
  }

  get url(): string {
    return this.#url;
  }

  /** Of the local operator, for questions past the page. */
  get key(): string {
    return this.#key;
  }

  /** On the port it had before, when it had one. */
  async start(): Promise<void> {
    const port = this.#url === '' ? '0' : new URL(this.#url).port;
    const desk = this.#run('start', '--port', port);
    this.#process = desk;
    const address = await addressOf(this.directory, desk);
    if (address === null) throw new Error(`the desk ended with ${desk.exitCode}`);
    this.#url = address.url;
    this.#key = address.key;
    await ready(address);
  }

  /** Before it is started: a certificate of this build and these settings. */
  async certify(): Promise<void> {
    const certification = this.#run('certify');
    await once(certification, 'exit');
    if (certification.exitCode !== 0) throw new Error(`certify ended ${certification.exitCode}`);
  }

  #run(command: string, ...more: readonly string[]): ChildProcess {
    return spawn(BIN, [command, '--data', this.directory, ...more], {
      cwd: this.directory,
      env: {
        PATH: process.env['PATH'] ?? '',
        STRIKEWIRE_STORES_SQL: 'none',
        STRIKEWIRE_JOBS_ENABLED: 'false',
        ...ROOM_FOR_ALL,
        ...this.#settings,
      },
      stdio: 'ignore',
    });
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const desk = this.#process;
    if (desk === null || desk.exitCode !== null || desk.signalCode !== null) return;
    const ended = once(desk, 'exit');
    desk.kill(signal);
    await ended;
  }

  async remove(): Promise<void> {
    await this.end('SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
  }
}
