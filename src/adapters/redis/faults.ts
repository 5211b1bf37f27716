/** What went wrong at Redis, as the bus names it. */
// The errors alone: the client itself is loaded by who dials.
import { ErrorReply, MultiErrorReply } from '@redis/client/dist/lib/errors.js';
import type { BusFault, BusFaultKind } from '#bus/model.ts';

/** First word of an error reply → what it means here. */
const REPLIES: Readonly<Record<string, BusFaultKind>> = {
  OOM: 'full',
  READONLY: 'read_only',
  NOREPLICAS: 'read_only',
  MISCONF: 'read_only',
  MASTERDOWN: 'loading',
  LOADING: 'loading',
  BUSY: 'loading',
  TRYAGAIN: 'loading',
  MOVED: 'moved',
  ASK: 'moved',
  CLUSTERDOWN: 'moved',
  CROSSSLOT: 'moved',
  NOAUTH: 'denied',
  NOPERM: 'denied',
  WRONGPASS: 'denied',
};

const WORDS: Readonly<Partial<Record<BusFaultKind, string>>> = {
  full: 'Redis has no memory left (raise maxmemory, or lower bus.recordsMax)',
  read_only: 'Redis takes no writes: it is a replica, or cannot save',
  loading: 'Redis is starting or busy',
  moved: 'this is one node of a Redis cluster; name one server that holds every key',
  denied: 'Redis refuses the password or the permission of STRIKEWIRE_REDIS_URL',
};

const DETAIL_MAX = 160;

/** After these the connection is made anew: another server may stand behind the name by then. */
const RECONNECT: ReadonlySet<BusFaultKind> = new Set([
  'away',
  'unanswered',
  'read_only',
  'loading',
  'moved',
  'denied',
]);

export function needsNewConnection(kind: BusFaultKind): boolean {
  return RECONNECT.has(kind);
}

/** The fault a thrown error stands for. Never holds a password: replies and codes have none. */
export function faultOf(error: unknown): BusFault {
  if (error instanceof MultiErrorReply) return faultOf(error.errors().next().value);
  if (error instanceof ErrorReply) return replyFault(error.message);
  const name = error instanceof Error ? error.constructor.name : '';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (name === 'Error' && /queue is full/i.test(String(error))) return BUSY;
  if (name === 'ClientClosedError' || name === 'ClientOfflineError') {
    return { kind: 'away', detail: 'there is no connection to Redis' };
  }
  if (name === 'SocketClosedUnexpectedlyError' || name === 'DisconnectsClientError') {
    return { kind: 'unanswered', detail: 'the connection to Redis broke' };
  }
  const what = code === '' ? shorten(error instanceof Error ? error.message : String(error)) : code;
  return { kind: 'away', detail: `Redis cannot be reached (${what})` };
}

export const BUSY: BusFault = {
  kind: 'busy',
  detail: 'too many commands are waiting for Redis already',
};

function replyFault(message: string): BusFault {
  const [, wrapped = ''] = /^(?:EXECABORT|ERR Error running script).*?: (?<inner>[A-Z]+)/.exec(
    message,
  ) ?? ['', ''];
  const [first = ''] = message.replace(/^-/, '').split(' ');
  const kind = REPLIES[first] ?? REPLIES[wrapped] ?? 'refused';
  // Some errors carry what was sent; only the first words are ours to show.
  return { kind, detail: WORDS[kind] ?? `Redis refused: ${shorten(message)}` };
}

function shorten(text: string): string {
  return text.length > DETAIL_MAX ? `${text.slice(0, DETAIL_MAX)}…` : text;
}
