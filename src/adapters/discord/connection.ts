/**
 * Keeps connected to the gateway until stopped: a client at a time, each for one life.
 *
 * The library finds its own way back after an ordinary break. It is started anew, with growing
 * pauses, when its login fails or takes too long, or when it does not find back in time. What no
 * new try can mend (a refused token, a missing intent) ends in `failed`, without another try.
 */
import type { Client } from 'discord.js';
import type { Cancel, Clock } from '#kernel/time.ts';
import { failureOf } from './failures.ts';
import { type Link, type LinkOptions, openLink } from './link.ts';

export type ConnectionState = 'stopped' | 'connecting' | 'connected' | 'failed';

export interface ConnectionOptions
  extends Pick<LinkOptions, 'apiUrl' | 'token' | 'clock' | 'requestWithinMs' | 'identifyThrottle'> {
  readonly connectWithinMs: number;
  readonly reconnectWithinMs: number;
  readonly retryAfterMs: number;
  readonly onEvent: (event: string, data: unknown) => void;
  /** Anything was heard, a heartbeat counted. */
  readonly onSign: () => void;
  readonly onServers: (client: Client) => void;
  readonly onFatal: (closing: FatalClosing) => void;
  /** A try failed; the next one follows. */
  readonly onLost: (detail: string) => void;
  /** Of interest to whoever looks for a cause. */
  readonly onTrouble: (detail: string) => void;
}

/** A close code of the gateway, or `token` when the API itself refuses the token. */
export type FatalClosing = 'token' | 4004 | 4010 | 4011 | 4012 | 4013 | 4014;

const FATAL: readonly FatalClosing[] = [4004, 4010, 4011, 4012, 4013, 4014];
const PAUSE_MS_MAX = 300_000;

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #clock: Clock;
  #state: ConnectionState = 'stopped';
  #detail = 'not started';
  #link: Link | null = null;
  #failures = 0;
  /** Starts so far: what an earlier one left pending is not carried out in a later one. */
  #starts = 0;
  #stopWatch: Cancel = () => undefined;
  #stopPause: Cancel = () => undefined;
  /** Told once the first try has come to an end, good or bad. */
  #onFirst: () => void = () => undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#clock = options.clock;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get detail(): string {
    return this.#detail;
  }

  /** Resolves once the first try has come to an end; further ones go on by themselves. */
  start(): Promise<void> {
    return new Promise((resolve) => {
      this.#onFirst = resolve;
      this.#starts += 1;
      this.#failures = 0;
      this.#connect();
    });
  }

  async stop(): Promise<void> {
    this.#become('stopped', 'stopped');
    await this.#drop();
  }

  /** Nothing more is tried until the next start. */
  async fail(detail: string): Promise<void> {
    if (this.#state === 'stopped' || this.#state === 'failed') return;
    this.#become('failed', detail);
    await this.#drop();
  }

  #connect(): void {
    this.#become('connecting', this.#failures === 0 ? 'logging in' : this.#detail);
    const link: Link = openLink({
      ...this.#options,
      onEvent: (event, data) => this.#take(link, event, data),
      onHeartbeat: () => this.#options.onSign(),
      onClosed: (code) => this.#closed(link, code),
      onServers: () => this.#isCurrent(link) && this.#options.onServers(link.client),
      onFault: (error) => this.#options.onTrouble(`the client library: ${String(error)}`),
    });
    this.#link = link;
    this.#watch(link, this.#options.connectWithinMs, 'logging in took too long');
    link.login().catch((error: unknown) => this.#broken(link, error));
  }

  #take(link: Link, event: string, data: unknown): void {
    if (!this.#isCurrent(link)) return;
    this.#options.onSign();
    if (event === 'READY' || event === 'RESUMED') {
      this.#stopWatch();
      this.#failures = 0;
      this.#become('connected', 'connected');
    }
    this.#options.onEvent(event, data);
    if (event === 'READY') this.#onFirst();
  }

  #closed(link: Link, code: number): void {
    if (!this.#isCurrent(link)) return;
    const fatal = FATAL.find((one) => one === code);
    if (fatal !== undefined) {
      this.#options.onFatal(fatal);
    } else if (this.#state === 'connected') {
      this.#become('connecting', `the connection was closed (${code})`);
      this.#watch(link, this.#options.reconnectWithinMs, 'found no way back in time');
    }
  }

  #broken(link: Link, error: unknown): void {
    if (!this.#isCurrent(link)) return;
    const isRefused =
      failureOf(error).kind === 'token' ||
      (error instanceof Error && Reflect.get(error, 'code') === 'TokenInvalid');
    if (isRefused) this.#options.onFatal('token');
    else this.#again(link, failureOf(error).detail);
  }

  #watch(link: Link, ms: number, detail: string): void {
    this.#stopWatch();
    this.#stopWatch = this.#clock.after(ms, () => this.#again(link, detail));
  }

  #again(link: Link, detail: string): void {
    if (!this.#isCurrent(link)) return;
    const pause = Math.min(this.#options.retryAfterMs * 2 ** this.#failures, PAUSE_MS_MAX);
    this.#failures += 1;
    this.#options.onTrouble(detail);
    this.#options.onLost(detail);
    this.#become('connecting', `${detail}; next try in ${Math.ceil(pause / 1000)} s`);
    const started = this.#starts;
    void this.#drop().then(() => {
      if (this.#state !== 'connecting' || this.#starts !== started) return;
      this.#stopPause = this.#clock.after(pause, () => this.#connect());
    });
    this.#onFirst();
  }

  async #drop(): Promise<void> {
    this.#stopWatch();
    this.#stopPause();
    const link = this.#link;
    this.#link = null;
    this.#onFirst();
    await link?.end();
  }

  #isCurrent(link: Link): boolean {
    return this.#link === link && (this.#state === 'connecting' || this.#state === 'connected');
  }

  #become(state: ConnectionState, detail: string): void {
    this.#state = state;
    this.#detail = detail;
  }
}
