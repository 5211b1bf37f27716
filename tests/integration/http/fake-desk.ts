/** A desk that answers what it is told to, for tests of the server in front of it. */
import { z } from 'zod';
import type { HttpDesk, HttpOptions } from '#adapters/http/desk.ts';
import { createHttpServer, type HttpServer } from '#adapters/http/server.ts';
import { asMessageKey, asTradeId } from '#kernel/ids.ts';
import { epochMs } from '#kernel/time.ts';
import { createVirtualClock, type VirtualClock } from '#kernel/virtual-clock.ts';
import { toAnswerJson } from '#operate/answer-json.ts';
import type { DeskSnapshot, DeskUpdate } from '#operate/api.ts';
import type { Caller, Role } from '#operate/model.ts';
import type { AlertAnswer, AlertRequest, Readiness } from '#operate/ports.ts';
import type { KillState } from '#risk/model.ts';

const NOW = epochMs(Date.parse('2025-12-02T15:30:00Z'));
export const KEYS: Readonly<Record<Role, string>> = {
  viewer: `ak_aaaaaaaaaaaa_${'v'.repeat(43)}`,
  operator: `ak_bbbbbbbbbbbb_${'o'.repeat(43)}`,
  admin: `ak_cccccccccccc_${'a'.repeat(43)}`,
};

export const EMPTY: DeskSnapshot = {
  desk: {
    seq: 1,
    clock: '2025-12-02T15:30:00.000Z',
    environment: 'SIM',
    startedAt: '2025-12-02T15:29:00.000Z',
    version: '0.1.0',
    killState: 'ACTIVE',
    killReason: null,
    account: null,
    counters: {
      messages: 0,
      instructions: 0,
      refused: 0,
      chatter: 0,
      trades: 0,
      openTrades: 0,
      ordersSent: 0,
      priceSteps: 0,
      fills: 0,
      incidents: 0,
    },
    journal: null,
  },
  messages: [],
  trades: [],
  incidents: [],
};

/** The one message that is held. */
export const HELD = 'local:desk:held';

const ANSWER: AlertAnswer = {
  message: asMessageKey('local:desk:1'),
  verdict: 'order',
  code: 'approved',
  detail: 'placed',
  alert: null,
  spans: {},
  sizing: null,
  gates: [],
  orders: [],
  repairs: [],
  candidates: [],
  tradeId: asTradeId('t_aaaaaaaaaaaaaaaa'),
  environment: 'SIM',
};

export interface FakeDesk extends HttpDesk {
  readonly requests: AlertRequest[];
  readonly acts: string[];
  readiness(): Readiness;
  becomeReady(): void;
  failNext(error: Error): void;
  refuseNext(): void;
  emit(update: DeskUpdate): void;
  /** What a reader of the whole desk gets from now on. */
  show(snapshot: DeskSnapshot): void;
}

function createFakeDesk(): FakeDesk {
  const listeners = new Set<(update: DeskUpdate) => void>();
  const requests: AlertRequest[] = [];
  const acts: string[] = [];
  let killState: KillState = 'ACTIVE';
  let readiness: Readiness = { ready: false, reasons: ['the broker has not answered yet'] };
  let failure: Error | null = null;
  let refuses = false;
  let shown = EMPTY;
  const outcome = (act: string) => {
    acts.push(act);
    if (!refuses) return { kind: 'done', detail: act } as const;
    refuses = false;
    return { kind: 'refused', code: 'no_such_trade', detail: 'there is no such trade' } as const;
  };
  return {
    requests,
    acts,
    control: {
      async process(request) {
        requests.push(request);
        if (failure !== null) throw failure;
        return ANSWER;
      },
      killState: () => killState,
      async setKillState(to, actor, reason) {
        killState = to;
        return outcome(`${to} by ${actor}: ${reason}`);
      },
      cancelEntry: async (trade, actor, reason) => outcome(`cancel ${trade} ${actor} ${reason}`),
      closeTrade: async (trade, actor, reason) => outcome(`close ${trade} ${actor} ${reason}`),
    },
    feed: {
      snapshot: () => shown,
      onUpdate(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    async release(message, actor) {
      acts.push(`release ${message} ${actor}`);
      return message === HELD ? ANSWER : null;
    },
    readiness: () => readiness,
    becomeReady() {
      readiness = { ready: true, reasons: [] };
    },
    failNext(error) {
      failure = error;
    },
    refuseNext() {
      refuses = true;
    },
    show(snapshot) {
      shown = snapshot;
    },
    emit(update) {
      for (const listener of listeners) listener(update);
    },
    answerJson: toAnswerJson,
    recentAudit: (limit) => [
      {
        seq: 1,
        at: '2025-12-02T15:30:00.000Z',
        badge: 'SIM',
        kind: 'run.started',
        text: `one of ${limit}`,
        actor: 'engine',
      },
    ],
    metrics: async () => ({
      contentType: 'text/plain; version=0.0.4',
      text: 'strikewire_ready 0\n',
    }),
    pulse: () => ({ clock: '2025-12-02T15:30:00.000Z', quotes: {} }),
    example: async () => 'BTO UBER 78p 12/05 @ 0.75',
  };
}

export const OPTIONS: HttpOptions = {
  host: '127.0.0.1',
  port: 0,
  allowedHosts: [],
  behindProxy: false,
  bodyBytesMax: 102_400,
  requestTimeoutMs: 10_000,
  keepAliveMs: 5_000,
  sessionMs: 60_000,
  streamsMax: 3,
  localCaller: null,
  metricsRole: 'viewer',
  pageDirectory: new URL('../../../web', import.meta.url).pathname,
  authenticate(key): Caller | null {
    const role = (['viewer', 'operator', 'admin'] as const).find((name) => KEYS[name] === key);
    return role === undefined ? null : { id: `key:${role}`, role };
  },
  onAnswered: () => undefined,
};

export interface Served {
  readonly desk: FakeDesk;
  readonly server: HttpServer;
  readonly clock: VirtualClock;
}

export function serve(options: Partial<HttpOptions> = {}): Served {
  const desk = createFakeDesk();
  const clock = createVirtualClock(NOW);
  return { desk, clock, server: createHttpServer(desk, { ...OPTIONS, ...options }, clock) };
}

export function bearer(role: Role): Record<string, string> {
  return { authorization: `Bearer ${KEYS[role]}`, host: '127.0.0.1:7420' };
}

/** What stands at a path of a JSON answer. */
export function at(
  answer: { readonly body: string },
  ...path: readonly (string | number)[]
): unknown {
  let value: unknown = JSON.parse(answer.body);
  for (const step of path) {
    value = z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]).parse(value);
    value = Reflect.get(Object(value), step);
  }
  return value;
}
