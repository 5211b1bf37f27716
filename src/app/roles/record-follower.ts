/**
 * The record, followed from another process: every record once and in order, from the first one on.
 *
 * The stream holds the newest ones; what it lacks, at the beginning or after a gap, the desk itself
 * is asked for. Whoever follows therefore needs no journal, and misses nothing.
 */
import { z } from 'zod';
import type { DeskEntry } from '#audit/model.ts';
import type { BusEntry } from '#bus/model.ts';
import { type BusStore, RECORDS } from '#bus/ports.ts';
import { decodeRecord } from '#journal/chain.ts';
import type { Clock } from '#kernel/time.ts';
import { isSealed, type Seal } from '../bus/seal.ts';
import { isDeskEntry } from '../desk-entry.ts';
import type { Asker } from './asker.ts';

export interface RecordFollowerParts {
  readonly store: Pick<BusStore, 'bus' | 'record'>;
  readonly seal: Seal;
  readonly clock: Clock;
  readonly asker: Pick<Asker, 'ask'>;
  /** Takes every record once, in order. */
  readonly take: (entry: DeskEntry) => void;
  /** What is followed now is another record: nothing that was taken holds any more. */
  readonly onOther: (why: string) => void;
}

export interface Followed {
  /** Whether every record up to the newest known one has been taken. */
  readonly isWhole: boolean;
  readonly seq: number;
  /** What keeps it from being whole; `null` when nothing does. */
  readonly trouble: string | null;
}

const READ_MAX = 512;
const WAIT_MS = 1_000;
const RETRY_MS = 300;

export class RecordFollower {
  readonly #parts: RecordFollowerParts;
  #seq = 0;
  #last: string | null = null;
  #generation: string | null = null;
  #isWhole = false;
  #trouble: string | null = 'the record has not been read yet';
  #isStopped = false;
  #loop: Promise<void> | null = null;

  constructor(parts: RecordFollowerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#loop;
  }

  followed(): Followed {
    return { isWhole: this.#isWhole, seq: this.#seq, trouble: this.#trouble };
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const trouble = await this.#turn();
      this.#trouble = trouble;
      if (trouble === null) continue;
      this.#isWhole = false;
      await new Promise<void>((resolve) => {
        this.#parts.clock.after(RETRY_MS, resolve);
      });
    }
  }

  /** One reading of the stream; gives what went wrong, or `null`. */
  async #turn(): Promise<string | null> {
    const { store } = this.#parts;
    const generation = await store.record.generation();
    if (!generation.ok) return generation.error.detail;
    if (generation.value === null) return 'no desk has written its record there yet';
    const begun = await this.#begin(generation.value);
    if (begun !== null) return begun;
    const read = await store.bus.read({
      ...{ stream: RECORDS, after: String(this.#seq), max: READ_MAX },
      waitMs: this.#isWhole ? WAIT_MS : 0,
    });
    if (!read.ok) return read.error.detail;
    const [first] = read.value;
    if (first !== undefined && placeOf(first) > this.#seq + 1) {
      return this.#fetchUpTo(placeOf(first) - 1);
    }
    for (const entry of read.value) {
      const wrong = this.#takeEntry(entry);
      if (wrong !== null) return wrong;
    }
    if (read.value.length < READ_MAX) this.#isWhole = true;
    return null;
  }

  /** What was begun anew may still be the same record: then its desk has our last one. */
  async #begin(generation: string): Promise<string | null> {
    if (generation === this.#generation) return null;
    if (this.#last !== null) {
      const texts = await this.#fetch(this.#seq);
      if (typeof texts === 'string') return texts;
      if (texts[0] !== this.#last) {
        const why = 'the record that was followed is not the one that is there now';
        this.#isStopped = true;
        this.#parts.onOther(why);
        return why;
      }
    }
    this.#generation = generation;
    return null;
  }

  #takeEntry(entry: BusEntry): string | null {
    const { record = '', mac = '' } = entry.fields;
    if (!isSealed(this.#parts.seal, 'record', record, mac)) {
      return `record ${placeOf(entry)} is not under the seal of STRIKEWIRE_ROLES_SECRET`;
    }
    return this.#take(record);
  }

  async #fetchUpTo(last: number): Promise<string | null> {
    while (this.#seq < last && !this.#isStopped) {
      const texts = await this.#fetch(this.#seq + 1);
      if (typeof texts === 'string') return texts;
      if (texts.length === 0) return `the desk has no record ${this.#seq + 1}`;
      for (const text of texts) {
        const wrong = this.#take(text);
        if (wrong !== null) return wrong;
      }
    }
    return null;
  }

  /** A page of the record from the desk, or what went wrong. */
  async #fetch(from: number): Promise<readonly string[] | string> {
    const heard = await this.#parts.asker.ask({ op: 'records', from });
    if (heard.kind === 'unreachable') return heard.detail;
    if (heard.kind !== 'answered' || heard.status !== 200) {
      return 'the desk does not give its older records';
    }
    return Page.parse(JSON.parse(heard.text));
  }

  #take(text: string): string | null {
    const record = decodeRecord(text);
    if (!record.ok || !isDeskEntry(record.value)) return 'a record does not read as one';
    const entry = record.value;
    // Given twice, by the desk and by the stream, it is taken once.
    if (entry.seq <= this.#seq) return null;
    if (entry.seq !== this.#seq + 1) return `record ${entry.seq} follows ${this.#seq}`;
    this.#parts.take(entry);
    this.#seq = entry.seq;
    this.#last = text;
    return null;
  }
}

const Page = z.array(z.string());

/** Its sequence number: what the journal counts is its place in the stream. */
function placeOf({ id }: BusEntry): number {
  return Number.parseInt(id, 10);
}
