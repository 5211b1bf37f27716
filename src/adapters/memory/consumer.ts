/** A consumer of a stream in memory: the promises of a group, without a server. */
import type { BusFault, Delivery } from '#bus/model.ts';
import type { Consumer, ConsumerRequest, Taken } from '#bus/ports.ts';
import { ok, type Result } from '#kernel/result.ts';
import type { Clock } from '#kernel/time.ts';
import { entryOf, type Group, type MemoryStream, type MemoryStreams } from './streams.ts';

const DEAD_MAX = 1_000;

export class MemoryConsumer implements Consumer {
  readonly #streams: MemoryStreams;
  readonly #clock: Clock;
  readonly #request: ConsumerRequest;
  /** What an earlier one of this name left is handed out once, at the beginning. */
  #isFirst = true;

  constructor(streams: MemoryStreams, clock: Clock, request: ConsumerRequest) {
    this.#streams = streams;
    this.#clock = clock;
    this.#request = request;
    this.#group();
  }

  async take(max: number, waitMs: number): Promise<Result<Taken, BusFault>> {
    const { stream, group } = this.#group();
    const taken = { dead: 0, gone: 0 };
    const left = this.#unfinished(stream, group, { max, taken });
    if (left.length > 0 || taken.dead > 0 || taken.gone > 0) {
      return ok({ deliveries: left, ...taken });
    }
    if (stream.last <= group.last) await stream.news(waitMs);
    const deliveries = stream.after(group.last, max).map((place): Delivery => {
      group.last = place.at;
      this.#handOut(group, place.at);
      return { ...entryOf(place), deliveries: 1 };
    });
    return ok({ deliveries, dead: 0, gone: 0 });
  }

  async ack(ids: readonly string[]): Promise<Result<number, BusFault>> {
    const { group } = this.#group();
    return ok(ids.filter((id) => group.open.delete(Number(id))).length);
  }

  async close(): Promise<void> {
    this.#isFirst = true;
  }

  #group(): { readonly stream: MemoryStream; readonly group: Group } {
    const { stream: wanted, group: name, from } = this.#request;
    const stream = this.#streams.open(wanted);
    const group = stream.groups.get(name) ?? {
      last: from === 'now' ? stream.last : 0,
      open: new Map(),
    };
    stream.groups.set(name, group);
    return { stream, group };
  }

  /** Our own at first, and whatever anybody has held for too long. */
  #unfinished(
    stream: MemoryStream,
    group: Group,
    { max, taken }: { readonly max: number; readonly taken: { dead: number; gone: number } },
  ): readonly Delivery[] {
    const { name, claimAfterMs, deliveriesMax } = this.#request;
    const deliveries: Delivery[] = [];
    for (const [at, open] of group.open) {
      if (deliveries.length >= max) break;
      const isOwn = this.#isFirst && open.consumer === name;
      if (!isOwn && this.#clock.mono() - open.since < claimAfterMs) continue;
      const place = stream.find(at);
      if (place === null || open.deliveries >= deliveriesMax) {
        group.open.delete(at);
        if (place === null) taken.gone += 1;
        else this.#setAside(at, place.fields, taken);
        continue;
      }
      const count = this.#handOut(group, at);
      deliveries.push({ ...entryOf(place), deliveries: count });
    }
    this.#isFirst = false;
    return deliveries;
  }

  #handOut(group: Group, at: number): number {
    const deliveries = (group.open.get(at)?.deliveries ?? 0) + 1;
    group.open.set(at, { consumer: this.#request.name, since: this.#clock.mono(), deliveries });
    return deliveries;
  }

  #setAside(at: number, fields: Readonly<Record<string, string>>, taken: { dead: number }): void {
    const name = `${this.#request.stream.name}:dead`;
    const dead = this.#streams.open({ name, idleMs: null });
    dead.add({ ...fields, dead_of: String(at), dead_in: this.#request.group }, DEAD_MAX);
    taken.dead += 1;
  }
}
