/** A consumer of a Redis stream: its own leftovers first, then those of the dead, then news. */
import type { BusEntry, BusFault, Delivery } from '#bus/model.ts';
import type { Consumer, ConsumerRequest, Taken } from '#bus/ports.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { Clock } from '#kernel/time.ts';
import type { Command, Connection } from './connection.ts';
import { count, entries, flat, list, streamEntries, text } from './replies.ts';

const DEAD_MAX = '1000';
/** Others' leftovers are looked for this often within the time after which they may be taken. */
const LOOKS_PER_CLAIM = 2;

export interface ConsumerParts {
  /** Its own: a wait for news holds up everything else on it. */
  readonly connection: Connection;
  readonly clock: Clock;
  readonly key: string;
  readonly deadKey: string;
  readonly request: ConsumerRequest;
}

export class RedisConsumer implements Consumer {
  readonly #parts: ConsumerParts;
  #hasGroup = false;
  /** After an answer was lost, entries may have been handed to us unseen. */
  #mayHaveLeftovers = true;
  #lookAgainAt = 0;

  constructor(parts: ConsumerParts) {
    this.#parts = parts;
  }

  async take(max: number, waitMs: number): Promise<Result<Taken, BusFault>> {
    const taken = await this.#take(max, waitMs);
    if (!taken.ok) {
      this.#mayHaveLeftovers = true;
      // A server that has lost everything has lost the group too.
      this.#hasGroup = false;
    }
    return taken;
  }

  async ack(ids: readonly string[]): Promise<Result<number, BusFault>> {
    if (ids.length === 0) return ok(0);
    const { key, request } = this.#parts;
    const done = await this.#run(['XACK', key, request.group, ...ids]);
    return done.ok ? ok(count(done.value)) : done;
  }

  async close(): Promise<void> {
    this.#parts.connection.close();
  }

  async #take(max: number, waitMs: number): Promise<Result<Taken, BusFault>> {
    const group = await this.#ensureGroup();
    if (!group.ok) return group;
    if (this.#mayHaveLeftovers) {
      const own = await this.#leftovers(max);
      if (!own.ok || hasAny(own.value)) return own;
      this.#mayHaveLeftovers = false;
    }
    const { clock, request } = this.#parts;
    if (clock.mono() >= this.#lookAgainAt) {
      const claimed = await this.#claim(max);
      if (!claimed.ok || hasAny(claimed.value)) return claimed;
      this.#lookAgainAt = clock.mono() + request.claimAfterMs / LOOKS_PER_CLAIM;
    }
    return this.#news(max, waitMs);
  }

  async #ensureGroup(): Promise<Result<null, BusFault>> {
    if (this.#hasGroup) return ok(null);
    const { key, request } = this.#parts;
    const from = request.from === 'now' ? '$' : '0';
    const made = await this.#run(['XGROUP', 'CREATE', key, request.group, from, 'MKSTREAM']);
    if (!made.ok && !made.error.detail.includes('BUSYGROUP')) return made;
    this.#hasGroup = true;
    return ok(null);
  }

  async #news(max: number, waitMs: number): Promise<Result<Taken, BusFault>> {
    const { key, request } = this.#parts;
    const { group, name } = request;
    const wait = waitMs > 0 ? ['BLOCK', String(Math.ceil(waitMs))] : [];
    const command = ['XREADGROUP', 'GROUP', group, name, 'COUNT', String(max), ...wait];
    const read = await this.#run([...command, 'STREAMS', key, '>'], waitMs);
    if (!read.ok) return read;
    const { found } = streamEntries(read.value);
    return ok({ deliveries: found.map((one) => ({ ...one, deliveries: 1 })), dead: 0, gone: 0 });
  }

  async #leftovers(max: number): Promise<Result<Taken, BusFault>> {
    const { key, request } = this.#parts;
    const command = ['XREADGROUP', 'GROUP', request.group, request.name, 'COUNT', String(max)];
    const read = await this.#run([...command, 'STREAMS', key, '0']);
    if (!read.ok) return read;
    const { found, gone } = streamEntries(read.value);
    return this.#judge(found, gone);
  }

  async #claim(max: number): Promise<Result<Taken, BusFault>> {
    const { key, request } = this.#parts;
    const { group, name, claimAfterMs } = request;
    const command = ['XAUTOCLAIM', key, group, name, String(claimAfterMs), '0', 'COUNT'];
    const read = await this.#run([...command, String(max)]);
    if (!read.ok) return read;
    const [, claimed, deleted] = list(read.value);
    return this.#judge(entries(claimed).found, list(deleted).map(text));
  }

  /** How often each was handed out; what was so too often is set aside, what is gone let go. */
  async #judge(
    found: readonly BusEntry[],
    gone: readonly string[],
  ): Promise<Result<Taken, BusFault>> {
    const { request } = this.#parts;
    const counts = await this.#deliveries(found);
    if (!counts.ok) return counts;
    const deliveries: Delivery[] = [];
    const dead: BusEntry[] = [];
    for (const entry of found) {
      const times = counts.value.get(entry.id) ?? 1;
      if (times > request.deliveriesMax) dead.push(entry);
      else deliveries.push({ ...entry, deliveries: times });
    }
    const set = await this.#setAside(dead);
    if (!set.ok) return set;
    const let_go = await this.ack(gone);
    return let_go.ok ? ok({ deliveries, dead: dead.length, gone: gone.length }) : let_go;
  }

  async #deliveries(
    found: readonly BusEntry[],
  ): Promise<Result<ReadonlyMap<string, number>, BusFault>> {
    const { key, request } = this.#parts;
    const [first, last] = [found[0], found.at(-1)];
    if (first === undefined || last === undefined) return ok(new Map());
    const command = ['XPENDING', key, request.group, first.id, last.id, '10000', request.name];
    const read = await this.#run(command);
    if (!read.ok) return read;
    return ok(
      new Map(
        list(read.value).map((row) => {
          const [id, , , times] = list(row);
          return [text(id), count(times)];
        }),
      ),
    );
  }

  /** First there, then acknowledged: one that is set aside twice is better than one lost. */
  async #setAside(dead: readonly BusEntry[]): Promise<Result<null, BusFault>> {
    const { deadKey, request, connection } = this.#parts;
    if (dead.length === 0) return ok(null);
    const adds: Command[] = dead.map(({ id, fields }) => [
      ...['XADD', deadKey, 'MAXLEN', '~', DEAD_MAX, '*', 'dead_of', id, 'dead_in', request.group],
      ...flat(fields),
    ]);
    const added = await connection.run(adds);
    if (!added.ok) return added;
    const acked = await this.ack(dead.map(({ id }) => id));
    return acked.ok ? ok(null) : acked;
  }

  async #run(command: Command, waitMs = 0): Promise<Result<unknown, BusFault>> {
    const ran = await this.#parts.connection.run([command], waitMs);
    return ran.ok ? ok(ran.value[0]) : err(ran.error);
  }
}

function hasAny({ deliveries, dead, gone }: Taken): boolean {
  return deliveries.length > 0 || dead > 0 || gone > 0;
}
