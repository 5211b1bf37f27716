/**
 * One connection's talk in dxLink's protocol: each step only after the answer to the one before, as
 * tastytrade asks; then a feed channel, open until the socket ends.
 *
 * setup → auth_state → auth → channel → config → open
 *
 * The first UNAUTHORIZED is the server's "who are you"; one after AUTH means the token is no good.
 */
import type { Secret } from '#kernel/secret.ts';
import type { Cancel, Clock } from '#kernel/time.ts';
import { FeedDecoder } from './feed-data.ts';
import { FEED_FIELDS, type FeedEvent } from './feed-events.ts';
import type { Conversation, LinkSession } from './link.ts';
import type { Subscription } from './subscription-frames.ts';
import { fieldsOf, numberOf, textOf } from './wire.ts';

export interface DxlinkTalk extends Conversation {
  subscribe(kind: 'add' | 'remove', entries: readonly Subscription[]): void;
  /** As granted; `null` until told. */
  aggregationMs(): number | null;
}

export interface TalkOptions {
  readonly clock: Clock;
  readonly session: LinkSession;
  readonly token: Secret;
  /** The feed takes subscriptions from now on. */
  readonly onOpen: () => void;
  readonly onEvents: (events: readonly FeedEvent[]) => void;
  readonly onUnreadable: (count: number) => void;
  readonly onTokenRefused: () => void;
  readonly onEnded: (code: number | null) => void;
}

const VERSION = '0.1-strikewire/1';
const KEEPALIVE_S = 60;
const SILENCE_S_MIN = 10;
const BEAT_MS_MAX = 30_000;
const BEAT_MS_MIN = 1_000;
/** Clients' channels are odd. */
const CHANNEL = 1;
/** Seconds: the official client's 10 would be one quote in ten seconds. */
const AGGREGATION_S = 0.1;
/** The configuration of a feed may come only with its first data. */
const CONFIG_WAIT_MS = 1_000;

type Step = 'setup' | 'auth_state' | 'auth' | 'channel' | 'config' | 'open';

type Message = Readonly<Record<string, unknown>>;

export function startTalk(options: TalkOptions): DxlinkTalk {
  return new Talk(options);
}

class Talk implements DxlinkTalk {
  readonly #options: TalkOptions;
  readonly #decoder = new FeedDecoder();
  #step: Step = 'setup';
  #cancelBeat: Cancel = () => {};
  #cancelConfigWait: Cancel = () => {};

  constructor(options: TalkOptions) {
    this.#options = options;
    this.#send('SETUP', 0, {
      version: VERSION,
      keepaliveTimeout: KEEPALIVE_S,
      acceptKeepaliveTimeout: KEEPALIVE_S,
    });
  }

  received(raw: unknown): void {
    const message = fieldsOf(raw);
    const type = textOf(message?.['type']);
    if (message === null || type === null) this.#options.onUnreadable(1);
    else if (numberOf(message['channel']) === CHANNEL) this.#onFeed(type, message);
    else this.#onControl(type, message);
  }

  ended(code: number | null): void {
    this.#cancelBeat();
    this.#cancelConfigWait();
    this.#options.onEnded(code);
  }

  subscribe(kind: 'add' | 'remove', entries: readonly Subscription[]): void {
    this.#send('FEED_SUBSCRIPTION', CHANNEL, { [kind]: entries });
  }

  aggregationMs(): number | null {
    return this.#decoder.aggregationMs;
  }

  #send(type: string, channel: number, rest: object = {}): void {
    this.#options.session.send({ type, channel, ...rest });
  }

  #onControl(type: string, message: Message): void {
    if (type === 'SETUP') this.#onSetup(message);
    if (type === 'AUTH_STATE') this.#onAuthState(textOf(message['state']));
    // An error is informational: the connection's end follows where there is to be one.
    if (type === 'ERROR' && textOf(message['error']) === 'UNAUTHORIZED') {
      this.#options.onTokenRefused();
    }
  }

  #onFeed(type: string, message: Message): void {
    if (type === 'CHANNEL_OPENED') this.#onChannelOpened();
    if (type === 'FEED_DATA') this.#onData(message['data']);
    if (type === 'CHANNEL_CLOSED') this.#options.session.drop('feed channel closed', 'later');
    if (type !== 'FEED_CONFIG') return;
    this.#decoder.configure(message);
    this.#open();
  }

  #onSetup(message: Message): void {
    if (this.#step !== 'setup') return;
    this.#step = 'auth_state';
    const promised = numberOf(message['keepaliveTimeout']) ?? KEEPALIVE_S;
    const silenceS = Math.min(KEEPALIVE_S, Math.max(SILENCE_S_MIN, promised));
    this.#options.session.expectWithin(silenceS * 1_000);
    const accepted = numberOf(message['acceptKeepaliveTimeout']) ?? KEEPALIVE_S;
    this.#beatEvery(Math.min(BEAT_MS_MAX, Math.max(BEAT_MS_MIN, (accepted * 1_000) / 2)));
  }

  #beatEvery(ms: number): void {
    this.#cancelBeat = this.#options.clock.after(ms, () => {
      this.#send('KEEPALIVE', 0);
      this.#beatEvery(ms);
    });
  }

  #onAuthState(state: string | null): void {
    const isAsked = this.#step === 'auth_state';
    if (state === 'AUTHORIZED' && (isAsked || this.#step === 'auth')) {
      this.#step = 'channel';
      this.#send('CHANNEL_REQUEST', CHANNEL, { service: 'FEED', parameters: { contract: 'AUTO' } });
    }
    if (state !== 'UNAUTHORIZED' || this.#step === 'setup') return;
    if (isAsked) {
      this.#step = 'auth';
      this.#send('AUTH', 0, { token: this.#options.token.reveal() });
      return;
    }
    this.#options.onTokenRefused();
    this.#options.session.drop('quote token refused', 'at_once');
  }

  #onChannelOpened(): void {
    if (this.#step !== 'channel') return;
    this.#step = 'config';
    this.#send('FEED_SETUP', CHANNEL, {
      acceptAggregationPeriod: AGGREGATION_S,
      acceptDataFormat: 'COMPACT',
      acceptEventFields: FEED_FIELDS,
    });
    this.#cancelConfigWait = this.#options.clock.after(CONFIG_WAIT_MS, () => this.#open());
  }

  #open(): void {
    if (this.#step !== 'config') return;
    this.#step = 'open';
    this.#cancelConfigWait();
    this.#options.session.established();
    this.#options.onOpen();
  }

  #onData(data: unknown): void {
    const { events, unreadable } = this.#decoder.decode(data);
    if (unreadable > 0) this.#options.onUnreadable(unreadable);
    if (events.length > 0) this.#options.onEvents(events);
  }
}
