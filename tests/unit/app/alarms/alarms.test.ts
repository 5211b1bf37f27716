/** What the desk watches for, over minutes of virtual time and over restarts. */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Alarms } from '#app/alarms/alarms.ts';
import type { DeskEntry } from '#audit/model.ts';
import { Secret } from '#kernel/secret.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';
import { AlarmMemory } from '#operate/alarms/memory.ts';
import { ALARMS_SETTINGS } from '#operate/alarms/settings.ts';
import type { AlarmFigures } from '#operate/alarms/table.ts';
import type { AlarmReceiver, AlarmTaken } from '#operate/ports.ts';
import type { DeskRecord } from '#orders/model.ts';
import { instant } from '../../../fixtures/desk-log.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** A desk's record and clock over any number of runs, and a receiver that may be away. */
class Ground {
  readonly clock = createVirtualClock(instant('2025-12-01T15:00:00Z'));
  readonly entries: DeskEntry[] = [];
  readonly sent: { readonly body: string; readonly signature: string | null }[] = [];
  figures: Partial<AlarmFigures> = {};
  answer: AlarmTaken = { kind: 'taken' };
  memory = new AlarmMemory();
  alarms!: Alarms;
  #settings;

  constructor(settings: Parameters<typeof ALARMS_SETTINGS.parse>[0] = {}) {
    this.#settings = ALARMS_SETTINGS.parse(settings);
    this.start();
  }

  /** As after a restart: nothing is known but the record. */
  start(): void {
    this.memory = new AlarmMemory();
    for (const entry of this.entries) this.memory.take(entry);
    const receiver: AlarmReceiver = {
      send: async (body, signature) => {
        this.sent.push({ body, signature });
        return this.answer;
      },
    };
    this.alarms = new Alarms({
      clock: this.clock,
      memory: this.memory,
      settings: this.#settings,
      receiver,
      signingKey: new Secret('a key to sign with'),
      badge: 'SIM',
      desk: {
        record: (drafts) => ({
          records: drafts.map((draft) => this.#record(draft)),
          durable: Promise.resolve(),
        }),
        incident: (code, detail) => {
          throw new Error(`${code}: ${detail}`);
        },
      },
    });
    this.alarms.lookAt(() => this.figures);
    this.alarms.start();
  }

  async restart(settings?: Parameters<typeof ALARMS_SETTINGS.parse>[0]): Promise<void> {
    await this.alarms.stop();
    if (settings !== undefined) this.#settings = ALARMS_SETTINGS.parse(settings);
    this.start();
  }

  /** In looks of five seconds, as it happens. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 5 * SECOND_MS) {
      this.clock.advance(5 * SECOND_MS);
      await turn();
    }
  }

  /** `alarm.raised unresolved_order`, oldest first. */
  told(): readonly string[] {
    return this.entries.flatMap((entry) =>
      entry.kind === 'alarm.raised' || entry.kind === 'alarm.cleared'
        ? [`${entry.kind} ${entry.body.alarm}`]
        : [],
    );
  }

  viewOf(name: string) {
    return this.alarms.list().find((one) => one.name === name);
  }

  #record<D extends DeskRecord>(draft: D) {
    const stamp = { v: 1, seq: this.entries.length + 1, run: 'r', mono: this.clock.mono() };
    const entry = { ...draft, ...stamp, wall: this.clock.now() };
    this.entries.push(entry);
    this.memory.take(entry);
    return entry;
  }
}

const Payload = z.looseObject({ text: z.string() });

function read(body = ''): z.output<typeof Payload> {
  return Payload.parse(JSON.parse(body));
}

const RAISED = 'alarm.raised unresolved_order';
const CLEARED = 'alarm.cleared unresolved_order';

describe('an alarm', () => {
  it('is raised when it has held for its time, and not before', async () => {
    const ground = new Ground();
    ground.figures = { unresolvedOrders: 1 };
    await ground.pass(MINUTE_MS);
    expect(ground.told()).toEqual([]);
    await ground.pass(10 * SECOND_MS);
    expect(ground.told()).toEqual([RAISED]);
  });

  it('is not raised by what passes by itself', async () => {
    const ground = new Ground();
    for (let times = 0; times < 5; times += 1) {
      ground.figures = { unresolvedOrders: 1 };
      await ground.pass(50 * SECOND_MS);
      ground.figures = { unresolvedOrders: 0 };
      await ground.pass(5 * SECOND_MS);
    }
    expect(ground.told()).toEqual([]);
  });

  it('is over when it has not held for a while, and says so once', async () => {
    const ground = new Ground();
    ground.figures = { unresolvedOrders: 1 };
    await ground.pass(2 * MINUTE_MS);
    ground.figures = { unresolvedOrders: 0 };
    await ground.pass(20 * SECOND_MS);
    expect(ground.told()).toEqual([RAISED]);
    await ground.pass(5 * MINUTE_MS);
    expect(ground.told()).toEqual([RAISED, CLEARED]);
  });

  it('is told again until somebody takes note of it', async () => {
    const ground = new Ground();
    ground.figures = { unresolvedOrders: 1 };
    await ground.pass(32 * MINUTE_MS);
    expect(ground.told()).toEqual([RAISED, RAISED, RAISED]);
    const answer = await ground.alarms.acknowledge('unresolved_order', 'local:operator');
    expect(answer.kind).toBe('done');
    await ground.pass(60 * MINUTE_MS);
    expect(ground.told()).toHaveLength(3);
    expect(ground.viewOf('unresolved_order')).toMatchObject({
      state: 'acknowledged',
      acknowledgedBy: 'local:operator',
    });
  });

  it('that was over and comes back is told again, whoever took note before', async () => {
    const ground = new Ground();
    ground.figures = { unresolvedOrders: 1 };
    await ground.pass(2 * MINUTE_MS);
    await ground.alarms.acknowledge('unresolved_order', 'local:operator');
    ground.figures = { unresolvedOrders: 0 };
    await ground.pass(MINUTE_MS);
    ground.figures = { unresolvedOrders: 2 };
    await ground.pass(2 * MINUTE_MS);
    expect(ground.told()).toEqual([RAISED, CLEARED, RAISED]);
    expect(ground.viewOf('unresolved_order')?.state).toBe('raised');
  });

  it('stays raised, and taken note of, over a restart, and is over after it', async () => {
    const ground = new Ground();
    ground.figures = { unresolvedOrders: 1 };
    await ground.pass(2 * MINUTE_MS);
    await ground.alarms.acknowledge('unresolved_order', 'local:operator');
    await ground.restart();
    await ground.pass(30 * MINUTE_MS);
    expect(ground.told()).toEqual([RAISED]);
    ground.figures = {};
    await ground.pass(MINUTE_MS);
    expect(ground.told()).toEqual([RAISED, CLEARED]);
  });

  it('that is under its threshold is raised from below', async () => {
    const ground = new Ground();
    ground.figures = { freeMebibytes: 1_025 };
    await ground.pass(5 * MINUTE_MS);
    expect(ground.told()).toEqual([]);
    ground.figures = { freeMebibytes: 1_023 };
    await ground.pass(2 * MINUTE_MS);
    expect(ground.told()).toEqual(['alarm.raised disk_low']);
  });

  it('is raised where the configuration says, and never when it is off', async () => {
    const rules = {
      unresolved_order: { at: 3, forMs: 10 * SECOND_MS },
      not_ready: { enabled: false },
    };
    const ground = new Ground({ rules });
    ground.figures = { unresolvedOrders: 3, notReady: 1 };
    await ground.pass(5 * MINUTE_MS);
    expect(ground.told()).toEqual([]);
    ground.figures = { unresolvedOrders: 4, notReady: 1 };
    await ground.pass(20 * SECOND_MS);
    expect(ground.told()).toEqual([RAISED]);
    expect(ground.viewOf('not_ready')?.state).toBe('off');
  });

  it('that was raised is over once it is switched off', async () => {
    const ground = new Ground();
    ground.figures = { unresolvedOrders: 1 };
    await ground.pass(2 * MINUTE_MS);
    await ground.restart({ rules: { unresolved_order: { enabled: false } } });
    await ground.pass(2 * MINUTE_MS);
    expect(ground.told()).toEqual([RAISED, CLEARED]);
    await ground.restart({});
    expect(ground.viewOf('unresolved_order')?.state).toBe('quiet');
  });

  it('is not raised by a clock that is set', async () => {
    const ground = new Ground();
    ground.figures = { unresolvedOrders: 1 };
    await ground.pass(20 * SECOND_MS);
    ground.clock.step(10 * MINUTE_MS);
    await ground.pass(20 * SECOND_MS);
    expect(ground.told()).toEqual([]);
  });

  it('that is not raised cannot be taken note of', async () => {
    const ground = new Ground();
    expect(await ground.alarms.acknowledge('unresolved_order', 'local:operator')).toMatchObject({
      kind: 'refused',
      code: 'not_raised',
    });
  });
});

describe('the receiver of alarms', () => {
  it('is told each once, signed, with what to do', async () => {
    const ground = new Ground();
    ground.figures = { unresolvedOrders: 2 };
    await ground.pass(3 * MINUTE_MS);
    expect(ground.sent).toHaveLength(1);
    const [one] = ground.sent;
    expect(read(one?.body)).toMatchObject({
      kind: 'alarm.raised',
      alarm: 'unresolved_order',
      badge: 'SIM',
    });
    expect(read(one?.body).text).toContain(
      '[SIM] The fate of an order is unknown: 2 orders. It counts',
    );
    expect(one?.signature).toMatch(/^sha256=[0-9a-f]{64}$/);
  });

  it('is tried again while it is away, ever more rarely, and told in order', async () => {
    const ground = new Ground();
    ground.answer = { kind: 'away', detail: 'no answer' };
    ground.figures = { unresolvedOrders: 1 };
    await ground.pass(5 * MINUTE_MS);
    ground.figures = {};
    await ground.pass(5 * MINUTE_MS);
    const triesWhileAway = ground.sent.length;
    expect(triesWhileAway).toBeLessThan(8);
    ground.answer = { kind: 'taken' };
    await ground.pass(10 * MINUTE_MS);
    const kinds = ground.sent
      .slice(triesWhileAway)
      .map(({ body }) => /"kind":"(?<kind>[^"]+)"/.exec(body)?.groups?.['kind']);
    expect(kinds).toEqual(['alarm.raised', 'alarm.cleared']);
  });

  it('is told after a restart of what it had not taken before', async () => {
    const ground = new Ground();
    ground.answer = { kind: 'away', detail: 'no answer' };
    ground.figures = { unresolvedOrders: 1 };
    await ground.pass(2 * MINUTE_MS);
    ground.answer = { kind: 'taken' };
    const before = ground.sent.length;
    await ground.restart();
    await ground.pass(MINUTE_MS);
    await ground.restart();
    await ground.pass(MINUTE_MS);
    expect(ground.sent.length - before).toBe(1);
  });

  it('is not told of what is an hour old, nor again of what it refused', async () => {
    const ground = new Ground({ repeatMs: 86_400_000 });
    ground.answer = { kind: 'away', detail: 'no answer' };
    ground.figures = { unresolvedOrders: 1 };
    await ground.pass(65 * MINUTE_MS);
    const before = ground.sent.length;
    ground.answer = { kind: 'refused', detail: 'the receiver answered 410' };
    await ground.pass(10 * MINUTE_MS);
    expect(ground.sent).toHaveLength(before);
    await ground.alarms.test('disk_low', 'local:operator');
    await ground.pass(10 * MINUTE_MS);
    expect(ground.sent).toHaveLength(before + 1);
    expect(ground.entries.filter(({ kind }) => kind === 'alarm.told')).toHaveLength(2);
  });

  it('misses no alarm over tests, however many were told while it was away', async () => {
    const ground = new Ground();
    ground.answer = { kind: 'away', detail: 'no answer' };
    ground.figures = { unresolvedOrders: 1 };
    await ground.pass(90 * SECOND_MS);
    for (let n = 0; n < 250; n += 1) await ground.alarms.test('disk_low', 'local:operator');
    const before = ground.sent.length;
    ground.answer = { kind: 'taken' };
    await ground.pass(10 * MINUTE_MS);
    expect(ground.sent.slice(before).map(({ body }) => read(body).text)).toContainEqual(
      expect.stringContaining('The fate of an order is unknown'),
    );
  });

  it('hears a test that raises nothing', async () => {
    const ground = new Ground();
    const answer = await ground.alarms.test('disk_low', 'local:operator');
    expect(answer).toMatchObject({ kind: 'done' });
    await ground.pass(10 * SECOND_MS);
    expect(ground.sent.map(({ body }) => read(body).text)).toEqual([
      expect.stringContaining('[SIM] A test: the disk'),
    ]);
    expect(ground.viewOf('disk_low')?.state).toBe('quiet');
  });
});
