/** A desk that answers what it is told to, for tests of the server in front of it. */
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import type { HttpDesk, HttpOptions } from '#adapters/http/desk.ts';
import { createHttpServer, type HttpServer } from '#adapters/http/server.ts';
import { actRoutes } from '#app/api/desk-routes.ts';
import { createRequestLedger, RequestMemory } from '#app/api/request-ledger.ts';
import { createLogins } from '#app/people/logins.ts';
import { hashPassword } from '#app/people/passwords.ts';
import type { Recorded } from '#events/record.ts';
import { asMessageKey, asTradeId } from '#kernel/ids.ts';
import { epochMs } from '#kernel/time.ts';
import { createVirtualClock, type VirtualClock } from '#kernel/virtual-clock.ts';
import { bind, check, ok } from '#operate/api/bind.ts';
import { ROUTES } from '#operate/api/table.ts';
import type { DeskSnapshot, DeskUpdate } from '#operate/api.ts';
import { type Caller, type OperatorRecord, ROLES, type Role } from '#operate/model.ts';
import type {
  AlertAnswer,
  AlertRequest,
  ArmingControl,
  BoundRoute,
  DeskControl,
  OperatorStore,
  Readiness,
  Standing,
} from '#operate/ports.ts';
import type { Desk } from '#orders/desk.ts';
import type { DeskRecord } from '#orders/model.ts';
import type { Environment, KillState } from '#risk/model.ts';
import { EMPTY_DESK } from '../../fixtures/desk-views.ts';

const NOW = epochMs(Date.parse('2025-12-02T15:30:00Z'));
export const KEYS: Readonly<Record<Role, string>> = {
  viewer: `ak_aaaaaaaaaaaa_${'v'.repeat(43)}`,
  operator: `ak_bbbbbbbbbbbb_${'o'.repeat(43)}`,
  admin: `ak_cccccccccccc_${'a'.repeat(43)}`,
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
  readonly people: OperatorStore;
  /** What the ledger put on record. */
  readonly records: Recorded<DeskRecord>[];
  /** Of those, what is on disk. */
  readonly onDisk: Recorded<DeskRecord>[];
  becomeReady(): void;
  failNext(error: Error): void;
  refuseNext(): void;
  emit(update: DeskUpdate): void;
  /** What a reader of the whole desk gets from now on. */
  show(snapshot: DeskSnapshot): void;
  /** Holds the next act back until the returned function is called. */
  holdNext(): () => void;
}

/** The one person who can log in, with the password of this desk. */
export const PERSON = { name: 'alice', password: 'correct horse battery' };
const PERSON_DIGEST = await hashPassword(PERSON.password);

function memoryPeople(): OperatorStore {
  const people = new Map<string, OperatorRecord>();
  return {
    find: (name) => people.get(name) ?? null,
    list: () => [...people.values()],
    put: (record) => void people.set(record.name, record),
    remove: (name) => people.delete(name),
  };
}

/** A journal of nothing but a list. */
function listRecorder({
  records,
  onDisk,
}: Pick<FakeDesk, 'records' | 'onDisk'>): Pick<Desk, 'record' | 'now'> {
  return {
    now: () => NOW,
    record(drafts, durability) {
      const stamped = drafts.map((draft, n) => ({
        ...draft,
        ...{ v: 1, seq: records.length + n + 1, run: 'r_1', wall: NOW, mono: 0 },
      }));
      records.push(...stamped);
      if (durability === 'lazy') return { records: stamped, durable: Promise.resolve() };
      const durable = setImmediate().then(() => void onDisk.push(...stamped));
      return { records: stamped, durable };
    },
  };
}

function createFakeDesk(clock: VirtualClock, environment: Environment): FakeDesk {
  const listeners = new Set<(update: DeskUpdate) => void>();
  const requests: AlertRequest[] = [];
  const acts: string[] = [];
  const records: Recorded<DeskRecord>[] = [];
  const onDisk: Recorded<DeskRecord>[] = [];
  const people = memoryPeople();
  const kept = { totp: null, recovery: [], createdAt: NOW };
  people.put({ ...kept, name: PERSON.name, role: 'admin', password: PERSON_DIGEST });
  let killState: KillState = 'ACTIVE';
  let readiness: Readiness = { ready: false, reasons: ['the broker has not answered yet'] };
  let failure: Error | null = null;
  let refuses = false;
  let shown = EMPTY_DESK;
  let held: Promise<void> = Promise.resolve();
  const outcome = async (act: string) => {
    await held;
    acts.push(act);
    if (!refuses) return { kind: 'done', detail: act } as const;
    refuses = false;
    return { kind: 'refused', code: 'no_such_trade', detail: 'there is no such trade' } as const;
  };
  const control: DeskControl = {
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
    cancelEntry: (trade, actor, reason) => outcome(`cancel ${trade} ${actor} ${reason}`),
    closeTrade: (trade, actor, reason) => outcome(`close ${trade} ${actor} ${reason}`),
    releaseTrade: (trade, actor, reason) => outcome(`release ${trade} ${actor} ${reason}`),
  };
  const arming: ArmingControl = {
    state: () => ({
      state: 'disarmed',
      account: '****1234',
      until: null,
      certificate: 'c1',
      certificateFault: null,
    }),
    challenge: async () => ({
      kind: 'challenged',
      code: '123456',
      expiresAt: '2025-12-02T15:32:00.000Z',
    }),
    arm: ({ actor, code, lastFour }) => outcome(`arm ${lastFour} ${code} ${actor}`),
    disarm: (actor, reason) => outcome(`disarm ${actor} ${reason}`),
  };
  const answers = async (message: string, act: string) => {
    acts.push(`${act} ${message}`);
    return message === HELD ? ANSWER : null;
  };
  return {
    ...{ requests, acts, people, records, onDisk },
    endpoints: ROUTES,
    routes: withStubs(
      actRoutes({
        ...{ control, arming, environment },
        lane: {
          release: (message) => answers(message, 'release'),
          dismiss: (message) => answers(message, 'dismiss'),
        },
        example: async () => 'BTO UBER 78p 12/05 @ 0.75',
      }),
    ),
    check,
    ledger: createRequestLedger(listRecorder({ records, onDisk }), new RequestMemory(), clock),
    logins: createLogins(people, clock),
    feed: {
      snapshot: () => shown,
      seq: () => shown.desk.seq,
      onUpdate(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
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
    holdNext() {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return resolve;
    },
    metrics: async () => ({
      contentType: 'text/plain; version=0.0.4',
      text: 'strikewire_ready 0\n',
    }),
    pulse: () => ({ clock: '2025-12-02T15:30:00.000Z', quotes: {} }),
  };
}

/** Answered by the server itself. */
const OWN = /^(?:\/healthz|\/readyz|\/metrics|\/api\/v1\/(?:snapshot|events|session.*))$/;

/** Every other declared route answers with nothing: what comes before it is looked at. */
function withStubs(bound: readonly BoundRoute[]): readonly BoundRoute[] {
  const known = new Set(bound.map(({ endpoint }) => endpoint));
  const rest = ROUTES.filter((endpoint) => !known.has(endpoint) && !OWN.test(endpoint.path));
  return [...bound, ...rest.map((endpoint) => bind(endpoint, () => ok({ rows: [] })))];
}

const OPTIONS: HttpOptions = {
  host: '127.0.0.1',
  port: 0,
  allowedHosts: [],
  behindProxy: false,
  bodyBytesMax: 102_400,
  requestTimeoutMs: 10_000,
  keepAliveMs: 5_000,
  sessionMs: 60_000,
  sessionIdleMs: 60_000,
  streamsMax: 3,
  streamsPerCaller: 3,
  requestsPerMinute: 100_000,
  localCaller: null,
  metricsRole: 'viewer',
  pageDirectory: new URL('page', import.meta.url).pathname,
  authenticate(key): Caller | null {
    const role = (['viewer', 'operator', 'admin'] as const).find((name) => KEYS[name] === key);
    return role === undefined ? null : { id: `key:${role}`, role };
  },
  standing: (caller) => standingOf(caller),
  onAnswered: () => undefined,
};

function standingOf(caller: string): Standing | null {
  if (caller === 'local:operator') return { role: 'admin', stamp: '' };
  const role = ROLES.find((name) => caller === `key:${name}`);
  return role === undefined ? null : { role, stamp: '' };
}

export interface Served {
  readonly desk: FakeDesk;
  readonly server: HttpServer;
  readonly clock: VirtualClock;
}

export function serve(
  options: Partial<HttpOptions> = {},
  environment: Environment = 'simulated',
): Served {
  const clock = createVirtualClock(NOW);
  const desk = createFakeDesk(clock, environment);
  const standing = (caller: string) => desk.logins.standing(caller) ?? standingOf(caller);
  const server = createHttpServer(desk, { ...OPTIONS, standing, ...options }, clock);
  return { desk, clock, server };
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
