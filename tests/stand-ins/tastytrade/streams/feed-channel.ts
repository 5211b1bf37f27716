/** One FEED channel: what was agreed on, what is subscribed, and the data that is due. */
import type { Instrument } from '#market/instrument.ts';
import {
  isRecord,
  type Json,
  type JsonObject,
  listOf,
  recordOf,
  textOf,
} from '../../support/json.ts';
import type { Timers } from '../../support/timers.ts';
import type { DxLinkOptions } from '../options.ts';
import type { EventMaker } from './dxlink-events.ts';
import { EVENT_FIELDS, type FeedEvent, flat } from './dxlink-protocol.ts';

export interface FeedChannel {
  readonly setUp: (message: Readonly<Record<string, unknown>>) => void;
  readonly subscribe: (message: Readonly<Record<string, unknown>>) => void;
  readonly changed: (instrument: Instrument) => void;
  /** `Quote SPY` */
  readonly subscriptions: () => readonly string[];
}

export interface FeedChannelOptions {
  readonly id: number;
  readonly timers: Timers;
  readonly settings: DxLinkOptions;
  readonly events: EventMaker;
  readonly find: (streamerSymbol: string) => Instrument | null;
  readonly watch: (instrument: Instrument) => void;
  readonly send: (message: JsonObject) => void;
}

interface Subscription {
  readonly type: string;
  readonly symbol: string;
  readonly instrument: Instrument;
}

/** What the change of a quote makes new. */
const OF_QUOTES = ['Quote', 'Trade', 'Greeks', 'Profile'];
const USUAL_PERIOD = 0.1;

export function createFeedChannel(options: FeedChannelOptions): FeedChannel {
  const { id, timers, settings, events } = options;
  const accepted = new Map<string, readonly string[]>();
  const told = new Set<string>();
  const subscriptions = new Map<string, Subscription>();
  const due = new Set<Subscription>();
  let periodMs = USUAL_PERIOD * 1000;
  let isCompact = true;
  let isScheduled = false;

  function fieldsOf(type: string): readonly string[] {
    return accepted.get(type) ?? EVENT_FIELDS[type] ?? ['eventSymbol'];
  }

  function tellConfig(types: readonly string[]): void {
    for (const type of types) told.add(type);
    const eventFields = Object.fromEntries(types.map((type) => [type, fieldsOf(type)]));
    options.send({
      type: 'FEED_CONFIG',
      channel: id,
      aggregationPeriod: periodMs / 1000,
      dataFormat: isCompact ? 'COMPACT' : 'FULL',
      ...(types.length === 0 ? {} : { eventFields }),
    });
  }

  function flush(): void {
    isScheduled = false;
    const made = [...due]
      .map(({ type, symbol, instrument }) => events.make(type, { symbol, instrument }))
      .filter((event) => event !== null);
    due.clear();
    const byType = Map.groupBy(made, ({ type }) => type);
    if (made.length === 0) return;
    const news = [...byType.keys()].filter((type) => !told.has(type));
    if (news.length > 0 && isCompact) tellConfig(news);
    const groups =
      settings.pairsPerFrame === 'several' ? [[...byType]] : [...byType].map((g) => [g]);
    for (const group of groups) {
      options.send({ type: 'FEED_DATA', channel: id, data: group.flatMap(encoded) });
    }
  }

  /** A type and one flat array; in the long form one object for each event. */
  function encoded([type, made]: readonly [string, readonly FeedEvent[]]): readonly Json[] {
    if (!isCompact) return made.map(({ values }) => ({ eventType: type, ...values }));
    return [type, made.flatMap((event) => flat(event, fieldsOf(type)))];
  }

  function schedule(): void {
    if (isScheduled || due.size === 0) return;
    isScheduled = true;
    timers.after(periodMs, flush);
  }

  function add(raw: Readonly<Record<string, unknown>>): void {
    const type = textOf(raw['type']);
    const symbol = textOf(raw['symbol']);
    if (type === null || symbol === null) return;
    const instrument = options.find(symbol.replace(/\{.*\}$/, ''));
    // The feed says nothing of what it does not know.
    if (instrument === null) return;
    options.watch(instrument);
    const subscription = { type, symbol, instrument };
    subscriptions.set(`${type} ${symbol}`, subscription);
    due.add(subscription);
  }

  return {
    subscriptions: () => [...subscriptions.keys()],
    setUp(message) {
      const wish = Number(message['acceptAggregationPeriod'] ?? USUAL_PERIOD);
      const period = settings.aggregationPeriod ?? (Number.isFinite(wish) ? wish : USUAL_PERIOD);
      periodMs = Math.max(0, period * 1000);
      isCompact = message['acceptDataFormat'] !== 'FULL';
      const asked = recordOf(message['acceptEventFields']);
      for (const [type, names] of Object.entries(asked)) {
        accepted.set(
          type,
          listOf(names).filter((name) => typeof name === 'string'),
        );
      }
      tellConfig(settings.feedConfig === 'late' ? [] : [...accepted.keys()]);
    },
    subscribe(message) {
      if (message['reset'] === true) {
        subscriptions.clear();
        due.clear();
      }
      for (const raw of listOf(message['remove']).filter(isRecord)) {
        const key = `${String(raw['type'])} ${String(raw['symbol'])}`;
        const gone = subscriptions.get(key);
        subscriptions.delete(key);
        if (gone !== undefined) due.delete(gone);
      }
      for (const raw of listOf(message['add']).filter(isRecord)) add(raw);
      // The newest of everything at once; what follows comes by the period.
      if (due.size > 0) flush();
    },
    changed({ symbol }) {
      for (const subscription of subscriptions.values()) {
        const concerns = subscription.instrument.symbol === symbol;
        if (concerns && OF_QUOTES.includes(subscription.type)) due.add(subscription);
      }
      schedule();
    },
  };
}
