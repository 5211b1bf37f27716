/**
 * The bus within one process: what runs when no Redis is configured, and what tests break at will.
 * Bounded as the real one is, and nothing of it outlives the process.
 */
import type {
  BusEntry,
  BusFault,
  BusFaultKind,
  BusLimits,
  Fields,
  HotChange,
  HotValue,
  Owner,
  StoreHealth,
  Stream,
} from '#bus/model.ts';
import {
  type Bus,
  type BusStore,
  type ConsumerRequest,
  type Emission,
  type GroupStanding,
  type HotState,
  RECORDS,
  type ReadRequest,
  type RecordStanding,
  type RecordStore,
  ROWS,
} from '#bus/ports.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { Clock } from '#kernel/time.ts';
import { MemoryConsumer } from './consumer.ts';
import { entryOf, MemoryStreams } from './streams.ts';

export interface MemoryBusStore extends BusStore {
  /** From now on every call is refused so; `null`: works again. */
  fail(kind: BusFaultKind | null): void;
  /** Everything is gone, as after a restart of a server that keeps nothing. */
  wipe(): void;
}

type Settings = Pick<BusLimits, 'recordsMax' | 'auditMax' | 'valuesMax' | 'leaseMs'>;

export function createMemoryBus(clock: Clock, settings: Settings): MemoryBusStore {
  return new InMemory(clock, settings);
}

interface Held {
  readonly text: string;
  readonly at: number;
}

class InMemory implements MemoryBusStore, Bus, HotState, RecordStore {
  readonly #clock: Clock;
  readonly #settings: Settings;
  readonly #faults: Partial<Record<BusFaultKind, number>> = {};
  readonly #streams: MemoryStreams;
  readonly #tables = new Map<
    string,
    { readonly values: Map<string, Held>; idleMs: number | null }
  >();
  #owner: { readonly by: Owner; readonly until: number } | null = null;
  #journal: string | null = null;
  #generations = 0;
  #failing: BusFaultKind | null = null;
  #lastFault: { readonly detail: string; readonly at: number } | null = null;

  constructor(clock: Clock, settings: Settings) {
    this.#clock = clock;
    this.#settings = settings;
    this.#streams = new MemoryStreams(clock);
  }

  get bus(): Bus {
    return this;
  }

  get hot(): HotState {
    return this;
  }

  get record(): RecordStore {
    return this;
  }

  fail(kind: BusFaultKind | null): void {
    this.#failing = kind;
  }

  wipe(): void {
    this.#streams.clear();
    this.#tables.clear();
    this.#owner = null;
    this.#journal = null;
  }

  async publish(
    stream: Stream,
    entries: readonly Fields[],
  ): Promise<Result<readonly string[], BusFault>> {
    return this.#unlessFailing(() => {
      const into = this.#streams.open(stream);
      const ids = entries.map((fields) => String(into.add(fields, stream.limit)));
      into.wake();
      return ids;
    });
  }

  async read(request: ReadRequest): Promise<Result<readonly BusEntry[], BusFault>> {
    if (this.#failing !== null) return this.#fault(this.#failing);
    const { stream: name, after, max, waitMs } = request;
    const stream = this.#streams.open({ name, idleMs: null });
    const from = after === '$' ? stream.last : Number(after ?? 0);
    if (stream.last <= from) await stream.news(waitMs);
    return this.#unlessFailing(() => stream.after(from, max).map(entryOf));
  }

  consumer(request: ConsumerRequest): MemoryConsumer {
    return new MemoryConsumer(this.#streams, this.#clock, request);
  }

  async standing(name: string, of: string): Promise<Result<GroupStanding, BusFault>> {
    return this.#unlessFailing(() => {
      const stream = this.#streams.find(name);
      const group = stream?.groups.get(of);
      if (stream === null || group === undefined) return { behind: 0, open: 0, missed: 0 };
      const missed = Math.max(0, stream.first - 1 - group.last);
      return { behind: stream.last - group.last, open: group.open.size, missed };
    });
  }

  async put(changes: readonly HotChange[], limit: number): Promise<Result<null, BusFault>> {
    return this.#unlessFailing(() => {
      for (const change of changes) this.#change(change, limit);
      return null;
    });
  }

  async values(name: string): Promise<Result<ReadonlyMap<string, HotValue>, BusFault>> {
    return this.#unlessFailing(() => {
      const now = this.#clock.mono();
      const table = this.#tables.get(name);
      const held = [...(table?.values ?? [])];
      const newest = Math.max(...held.map(([, { at }]) => at));
      const idleMs = table?.idleMs ?? null;
      if (idleMs !== null && now - newest >= idleMs) return new Map<string, HotValue>();
      return new Map(held.map(([key, { text, at }]) => [key, { text, ageMs: now - at }]));
    });
  }

  async claim(owner: Owner, upTo: number): Promise<Result<RecordStanding, BusFault>> {
    if (this.#failing !== null) return this.#fault(this.#failing);
    const held = this.#holder();
    if (held !== null && !mayFollow(held, owner)) return this.#fault('superseded');
    const isOther = this.#journal !== null && this.#journal !== owner.journal;
    if (isOther || this.#standing().last > upTo) this.wipe();
    if (this.#journal === null) this.#generations += 1;
    this.#journal = owner.journal;
    this.#hold(owner);
    return ok(this.#standing());
  }

  async emit(emission: Emission): Promise<Result<number, BusFault>> {
    if (this.#failing !== null) return this.#fault(this.#failing);
    const { owner, after, records, rows, hot } = emission;
    const held = this.#holder();
    if (held !== null && held.run !== owner.run) return this.#fault('superseded');
    if (held === null) return this.#fault('out_of_step');
    const { recordsMax, auditMax, valuesMax } = this.#settings;
    const stream = this.#streams.open({ name: RECORDS, idleMs: null });
    if (records.length > 0 && stream.last !== 0 && stream.last !== after) {
      return this.#fault('out_of_step');
    }
    this.#hold(owner);
    for (const { seq, fields } of records) stream.add(fields, recordsMax, seq);
    const audit = this.#streams.open({ name: ROWS, idleMs: null });
    for (const { seq, fields } of rows) {
      if (seq > audit.last) audit.add(fields, auditMax, seq);
    }
    for (const change of hot) this.#change(change, valuesMax);
    stream.wake();
    return ok(stream.last);
  }

  async owner(): Promise<Result<Owner | null, BusFault>> {
    return this.#unlessFailing(() => this.#holder());
  }

  async generation(): Promise<Result<string | null, BusFault>> {
    return this.#unlessFailing(() => (this.#journal === null ? null : String(this.#generations)));
  }

  health(): StoreHealth {
    const fault = this.#lastFault;
    return {
      kind: 'memory',
      place: 'in this process',
      state: this.#failing === null ? 'up' : 'away',
      fault: fault === null ? null : { detail: fault.detail, agoMs: this.#clock.mono() - fault.at },
      faults: { ...this.#faults },
      memoryBytes: null,
      memoryMaxBytes: null,
      keys: this.#streams.size + this.#tables.size,
    };
  }

  async close(): Promise<void> {
    this.wipe();
  }

  #standing(): RecordStanding {
    const stream = this.#streams.find(RECORDS);
    return { last: stream?.last ?? 0, first: stream?.first ?? 0 };
  }

  #holder(): Owner | null {
    const held = this.#owner;
    return held === null || this.#clock.mono() >= held.until ? null : held.by;
  }

  #hold(by: Owner): void {
    this.#owner = { by, until: this.#clock.mono() + this.#settings.leaseMs };
  }

  #change({ table: name, put, remove, whole, idleMs }: HotChange, limit: number): void {
    const before = whole ? null : this.#tables.get(name);
    const values = before?.values ?? new Map<string, Held>();
    for (const key of remove) values.delete(key);
    for (const [key, text] of Object.entries(put)) {
      // Written last stands last: the first are the oldest.
      values.delete(key);
      values.set(key, { text, at: this.#clock.mono() });
    }
    for (const key of values.keys()) {
      if (values.size <= limit) break;
      values.delete(key);
    }
    this.#tables.set(name, { values, idleMs });
  }

  #unlessFailing<T>(work: () => T): Result<T, BusFault> {
    return this.#failing === null ? ok(work()) : this.#fault(this.#failing);
  }

  #fault(kind: BusFaultKind): Result<never, BusFault> {
    const detail = `the bus in this process is ${kind}`;
    this.#faults[kind] = (this.#faults[kind] ?? 0) + 1;
    this.#lastFault = { detail, at: this.#clock.mono() };
    return err({ kind, detail });
  }
}

/** A newer run of the same journal follows at once; another journal only once the lease is over. */
function mayFollow(held: Owner, owner: Owner): boolean {
  return held.journal === owner.journal && owner.epoch >= held.epoch;
}
