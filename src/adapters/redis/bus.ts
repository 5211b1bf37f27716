/**
 * The bus at Redis: streams, consumer groups and hashes under one namespace, whose keys share a
 * hash tag, so that a script may touch several of them.
 */
import { hash } from 'node:crypto';
import type {
  BusEntry,
  BusFault,
  BusFaultKind,
  BusLimits,
  Fields,
  HotChange,
  HotValue,
  Owner,
  SequencedEntry,
  StoreHealth,
  Stream,
} from '#bus/model.ts';
import {
  type Bus,
  type BusStore,
  type Consumer,
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
import type { Random } from '#kernel/random.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { Secret } from '#kernel/secret.ts';
import type { Cancel, Clock } from '#kernel/time.ts';
import { type Command, Connection } from './connection.ts';
import { RedisConsumer } from './consumer.ts';
import { count, flat, list, streamEntries, table, text } from './replies.ts';
import { CLAIM, EMIT, PUT } from './scripts.ts';

const LOOK_MS = 5_000;

export interface RedisParts {
  readonly url: Secret;
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: BusLimits;
  /** Tables of latest values that belong to the record, and go with another journal. */
  readonly tables: readonly string[];
}

/** Connects by itself, now and whenever it must; `ready` resolves once the first try is over. */
export function openRedisBus(parts: RedisParts): BusStore & { readonly ready: Promise<void> } {
  return new AtRedis(parts);
}

interface Memory {
  readonly used: number;
  /** 0: no limit. */
  readonly max: number;
  readonly keys: number;
}

class AtRedis implements BusStore, Bus, HotState, RecordStore {
  readonly ready: Promise<void>;
  readonly #parts: RedisParts;
  readonly #main: Connection;
  /** One for each stream somebody waits on: a wait holds up its connection. */
  readonly #waits = new Map<string, Connection>();
  readonly #consumers: Consumer[] = [];
  readonly #faults: Partial<Record<BusFaultKind, number>> = {};
  #fault: { readonly detail: string; readonly at: number } | null = null;
  #memory: Memory | null = null;
  #claims = 0;
  #cancelLook: Cancel | null = null;

  constructor(parts: RedisParts) {
    this.#parts = parts;
    this.#main = this.#connection('at_once');
    this.ready = this.#main.open();
    this.#look();
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

  async publish(
    { name, limit, idleMs }: Stream,
    added: readonly Fields[],
  ): Promise<Result<readonly string[], BusFault>> {
    const key = this.#key(name);
    const adds = added.map((fields): Command => {
      return ['XADD', key, 'MAXLEN', '~', String(limit), '*', ...flat(fields)];
    });
    const expiry: Command[] = idleMs === null ? [] : [['PEXPIRE', key, String(idleMs)]];
    const ran = await this.#main.run([...adds, ...expiry]);
    return ran.ok ? ok(ran.value.slice(0, adds.length).map(text)) : ran;
  }

  async read(request: ReadRequest): Promise<Result<readonly BusEntry[], BusFault>> {
    const { stream, after, max, waitMs } = request;
    const key = this.#key(stream);
    const wait = waitMs > 0 ? ['BLOCK', String(Math.ceil(waitMs))] : [];
    const command = ['XREAD', 'COUNT', String(max), ...wait, 'STREAMS', key, after ?? '0'];
    const ran = await this.#waiting(stream, waitMs).run([command], waitMs);
    return ran.ok ? ok(streamEntries(ran.value[0]).found) : ran;
  }

  consumer(request: ConsumerRequest): Consumer {
    const { name } = request.stream;
    const made = new RedisConsumer({
      connection: this.#connection('patient'),
      clock: this.#parts.clock,
      key: this.#key(name),
      deadKey: this.#key(`${name}:dead`),
      request,
    });
    this.#consumers.push(made);
    return made;
  }

  async standing(stream: string, group: string): Promise<Result<GroupStanding, BusFault>> {
    const key = this.#key(stream);
    const none = { behind: 0, open: 0, missed: 0 };
    const there = await this.#main.run([['EXISTS', key]]);
    if (!there.ok) return there;
    if (count(there.value[0]) === 0) return ok(none);
    const ran = await this.#main.run([
      ['XINFO', 'STREAM', key],
      ['XINFO', 'GROUPS', key],
    ]);
    if (!ran.ok) return ran;
    const info = table(ran.value[0]);
    const found = list(ran.value[1])
      .map(table)
      .find((each) => text(each.get('name')) === group);
    if (found === undefined) return ok(none);
    const added = count(info.get('entries-added'));
    const read = found.get('entries-read');
    const passed = typeof read === 'number' ? read : added;
    const lag = found.get('lag');
    return ok({
      behind: typeof lag === 'number' ? lag : added - passed,
      open: count(found.get('pending')),
      missed: Math.max(0, added - count(info.get('length')) - passed),
    });
  }

  async put(changes: readonly HotChange[], limit: number): Promise<Result<null, BusFault>> {
    const keys = changes.map((change) => this.#hotKey(change.table));
    const given = JSON.stringify(changes.map((change) => packed(change, limit)));
    const ran = await this.#script(PUT, keys, [given]);
    return ran.ok ? ok(null) : ran;
  }

  async values(name: string): Promise<Result<ReadonlyMap<string, HotValue>, BusFault>> {
    const ran = await this.#main.run([['TIME'], ['HGETALL', this.#hotKey(name)]]);
    if (!ran.ok) return ran;
    const [seconds, micros] = list(ran.value[0]);
    const now = count(seconds) * 1_000 + Math.floor(count(micros) / 1_000);
    const read = [...table(ran.value[1])].map(([key, value]): [string, HotValue] => {
      const held = text(value);
      const space = held.indexOf(' ');
      const ageMs = Math.max(0, now - Number(held.slice(0, space)));
      return [key, { text: held.slice(space + 1), ageMs }];
    });
    return ok(new Map(read));
  }

  async claim(
    { journal, run, epoch }: Owner,
    upTo: number,
  ): Promise<Result<RecordStanding, BusFault>> {
    const { settings, tables } = this.#parts;
    this.#claims += 1;
    const written = [RECORDS, ROWS].map((name) => this.#key(name));
    const keys = [...this.#ownKeys(), ...written, ...tables.map((name) => this.#hotKey(name))];
    const { leaseMs } = settings;
    const numbers = [epoch, leaseMs, upTo].map(String);
    const ran = await this.#script(CLAIM, keys, [
      journal,
      run,
      ...numbers,
      `${run}.${this.#claims}`,
    ]);
    if (!ran.ok) return ran;
    const [outcome, one, two] = list(ran.value);
    if (text(outcome) === 'ok') return ok({ last: count(one), first: count(two) });
    return this.#refused(
      'superseded',
      `another desk (journal ${text(one)}, run ${text(two)}) writes under ${settings.namespace}: ` +
        'stop it, or give this one a bus.namespace of its own',
    );
  }

  async emit(emission: Emission): Promise<Result<number, BusFault>> {
    const { owner, after, records, rows, hot } = emission;
    const { recordsMax, auditMax, valuesMax, leaseMs } = this.#parts.settings;
    const [ownerKey = ''] = this.#ownKeys();
    const keys = [ownerKey, this.#key(RECORDS), this.#key(ROWS)];
    const given = JSON.stringify({
      ...{ after, recordsMax, auditMax },
      records: records.map(placed),
      rows: rows.map(placed),
      hot: hot.map((change) => packed(change, valuesMax)),
    });
    const ran = await this.#script(
      EMIT,
      [...keys, ...hot.map((change) => this.#hotKey(change.table))],
      [owner.run, String(leaseMs), given],
    );
    if (!ran.ok) return ran;
    const [outcome, last] = list(ran.value);
    if (text(outcome) === 'ok') return ok(count(last));
    if (text(outcome) === 'superseded') {
      return this.#refused('superseded', 'another desk has taken over the record at Redis');
    }
    return this.#refused('out_of_step', `Redis stands at record ${count(last)}, not at ${after}`);
  }

  async owner(): Promise<Result<Owner | null, BusFault>> {
    const [ownerKey = ''] = this.#ownKeys();
    const ran = await this.#main.run([['HMGET', ownerKey, 'journal', 'run', 'epoch']]);
    if (!ran.ok) return ran;
    const [journal, run, epoch] = list(ran.value[0]);
    if (typeof journal !== 'string' || typeof run !== 'string') return ok(null);
    return ok({ journal, run, epoch: count(epoch) });
  }

  async generation(): Promise<Result<string | null, BusFault>> {
    const ran = await this.#main.run([['GET', this.#key('generation')]]);
    if (!ran.ok) return ran;
    return ok(typeof ran.value[0] === 'string' ? ran.value[0] : null);
  }

  health(): StoreHealth {
    const fault = this.#fault;
    const { clock, url } = this.#parts;
    return {
      kind: 'redis',
      place: placeOf(url),
      state: this.#main.isUp ? 'up' : 'away',
      fault: fault === null ? null : { detail: fault.detail, agoMs: clock.mono() - fault.at },
      faults: { ...this.#faults },
      memoryBytes: this.#memory?.used ?? null,
      memoryMaxBytes: this.#memory?.max ?? null,
      keys: this.#memory?.keys ?? null,
    };
  }

  async close(): Promise<void> {
    this.#cancelLook?.();
    this.#main.close();
    for (const connection of this.#waits.values()) connection.close();
    await Promise.all(this.#consumers.map(async (consumer) => consumer.close()));
  }

  #connection(answers: 'at_once' | 'patient'): Connection {
    const { url, clock, random, settings } = this.#parts;
    const onFault = (fault: BusFault): void => this.#note(fault);
    const isPatient = answers === 'patient';
    return new Connection({ url, clock, random, settings, isPatient, onFault });
  }

  #waiting(stream: string, waitMs: number): Connection {
    if (waitMs <= 0) return this.#main;
    const found = this.#waits.get(stream);
    if (found !== undefined) return found;
    const made = this.#connection('patient');
    this.#waits.set(stream, made);
    return made;
  }

  async #script(
    script: string,
    keys: readonly string[],
    args: readonly string[],
  ): Promise<Result<unknown, BusFault>> {
    const rest = [String(keys.length), ...keys, ...args];
    const known = await this.#main.run([['EVALSHA', digest(script), ...rest]]);
    if (known.ok) return ok(known.value[0]);
    if (!known.error.detail.includes('NOSCRIPT')) return known;
    const told = await this.#main.run([['EVAL', script, ...rest]]);
    return told.ok ? ok(told.value[0]) : told;
  }

  #note({ kind, detail }: BusFault): void {
    // A script that a restarted server has not seen yet is told to it: no fault.
    if (detail.includes('NOSCRIPT')) return;
    this.#faults[kind] = (this.#faults[kind] ?? 0) + 1;
    this.#fault = { detail, at: this.#parts.clock.mono() };
  }

  #refused(kind: BusFaultKind, detail: string): Result<never, BusFault> {
    this.#note({ kind, detail });
    return err({ kind, detail });
  }

  #look(): void {
    void this.#lookOnce();
    this.#cancelLook = this.#parts.clock.after(LOOK_MS, () => this.#look());
  }

  async #lookOnce(): Promise<void> {
    await this.ready;
    if (!this.#main.isUp) return;
    const ran = await this.#main.run([['INFO', 'memory'], ['DBSIZE']]);
    if (!ran.ok) return;
    const info = text(ran.value[0]);
    this.#memory = {
      used: infoNumber(info, 'used_memory'),
      max: infoNumber(info, 'maxmemory'),
      keys: count(ran.value[1]),
    };
  }

  #ownKeys(): readonly string[] {
    return [this.#key('owner'), this.#key('journal'), this.#key('generation')];
  }

  #hotKey(name: string): string {
    return this.#key(`hot:${name}`);
  }

  #key(name: string): string {
    return `{${this.#parts.settings.namespace}}:${name}`;
  }
}

function placed({ seq, fields }: SequencedEntry): readonly (number | string)[] {
  return [seq, ...flat(fields)];
}

function packed({ put, remove, whole, idleMs }: HotChange, limit: number): object {
  // What is `null` in JSON counts as true in a script: it is left out.
  return { put: flat(put), remove, whole, limit, ...(idleMs !== null && { idleMs }) };
}

/** Redis names scripts by SHA-1; nothing is kept secret or proved by it. */
function digest(script: string): string {
  return hash('sha1', script);
}

function infoNumber(info: string, name: string): number {
  return Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
}

/** Host and port, without the login. */
function placeOf(url: Secret): string {
  const parsed = URL.parse(url.reveal());
  return parsed === null ? 'Redis' : `${parsed.hostname}:${parsed.port || '6379'}`;
}
