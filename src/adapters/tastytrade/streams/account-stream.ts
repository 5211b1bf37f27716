/**
 * tastytrade's account streamer: whole order objects, the moment they change.
 *
 * Connect first, then heartbeats, each with a token that is valid then; nothing is replayed and
 * nothing is numbered, so after every connect the desk reads the orders itself (`onConnected`).
 * What arrives here is a hint: it may be lost, doubled or late, and older objects are left out.
 */
import type { Random } from '#kernel/random.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { Secret } from '#kernel/secret.ts';
import type { Cancel, Clock } from '#kernel/time.ts';
import type { AccessTokens, OrderFeed, TokenFault } from '../access.ts';
import { type AccountFrame, readAccountFrame } from './account-frames.ts';
import { type Conversation, type LinkHealth, type LinkSession, openLink } from './link.ts';
import { NewestObjects } from './newest.ts';
import type { SocketFactory } from './socket.ts';

export interface AccountStreamOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly openSocket: SocketFactory;
  /** `wss://streamer.tastyworks.com` and the like. */
  readonly url: string;
  readonly account: string;
  readonly tokens: Pick<AccessTokens, 'current' | 'renew'>;
  /** How this program names itself to the venue, as in `strikewire`. */
  readonly source: string;
}

export interface AccountStreamHealth extends LinkHealth {
  /** Order objects handed on. */
  readonly orders: number;
  /** Order objects that told nothing new. */
  readonly repeated: number;
  /** Frames of a shape the venue does not document. */
  readonly unreadable: number;
  /** News that is none of the desk's business, by type. */
  readonly ignored: ReadonlyMap<string, number>;
}

export interface AccountStream extends OrderFeed {
  health(): AccountStreamHealth;
  /** Ends the connection there is and makes another. */
  restart(reason: string): void;
  close(): void;
}

const HEARTBEAT_MS = 20_000;
/** Soon again when no token could be had. */
const HEARTBEAT_AGAIN_MS = 5_000;
const UNANSWERED_MAX = 3;
const TYPES_MAX = 50;

type Answer = Extract<AccountFrame, { kind: 'answer' }>;

interface Told {
  orders: number;
  repeated: number;
  unreadable: number;
  readonly ignored: Map<string, number>;
}

export function openAccountStream(options: AccountStreamOptions): AccountStream {
  const { clock, random, openSocket, url } = options;
  const orderListeners = new Set<(raw: unknown) => void>();
  const connectListeners = new Set<() => void>();
  const newest = new NewestObjects();
  const pass = new Pass(options.tokens);
  const told: Told = { orders: 0, repeated: 0, unreadable: 0, ignored: new Map() };

  function onFrame(frame: Exclude<AccountFrame, Answer>): void {
    switch (frame.kind) {
      case 'order':
        if (!newest.isNews(frame.id, frame.updatedAt, frame.raw, clock.now())) {
          told.repeated += 1;
          return;
        }
        told.orders += 1;
        for (const listener of orderListeners) listener(frame.raw);
        return;
      case 'other':
        countType(told.ignored, frame.type);
        return;
      case 'malformed':
        told.unreadable += 1;
    }
  }

  const link = openLink({
    clock,
    random,
    openSocket,
    async address() {
      const token = await pass.token();
      return token.ok ? ok(url) : err(`no access token: ${token.error.kind}`);
    },
    begin: (session) =>
      converse(session, options, {
        pass,
        onFrame,
        onConnected() {
          for (const listener of connectListeners) listener();
        },
      }),
  });
  return {
    onOrder(listener) {
      orderListeners.add(listener);
      return () => orderListeners.delete(listener);
    },
    onConnected(listener) {
      connectListeners.add(listener);
      return () => connectListeners.delete(listener);
    },
    health: () => ({ ...link.health(), ...told, ignored: new Map(told.ignored) }),
    restart: (reason) => link.restart(reason),
    close: () => link.close(),
  };
}

/**
 * The token shown to the streamer. One that was refused there is renewed once: when the new one is
 * refused too, it was not the token.
 */
class Pass {
  readonly #tokens: AccountStreamOptions['tokens'];
  #shown: Secret | null = null;
  #isSuspect = false;
  #isRenewed = false;

  constructor(tokens: AccountStreamOptions['tokens']) {
    this.#tokens = tokens;
  }

  async token(): Promise<Result<Secret, TokenFault>> {
    const refused = this.#isSuspect ? this.#shown : null;
    this.#isSuspect = false;
    const token = await (refused === null ? this.#tokens.current() : this.#tokens.renew(refused));
    if (token.ok) this.#shown = token.value;
    return token;
  }

  refused(): void {
    this.#isSuspect = !this.#isRenewed;
    this.#isRenewed = true;
  }

  accepted(): void {
    this.#isRenewed = false;
  }
}

interface Surroundings {
  readonly pass: Pass;
  readonly onFrame: (frame: Exclude<AccountFrame, Answer>) => void;
  readonly onConnected: () => void;
}

type Action = 'connect' | 'heartbeat';

function converse(
  session: LinkSession,
  { clock, account, source }: AccountStreamOptions,
  { pass, onFrame, onConnected }: Surroundings,
): Conversation {
  /** Requests not answered yet, the oldest first. */
  const unanswered = new Map<string, Action>();
  let lastRequest = 0;
  let isOver = false;
  let cancelBeat: Cancel = () => {};

  async function request(action: Action, value: object): Promise<'sent' | 'no_token'> {
    const token = await pass.token();
    if (isOver) return 'sent';
    if (!token.ok) return 'no_token';
    lastRequest += 1;
    unanswered.set(String(lastRequest), action);
    const authorization = { 'auth-token': `Bearer ${token.value.reveal()}` };
    session.send({ action, ...value, ...authorization, 'request-id': lastRequest, source });
    return 'sent';
  }

  async function connect(): Promise<void> {
    const outcome = await request('connect', { value: [account] });
    if (outcome === 'no_token') session.drop('no access token to connect with', 'later');
  }

  async function beat(): Promise<void> {
    if (unanswered.size >= UNANSWERED_MAX) {
      session.drop('heartbeats go unanswered', 'at_once');
      return;
    }
    const outcome = await request('heartbeat', {});
    beatAfter(outcome === 'sent' ? HEARTBEAT_MS : HEARTBEAT_AGAIN_MS);
  }

  function beatAfter(ms: number): void {
    if (!isOver) cancelBeat = clock.after(ms, () => void beat());
  }

  function answered(answer: Answer): void {
    const asked = requestOf(answer, unanswered);
    if (asked !== null) unanswered.delete(asked.id);
    if (!answer.isOk) {
      pass.refused();
      session.drop(`${asked?.action ?? answer.action} refused: ${answer.message}`, 'later');
      return;
    }
    if (asked?.action !== 'connect') return;
    pass.accepted();
    session.established();
    beatAfter(HEARTBEAT_MS);
    onConnected();
  }

  void connect();
  return {
    received(message) {
      for (const frame of readAccountFrame(message)) {
        if (isOver) return;
        if (frame.kind === 'answer') answered(frame);
        else onFrame(frame);
      }
    },
    ended() {
      isOver = true;
      cancelBeat();
    },
  };
}

/** Which request is answered: by its id, else by its action, else the oldest. */
function requestOf(
  { requestId, action }: Answer,
  unanswered: ReadonlyMap<string, Action>,
): { readonly id: string; readonly action: Action } | null {
  for (const [id, asked] of unanswered) {
    const isIt = requestId === null ? action === null || action === asked : requestId === id;
    if (isIt) return { id, action: asked };
  }
  return null;
}

function countType(counts: Map<string, number>, type: string): void {
  const counted = counts.get(type);
  if (counted === undefined && counts.size >= TYPES_MAX) return;
  counts.set(type, (counted ?? 0) + 1);
}
