/** What one role asks of another, over a bus that anybody may write to, repeat or hold back. */
import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryBus, type MemoryBusStore } from '#adapters/memory/bus.ts';
import { sealedStatus } from '#app/bus/desk-bus.ts';
import { createSeal } from '#app/bus/seal.ts';
import { Asker, type Heard } from '#app/roles/asker.ts';
import { DeskWatch } from '#app/roles/desk-watch.ts';
import { type Act, REQUESTS } from '#app/roles/exchange.ts';
import { type Done, RequestDesk } from '#app/roles/request-desk.ts';
import type { Bus } from '#bus/ports.ts';
import { BusSettingsSchema } from '#bus/settings.ts';
import { Secret } from '#kernel/secret.ts';
import { epochMs } from '#kernel/time.ts';
import { createVirtualClock, type VirtualClock } from '#kernel/virtual-clock.ts';

const SEAL = createSeal(new Secret('the-roles-own-secret-of-32-characters'));
const OTHER_SEAL = createSeal(new Secret('somebody-elses-secret-32-characters-'));
const HALT: Act = {
  ...{ op: 'http', caller: 'local:operator', needsCode: false, key: null },
  ...{ method: 'PUT', path: '/api/v1/kill-state', body: { to: 'HALT' } },
};

let clock: VirtualClock;
let store: MemoryBusStore;
let done: Act[];
let answer: (act: Act) => Promise<Done>;

beforeEach(() => {
  clock = createVirtualClock(epochMs(1_000_000));
  store = createMemoryBus(clock, BusSettingsSchema.parse({}));
  done = [];
  answer = async () => ({ status: 200, text: '{"done":true}' });
});

async function run(ms: number): Promise<void> {
  for (let step = 0; step < ms; step += 50) {
    await turn();
    clock.advance(50);
  }
  await turn();
}

async function speak(ofRun = 'r_1', seal = SEAL, takes = true): Promise<void> {
  const own = { ready: true, reasons: [], seq: 0, clock: 'now', quotes: {} };
  const said = { run: ofRun, at: clock.now(), takes, ...own };
  const put = { desk: sealedStatus(seal, said) };
  const change = { table: 'status', put, remove: [], whole: false, idleMs: null };
  await store.hot.put([change], 100);
}

function openDesk(ofRun = 'r_1', seal = SEAL): RequestDesk {
  const desk = new RequestDesk({
    ...{ bus: store.bus, seal, clock, run: ofRun, ageMsMax: 5_000 },
    perform(act) {
      done.push(act);
      return answer(act);
    },
  });
  desk.start();
  return desk;
}

async function openAsker(bus: Bus = store.bus): Promise<Asker> {
  const watch = new DeskWatch(store.hot, SEAL, clock);
  await watch.start();
  let ids = 0;
  const newId = (): string => {
    ids += 1;
    return `q${ids}`;
  };
  const asker = new Asker({
    ...{ bus, seal: SEAL, clock, watch, newId },
    ...{ instance: 'i_1', answerWithinMs: 9_000 },
  });
  asker.start();
  return asker;
}

/** What is heard, and after how much time. */
async function hear(asking: Promise<Heard>, withinMs = 12_000): Promise<Heard> {
  let heard: Heard | null = null;
  void asking.then((one) => {
    heard = one;
  });
  for (let waited = 0; heard === null && waited < withinMs; waited += 50) await run(50);
  if (heard === null) throw new Error('nothing was heard');
  return heard;
}

describe('a request to the desk', () => {
  it('is carried out and answered', async () => {
    await speak();
    openDesk();
    const asker = await openAsker();
    expect(await hear(asker.ask(HALT))).toEqual({
      ...{ kind: 'answered', status: 200, text: '{"done":true}' },
    });
    expect(done).toEqual([HALT]);
  });

  it('may come without a body', async () => {
    await speak();
    openDesk();
    const asker = await openAsker();
    const question: Act = { ...HALT, method: 'GET', path: '/api/v1/health', body: null };
    expect(await hear(asker.ask(question))).toMatchObject({ kind: 'answered' });
    expect(await hear(asker.ask({ op: 'records', from: 1 }))).toMatchObject({ kind: 'answered' });
    expect(done).toEqual([question, { op: 'records', from: 1 }]);
  });

  it('is held up by no other one that takes its time', async () => {
    await speak();
    openDesk();
    const asker = await openAsker();
    const slow = Promise.withResolvers<Done>();
    answer = async (act) =>
      'path' in act && act.path === '/slow' ? slow.promise : { status: 200, text: '' };
    const first = asker.ask({ ...HALT, path: '/slow' });
    expect(await hear(asker.ask(HALT), 1_000)).toMatchObject({ kind: 'answered' });
    slow.resolve({ status: 200, text: 'late' });
    expect(await hear(first)).toMatchObject({ text: 'late' });
  });

  it('that is put on the bus again is carried out once', async () => {
    await speak();
    const desk = openDesk();
    const asker = await openAsker();
    await hear(asker.ask(HALT));
    const [sent] = await entries();
    for (let time = 0; time < 3; time += 1) await store.bus.publish(REQUESTS, [sent ?? {}]);
    await run(1_000);
    expect(done).toHaveLength(1);
    expect(desk.figures()).toMatchObject({ done: 1, repeated: 3 });
  });

  it('that the desk fails at is answered, and the next one is taken', async () => {
    await speak();
    openDesk();
    const asker = await openAsker();
    answer = async () => Promise.reject(new Error('broken'));
    expect(await hear(asker.ask(HALT))).toMatchObject({ kind: 'answered', status: 500 });
    answer = async () => ({ status: 200, text: '' });
    expect(await hear(asker.ask(HALT))).toMatchObject({ kind: 'answered', status: 200 });
  });

  it('that arrives too late is refused', async () => {
    await speak();
    const asker = await openAsker();
    const asking = asker.ask(HALT);
    await run(6_000);
    openDesk();
    expect(await hear(asking)).toEqual({ kind: 'refused', reason: 'too_late' });
    expect(done).toEqual([]);
  });

  it('that was meant for an earlier run of the desk is refused', async () => {
    await speak('r_1');
    const asker = await openAsker();
    const asking = asker.ask(HALT);
    openDesk('r_2');
    expect(await hear(asking)).toEqual({ kind: 'refused', reason: 'other_run' });
    expect(done).toEqual([]);
  });

  it('under another seal, or changed on its way, is not looked at', async () => {
    await speak();
    const desk = openDesk();
    const asker = await openAsker();
    await hear(asker.ask(HALT));
    const [sent] = await entries();
    const text = (sent?.['text'] ?? '').replace('q1', 'q2');
    await store.bus.publish(REQUESTS, [
      { text, mac: sent?.['mac'] ?? '' },
      { text, mac: OTHER_SEAL('request', text) },
      { text, mac: '' },
      { text, mac: SEAL('answer', text) },
      { text: 'nonsense', mac: SEAL('request', 'nonsense') },
      {},
    ]);
    await run(1_000);
    expect(done).toHaveLength(1);
    expect(desk.figures().unsealed).toBe(6);
    expect((await store.bus.standing('requests', 'desk')).ok).toBe(true);
  });

  it('of the future is refused: the clocks differ', async () => {
    await speak();
    const asker = await openAsker();
    clock.step(-60_000);
    openDesk();
    expect(await hear(asker.ask(HALT))).toEqual({ kind: 'refused', reason: 'ahead' });
    expect(done).toEqual([]);
  });

  it('is of the age the desk counts, whatever the clock of who asks', async () => {
    await speak();
    openDesk();
    const skewed = createVirtualClock(epochMs(77));
    const watch = new DeskWatch(store.hot, SEAL, { ...clock, now: skewed.now });
    await watch.start();
    expect(Math.abs((watch.deskNow() ?? 0) - clock.now())).toBeLessThan(100);
  });
});

describe('who asks the desk', () => {
  it('learns that there is none, and nothing was sent', async () => {
    const asker = await openAsker();
    expect(await hear(asker.ask(HALT))).toMatchObject({ kind: 'unreachable' });
    expect(await entries()).toEqual([]);
  });

  it('believes in no desk under another seal', async () => {
    await speak('r_evil', OTHER_SEAL);
    const asker = await openAsker();
    const heard = await hear(asker.ask(HALT));
    expect(heard).toMatchObject({ kind: 'unreachable' });
    expect(JSON.stringify(heard)).toContain('STRIKEWIRE_ROLES_SECRET');
  });

  it('learns that the desk takes nothing more', async () => {
    await speak('r_1', SEAL, false);
    const asker = await openAsker();
    expect(await hear(asker.ask(HALT))).toMatchObject({ kind: 'unreachable' });
  });

  it('learns that a desk has fallen silent', async () => {
    await speak();
    const asker = await openAsker();
    await run(8_000);
    expect(await hear(asker.ask(HALT))).toMatchObject({ kind: 'unreachable' });
  });

  it('is told so when no answer comes, within its bound', async () => {
    await speak();
    openDesk();
    const asker = await openAsker();
    answer = async () => new Promise<Done>(() => undefined);
    const from = clock.mono();
    const asking = asker.ask(HALT);
    for (let second = 0; second < 9; second += 1) {
      await run(1_000);
      await speak();
    }
    expect(await hear(asking)).toEqual({ kind: 'silent' });
    expect(clock.mono() - from).toBeLessThanOrEqual(10_000);
  });

  it('learns at once that the bus is away', async () => {
    await speak();
    openDesk();
    const asker = await openAsker();
    store.fail('away');
    expect(await hear(asker.ask(HALT), 1_000)).toMatchObject({ kind: 'unreachable' });
    store.fail(null);
    await run(1_000);
    expect(done).toEqual([]);
  });

  it('still hears an answer when it was not known whether the request got there', async () => {
    await speak();
    openDesk();
    const { bus } = store;
    const asker = await openAsker({
      consumer: (request) => bus.consumer(request),
      standing: async (stream, group) => bus.standing(stream, group),
      read: async (request) => bus.read(request),
      async publish(stream, given) {
        await bus.publish(stream, given);
        return { ok: false, error: { kind: 'unanswered', detail: 'cut' } };
      },
    });
    expect(await hear(asker.ask(HALT))).toMatchObject({ kind: 'answered' });
  });
});

async function entries(): Promise<readonly Readonly<Record<string, string>>[]> {
  const read = await store.bus.read({ stream: 'requests', after: null, max: 100, waitMs: 0 });
  return read.ok ? read.value.map(({ fields }) => fields) : [];
}
