/**
 * Keeps one socket to Slack open until stopped.
 *
 * Rule  a token or permission Slack refuses ends the trying: somebody must act. Everything else is
 *       tried again, with pauses that double up to half a minute.
 */
import type { Random } from '#kernel/random.ts';
import type { Secret } from '#kernel/secret.ts';
import type { Cancel, Clock, EpochMs } from '#kernel/time.ts';
import type { PlatformHealth, PlatformProblem } from '#publish/ports.ts';
import { type CallFailure, problemOf } from './failures.ts';
import type { Introduction } from './introduction.ts';
import type { SlackSettings } from './settings.ts';
import { type Envelope, openSocket, type SlackSocket } from './socket.ts';

const PAUSE_MS_MAX = 30_000;
/** A connection that held this long was a good one: the next begins at once. */
const GOOD_AFTER_MS = 5_000;
const LOST_AFTER_MS = 60_000;

export interface ConnectionOptions {
  readonly appToken: Secret;
  readonly settings: SlackSettings;
  readonly clock: Clock;
  readonly random: Random;
  /** Before each socket: who we are. */
  readonly prepare: () => Promise<Introduction>;
  readonly onEnvelope: (envelope: Envelope) => void;
  readonly onConnected: () => void;
  /** The trying has ended. */
  readonly onFailed: (problem: PlatformProblem) => void;
  readonly onProblem: (problem: PlatformProblem) => void;
  /** A problem of this code is over. */
  readonly onMended: (code: string) => void;
}

export class Connection {
  readonly #options: ConnectionOptions;
  #state: PlatformHealth['state'] = 'stopped';
  #detail = 'not started';
  #lastSeenAt: EpochMs | null = null;
  #socket: SlackSocket | null = null;
  #failures = 0;
  /** Of the tries to connect: what an older one finds out is of no interest. */
  #round = 0;
  #connectedAt = 0;
  #stopPause: Cancel = () => undefined;
  #stopLost: Cancel = () => undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  health(): PlatformHealth {
    return { state: this.#state, detail: this.#detail, lastSeenAt: this.#lastSeenAt };
  }

  /** Resolves when the first try has come to something, or has been given its time. */
  async start(): Promise<void> {
    this.#watchLost();
    await this.#connect();
  }

  stop(): void {
    this.#become('stopped', 'stopped');
    this.#round += 1;
    this.#stopPause();
    this.#stopLost();
    this.#socket?.discard();
    this.#socket = null;
  }

  /** Nothing comes in any more until somebody acts. */
  fail(problem: PlatformProblem): void {
    if (this.#state === 'stopped' || this.#state === 'failed') return;
    this.stop();
    this.#become('failed', problem.detail);
    this.#options.onFailed(problem);
  }

  async #connect(): Promise<void> {
    const round = ++this.#round;
    this.#become('connecting', 'connecting to Slack');
    const met = await this.#options.prepare();
    if (round !== this.#round) return;
    if (met.kind === 'refused') this.fail(met.problem);
    else if (met.kind === 'away') this.#failed(met.failure);
    else await this.#open();
  }

  async #open(): Promise<void> {
    const { appToken, settings, clock } = this.#options;
    const socket = openSocket({
      appToken,
      settings,
      clock,
      listener: {
        onEnvelope: (envelope) => this.#options.onEnvelope(envelope),
        onSign: () => {
          this.#lastSeenAt = clock.now();
        },
        onClosed: (reason) => this.#closed(socket, reason),
      },
    });
    this.#socket = socket;
    const opened = await socket.opened;
    if (this.#socket !== socket) return;
    if (opened.kind === 'failed') {
      this.#failed(opened.failure);
      return;
    }
    this.#connectedAt = clock.mono();
    this.#stopLost();
    this.#become('connected', 'connected');
    this.#options.onMended('connection_lost');
    this.#options.onConnected();
  }

  #failed(failure: CallFailure): void {
    const problem =
      failure.kind === 'refused' ? problemOf('apps.connections.open', failure, null) : null;
    if (problem?.fatal === true) this.fail(problem);
    else this.#retry(detailOf(failure), failure.kind === 'limited' ? failure.waitMs : 0);
  }

  #closed(socket: SlackSocket, reason: string | null): void {
    if (this.#socket !== socket) return;
    if (reason === 'link_disabled') {
      const detail = 'Socket Mode was turned off for the app. Turn it on and start again.';
      this.fail({ code: 'socket_mode_off', detail, fatal: true });
      return;
    }
    const heldMs = this.#options.clock.mono() - this.#connectedAt;
    if (heldMs >= GOOD_AFTER_MS) this.#failures = 0;
    this.#watchLost();
    this.#retry(`the connection ended${reason === null ? '' : ` (${reason})`}`, 0);
  }

  #retry(detail: string, waitMs: number): void {
    const { clock, random, settings } = this.#options;
    this.#socket = null;
    this.#become('connecting', detail);
    const doubled = settings.reconnectMs * 2 ** Math.min(this.#failures, 16);
    // The first try after a good connection does not wait: Slack ends each one every few hours.
    const own =
      this.#failures === 0 ? 0 : Math.min(doubled, PAUSE_MS_MAX) * (0.5 + random.next() / 2);
    this.#failures += 1;
    this.#stopPause = clock.after(Math.max(own, waitMs), () => void this.#connect());
  }

  #watchLost(): void {
    this.#stopLost();
    this.#stopLost = this.#options.clock.after(LOST_AFTER_MS, () => {
      const detail = `not connected to Slack for ${LOST_AFTER_MS / 1_000} s: ${this.#detail}`;
      this.#options.onProblem({ code: 'connection_lost', detail, fatal: false });
    });
  }

  #become(state: PlatformHealth['state'], detail: string): void {
    this.#state = state;
    this.#detail = detail;
  }
}

function detailOf(failure: CallFailure): string {
  if (failure.kind === 'refused') return `Slack refused: ${failure.error}`;
  return failure.kind === 'unknown' ? failure.detail : 'Slack asks for fewer calls';
}
