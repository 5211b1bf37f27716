/**
 * What the page knows of the desk: the snapshot, and every change since. Pure; bounded.
 *
 * Money and prices stay the decimal strings they came as.
 */
import type {
  DeskLine,
  DeskSnapshot,
  DeskUpdate,
  IncidentView,
  MessageView,
  TradeView,
} from './types.ts';

export interface LiveQuote {
  readonly bid: string;
  readonly ask: string;
  /** When it was true at the market. */
  readonly at: string;
}

export interface Pulse {
  readonly clock: string;
  readonly quotes: Readonly<Record<string, LiveQuote>>;
}

/** What the desk answered in a room. */
export interface Post {
  readonly key: string;
  readonly inReplyTo: string | null;
  readonly text: string;
}

export type Snapshot = DeskSnapshot & { readonly posts?: readonly Post[] };
export type Update = DeskUpdate | { readonly kind: 'post'; readonly post: Post };

/** connecting: not heard yet · live · gone: was live, or cannot be reached. */
export type Link = 'connecting' | 'live' | 'gone';

export interface LiveState {
  readonly link: Link;
  readonly desk: DeskLine | null;
  readonly messages: ReadonlyMap<string, MessageView>;
  readonly trades: ReadonlyMap<string, TradeView>;
  /** Newest first. */
  readonly incidents: readonly IncidentView[];
  /** By the message they answer. */
  readonly posts: ReadonlyMap<string, readonly Post[]>;
  readonly quotes: Readonly<Record<string, LiveQuote>>;
  /** The desk's time less this machine's, in ms. */
  readonly clockOffsetMs: number;
  /** This machine's time when the desk was last heard, ms since 1970; 0 before. */
  readonly heardAt: number;
}

export type LiveEvent =
  | { readonly kind: 'snapshot'; readonly snapshot: Snapshot }
  | { readonly kind: 'update'; readonly update: Update }
  | { readonly kind: 'pulse'; readonly pulse: Pulse }
  | { readonly kind: 'link'; readonly link: Link };

const MESSAGES_MAX = 200;
const TRADES_MAX = 100;
const INCIDENTS_MAX = 50;
const POSTED_TO_MAX = 300;

export const AT_FIRST: LiveState = {
  link: 'connecting',
  desk: null,
  messages: new Map(),
  trades: new Map(),
  incidents: [],
  posts: new Map(),
  quotes: {},
  clockOffsetMs: 0,
  heardAt: 0,
};

/** `now` is this machine's time. Whatever the desk says, it is live by saying it. */
export function foldLive(state: LiveState, event: LiveEvent, now: number): LiveState {
  switch (event.kind) {
    case 'link':
      return state.link === event.link ? state : { ...state, link: event.link };
    case 'snapshot':
      return takeSnapshot({ ...state, link: 'live', heardAt: now }, event.snapshot);
    case 'update':
      return takeUpdate({ ...state, link: 'live', heardAt: now }, event.update);
    case 'pulse':
      return {
        ...state,
        link: 'live',
        heardAt: now,
        quotes: event.pulse.quotes,
        clockOffsetMs: Date.parse(event.pulse.clock) - now,
      };
  }
}

function takeSnapshot(state: LiveState, snapshot: Snapshot): LiveState {
  let posts: LiveState['posts'] = new Map();
  for (const post of snapshot.posts ?? []) posts = withPost(posts, post);
  return {
    ...state,
    desk: snapshot.desk,
    messages: new Map(snapshot.messages.map((message) => [message.key, message])),
    trades: new Map(snapshot.trades.map((trade) => [trade.id, trade])),
    incidents: snapshot.incidents,
    posts,
  };
}

function takeUpdate(state: LiveState, update: Update): LiveState {
  switch (update.kind) {
    case 'message': {
      const messages = withEntry(state.messages, update.message.key, update.message);
      return { ...state, messages: bounded(messages, MESSAGES_MAX, receivedAt) };
    }
    case 'trade': {
      const trades = withEntry(state.trades, update.trade.id, update.trade);
      return { ...state, trades: bounded(trades, TRADES_MAX, openOrNewest) };
    }
    case 'incident': {
      const others = state.incidents.filter(({ seq }) => seq !== update.incident.seq);
      return { ...state, incidents: [update.incident, ...others].slice(0, INCIDENTS_MAX) };
    }
    case 'desk':
      return { ...state, desk: update.desk };
    case 'post':
      return { ...state, posts: withPost(state.posts, update.post) };
    default:
      // A newer desk may tell of things this page does not show.
      return state;
  }
}

function withPost(posts: LiveState['posts'], post: Post): LiveState['posts'] {
  const key = post.inReplyTo ?? '';
  const others = (posts.get(key) ?? []).filter((other) => other.key !== post.key);
  const next = withEntry(posts, key, [...others, post]);
  const [oldest] = next.keys();
  if (next.size > POSTED_TO_MAX && oldest !== undefined) next.delete(oldest);
  return next;
}

function withEntry<T>(map: ReadonlyMap<string, T>, key: string, value: T): Map<string, T> {
  return new Map(map).set(key, value);
}

/** Drops what ranks least. */
function bounded<T>(map: Map<string, T>, most: number, rank: (value: T) => number): Map<string, T> {
  if (map.size <= most) return map;
  const [least] = [...map].toSorted(([, a], [, b]) => rank(a) - rank(b));
  if (least !== undefined) map.delete(least[0]);
  return map;
}

function receivedAt(message: MessageView): number {
  return Date.parse(message.receivedAt);
}

/** Open trades are never dropped for newer ones. */
function openOrNewest(trade: TradeView): number {
  return trade.phase === 'done' ? Date.parse(trade.openedAt) : Number.POSITIVE_INFINITY;
}

/** Newest first. */
export function newestMessages(messages: LiveState['messages']): readonly MessageView[] {
  return [...messages.values()].toSorted((a, b) => receivedAt(b) - receivedAt(a) || b.seq - a.seq);
}

/** Open ones first, then the newest. */
export function orderedTrades(trades: LiveState['trades']): readonly TradeView[] {
  const isDone = (trade: TradeView) => Number(trade.phase === 'done');
  return [...trades.values()].toSorted(
    (a, b) => isDone(a) - isDone(b) || Date.parse(b.openedAt) - Date.parse(a.openedAt),
  );
}
