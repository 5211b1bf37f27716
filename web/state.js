/** What the page knows of the desk: the last snapshot, and every change since. */

/** @typedef {import('../src/operate/api.ts').DeskSnapshot} DeskSnapshot */
/** @typedef {import('../src/operate/api.ts').DeskUpdate} DeskUpdate */
/** @typedef {import('../src/operate/api.ts').MessageView} MessageView */
/** @typedef {import('../src/operate/api.ts').TradeView} TradeView */
/** @typedef {import('../src/operate/api.ts').IncidentView} IncidentView */
/** @typedef {import('../src/operate/api.ts').DeskLine} DeskLine */
/** @typedef {{ key: string, inReplyTo: string | null, text: string }} Post */
/** @typedef {{ bid: string, ask: string, at: string }} LiveQuote */
/** @typedef {{ clock: string, quotes: Record<string, LiveQuote> }} Pulse */

const MESSAGES_MAX = 200;
const TRADES_MAX = 100;
const POSTS_MAX = 500;

export const state = {
  /** @type {DeskLine | null} */
  desk: null,
  /** @type {Map<string, MessageView>} */
  messages: new Map(),
  /** @type {Map<string, TradeView>} */
  trades: new Map(),
  /** @type {IncidentView[]} */
  incidents: [],
  /** What the desk answered in the room, by the message it answers. @type {Map<string, Post[]>} */
  posts: new Map(),
  /** @type {Record<string, LiveQuote>} */
  quotes: {},
  /** The desk's time less this machine's, in ms. */
  clockOffsetMs: 0,
  isLive: false,
};

/** The desk's time now. */
export function deskNow() {
  return Date.now() + state.clockOffsetMs;
}

/** @param {DeskSnapshot & { posts?: Post[] }} snapshot */
export function takeSnapshot(snapshot) {
  state.desk = snapshot.desk;
  state.messages = new Map(snapshot.messages.map((message) => [message.key, message]));
  state.trades = new Map(snapshot.trades.map((trade) => [trade.id, trade]));
  state.incidents = [...snapshot.incidents];
  state.posts = new Map();
  for (const post of snapshot.posts ?? []) takePost(post);
}

/**
 * @param {DeskUpdate | { kind: 'post', post: Post }} update
 */
export function takeUpdate(update) {
  switch (update.kind) {
    case 'message':
      state.messages.set(update.message.key, update.message);
      bound(state.messages, MESSAGES_MAX, (message) => Date.parse(message.receivedAt));
      break;
    case 'trade':
      state.trades.set(update.trade.id, update.trade);
      bound(state.trades, TRADES_MAX, (trade) =>
        trade.phase === 'done' ? Date.parse(trade.openedAt) : Number.POSITIVE_INFINITY,
      );
      break;
    case 'incident':
      state.incidents = [update.incident, ...state.incidents].slice(0, 50);
      break;
    case 'desk':
      state.desk = update.desk;
      break;
    case 'post':
      takePost(update.post);
      break;
  }
}

/** @param {Post} post */
function takePost(post) {
  const key = post.inReplyTo ?? '';
  const others = (state.posts.get(key) ?? []).filter((other) => other.key !== post.key);
  state.posts.set(key, [...others, post]);
  bound(state.posts, POSTS_MAX, () => 0);
}

/** @param {Pulse} pulse */
export function takePulse(pulse) {
  state.clockOffsetMs = Date.parse(pulse.clock) - Date.now();
  state.quotes = pulse.quotes;
}

/**
 * @template T
 * @param {Map<string, T>} map
 * @param {number} most
 * @param {(value: T) => number} rank the least goes first
 */
function bound(map, most, rank) {
  if (map.size <= most) return;
  let least = map.keys().next().value;
  let leastRank = Number.POSITIVE_INFINITY;
  for (const [key, value] of map) {
    if (rank(value) < leastRank) {
      least = key;
      leastRank = rank(value);
    }
  }
  if (least !== undefined) map.delete(least);
}
