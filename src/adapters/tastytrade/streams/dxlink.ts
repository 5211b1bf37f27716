/**
 * The market feed of tastytrade: dxFeed's events over dxLink, for as long as somebody wants them.
 *
 * Keeps the quote token (good for a day; renewed an hour before its end, or when it is refused) and
 * what is subscribed, and tells every new connection all of it, in frames the venue takes.
 */
import type { Random } from '#kernel/random.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { Cancel, Clock } from '#kernel/time.ts';
import type { QuoteToken, QuoteTokens } from '../access.ts';
import { type DxlinkTalk, startTalk } from './dxlink-talk.ts';
import type { FeedEvent } from './feed-events.ts';
import {
  CLOSE_TOO_BIG,
  type Conversation,
  type LinkHealth,
  type LinkSession,
  openLink,
} from './link.ts';
import type { SocketFactory } from './socket.ts';
import { FRAME_SIZE, type FrameSize, halved, type Subscription } from './subscription-frames.ts';
import { Subscriptions } from './subscriptions.ts';

export interface DxlinkOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly openSocket: SocketFactory;
  readonly tokens: QuoteTokens;
  readonly onEvents: (events: readonly FeedEvent[]) => void;
}

export interface DxlinkHealth extends LinkHealth {
  /** `null` until a token told. */
  readonly isDelayed: boolean | null;
  readonly subscriptions: number;
  /** Between two quotes of one symbol, as granted; `null` until told. */
  readonly aggregationMs: number | null;
  readonly events: number;
  /** Messages and events that could not be read and were left out. */
  readonly unreadable: number;
}

export interface Dxlink {
  add(entry: Subscription): void;
  remove(entry: Subscription): void;
  /** Asks again for what is subscribed: the venue then sends what it has now. */
  renew(entry: Subscription): void;
  isUp(): boolean;
  /** Whether quotes are old when they come; `null` until a token told. */
  isDelayed(): boolean | null;
  health(): DxlinkHealth;
  /** Ends the connection there is and makes another. */
  restart(reason: string): void;
  close(): void;
}

const HOUR_MS = 3_600_000;
const TOKEN_AGE_MS_MAX = 23 * HOUR_MS;
/** Used of its life, where that is shorter than a day. */
const TOKEN_LIFE_SHARE = 23 / 24;
const TOKEN_AGE_MS_MIN = 60_000;
/** The feed moves now and then: its new address comes with a new token. */
const ATTEMPTS_MAX = 3;
const RENEW_AGAIN_MS = 300_000;
/** Several frames in a row are kept apart: many symbols at once have broken the stream. */
const FRAME_APART_MS = 50;

export function openDxlink(options: DxlinkOptions): Dxlink {
  return new DxlinkFeed(options);
}

interface HeldToken {
  readonly token: QuoteToken;
  /** On the monotonic clock. */
  readonly renewAt: number;
  /** Attempts to connect with it since it last opened the feed. */
  attempts: number;
}

class DxlinkFeed implements Dxlink {
  readonly #options: DxlinkOptions;
  readonly #clock: Clock;
  readonly #subscriptions = new Subscriptions();
  readonly #link: ReturnType<typeof openLink>;
  #token: HeldToken | null = null;
  #delayed: boolean | null = null;
  #talk: DxlinkTalk | null = null;
  #isOpen = false;
  #frameSize: FrameSize = FRAME_SIZE;
  #isFlushing = false;
  #cancelFlush: Cancel = () => {};
  #cancelRenewal: Cancel = () => {};
  #events = 0;
  #unreadable = 0;

  constructor(options: DxlinkOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#link = openLink({
      clock: options.clock,
      random: options.random,
      openSocket: options.openSocket,
      address: () => this.#address(),
      begin: (session) => this.#begin(session),
    });
  }

  add(entry: Subscription): void {
    this.#subscriptions.add(entry);
    this.#flushSoon(0);
  }

  remove(entry: Subscription): void {
    this.#subscriptions.remove(entry);
    this.#flushSoon(0);
  }

  renew(entry: Subscription): void {
    this.#subscriptions.renew(entry);
    this.#flushSoon(0);
  }

  isUp(): boolean {
    return this.#isOpen;
  }

  isDelayed(): boolean | null {
    return this.#delayed;
  }

  health(): DxlinkHealth {
    return {
      ...this.#link.health(),
      isDelayed: this.#delayed,
      subscriptions: this.#subscriptions.size,
      aggregationMs: this.#talk?.aggregationMs() ?? null,
      events: this.#events,
      unreadable: this.#unreadable,
    };
  }

  restart(reason: string): void {
    this.#link.restart(reason);
  }

  close(): void {
    this.#link.close();
  }

  async #address(): Promise<Result<string, string>> {
    const held = this.#token;
    const isDue = held === null || this.#clock.mono() >= held.renewAt;
    if (!isDue && held.attempts < ATTEMPTS_MAX) {
      held.attempts += 1;
      return ok(held.token.url);
    }
    const fetched = await this.#fetchToken();
    return fetched.ok ? ok(fetched.value.url) : fetched;
  }

  async #fetchToken(): Promise<Result<QuoteToken, string>> {
    const fetched = await this.#options.tokens.quoteToken();
    if (!fetched.ok) return err(`no quote token: ${fetched.error.kind} ${fetched.error.detail}`);
    const token = fetched.value;
    const lifeMs = (token.expiresAt - this.#clock.now()) * TOKEN_LIFE_SHARE;
    const ageMs = Math.min(TOKEN_AGE_MS_MAX, Math.max(TOKEN_AGE_MS_MIN, lifeMs));
    this.#token = { token, renewAt: this.#clock.mono() + ageMs, attempts: 1 };
    this.#delayed = token.delayed;
    return ok(token);
  }

  #begin(session: LinkSession): Conversation {
    const held = this.#token;
    if (held === null) {
      session.drop('the quote token was refused meanwhile', 'later');
      return { received() {}, ended() {} };
    }
    this.#talk = startTalk({
      clock: this.#clock,
      session,
      token: held.token.token,
      onOpen: () => {
        this.#isOpen = true;
        held.attempts = 0;
        this.#subscriptions.forgetTold();
        this.#flushSoon(0);
        this.#renewTokenAfter(held.renewAt - this.#clock.mono(), session);
      },
      onEvents: (events) => {
        this.#events += events.length;
        this.#options.onEvents(events);
      },
      onUnreadable: (count) => {
        this.#unreadable += count;
      },
      onTokenRefused: () => {
        if (this.#token === held) this.#token = null;
      },
      onEnded: (code) => this.#ended(code),
    });
    return this.#talk;
  }

  #ended(code: number | null): void {
    this.#talk = null;
    this.#isOpen = false;
    this.#isFlushing = false;
    this.#cancelFlush();
    this.#cancelRenewal();
    if (code === CLOSE_TOO_BIG) this.#frameSize = halved(this.#frameSize);
  }

  /** The old connection goes on until the new token is there. */
  #renewTokenAfter(ms: number, session: LinkSession): void {
    this.#cancelRenewal = this.#clock.after(ms, () => void this.#renewToken(session));
  }

  async #renewToken(session: LinkSession): Promise<void> {
    const talk = this.#talk;
    const fetched = await this.#fetchToken();
    if (this.#talk !== talk) return;
    if (fetched.ok) session.drop('a new quote token', 'at_once');
    else this.#renewTokenAfter(RENEW_AGAIN_MS, session);
  }

  /** A burst of changes makes one frame. */
  #flushSoon(ms: number): void {
    if (!this.#isOpen || this.#isFlushing) return;
    this.#isFlushing = true;
    this.#cancelFlush = this.#clock.after(ms, () => {
      this.#isFlushing = false;
      const change = this.#subscriptions.next(this.#frameSize);
      if (change.kind === 'nothing') return;
      this.#talk?.subscribe(change.kind, change.entries);
      this.#flushSoon(FRAME_APART_MS);
    });
  }
}
