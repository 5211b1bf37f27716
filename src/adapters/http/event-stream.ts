/**
 * Server-sent events: the snapshot first, then every change, each with an id to resume from.
 *
 * Promises
 * 1. A reader that names the last id it saw gets every change since, once and in order, or a whole
 *    snapshot when that is too long ago or was another run.
 * 2. A pulse every second: a reader that hears none knows that what it shows is old.
 * 3. A reader that does not keep up is dropped; it comes back and reads the snapshot.
 * 4. However many read, the desk is not held up: changes are gathered for a moment, and told to a
 *    few readers in a turn.
 */
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Cancel, Clock } from '#kernel/time.ts';
import type { PageFeed } from './desk.ts';

export interface EventStreams {
  readonly open: number;
  openOf(caller: string): number;
  /** Takes over a response. */
  add(response: ServerResponse, asked: StreamAsked): void;
  close(): void;
}

export interface StreamAsked {
  readonly caller: string;
  /** Where to go on; `null`: from the snapshot. */
  readonly lastEventId: string | null;
  /** Asked again on every pulse. */
  readonly isAllowed: () => boolean;
}

interface Reader extends Pick<StreamAsked, 'caller' | 'isAllowed'> {
  readonly response: ServerResponse;
  /** Number of the last event it was given. */
  upTo: number;
}

/** Less is not seen; more is. */
export const GATHERED_MS = 100;
const KEPT_MAX = 2_000;
const PULSE_MS = 1_000;
const UNSENT_BYTES_MAX = 1_048_576;
const RETRY_MS = 1_000;
/** Told in one turn: a write takes some ten microseconds. */
const READERS_A_TURN = 16;

export function createEventStreams(
  feed: PageFeed,
  pulse: () => unknown,
  clock: Clock,
): EventStreams {
  return new Streams(feed, pulse, clock);
}

class Streams implements EventStreams {
  readonly #feed: PageFeed;
  readonly #pulse: () => unknown;
  readonly #clock: Clock;
  readonly #history: ReturnType<typeof createHistory>;
  readonly #readers = new Set<Reader>();
  readonly #undo: () => void;
  #cancelPulse: Cancel | null = null;
  #cancelGathering: Cancel | null = null;
  /** Readers still to be told of what there was when this round began. */
  #round: Reader[] = [];

  constructor(feed: PageFeed, pulse: () => unknown, clock: Clock) {
    this.#feed = feed;
    this.#pulse = pulse;
    this.#clock = clock;
    this.#history = createHistory(() => feed.seq());
    this.#undo = feed.onUpdate((update) => {
      this.#history.add(update);
      if (this.#readers.size > 0 && this.#cancelGathering === null) this.#gather();
    });
  }

  get open(): number {
    return this.#readers.size;
  }

  openOf(caller: string): number {
    return [...this.#readers].filter((reader) => reader.caller === caller).length;
  }

  add(response: ServerResponse, { caller, lastEventId, isAllowed }: StreamAsked): void {
    const missed = this.#history.since(lastEventId);
    const reader = { response, caller, isAllowed, upTo: this.#history.count() };
    this.#readers.add(reader);
    response.on('close', () => this.#forget(reader));
    response.write(`retry: ${RETRY_MS}\n\n`);
    response.write(missed ?? this.#snapshot());
    response.write(event('pulse', this.#pulse(), null));
    this.#cancelPulse ??= this.#clock.after(PULSE_MS, () => this.#beat());
  }

  close(): void {
    this.#undo();
    this.#stopTimers();
    for (const { response } of this.#readers) response.end();
    this.#readers.clear();
  }

  /** Tells now, and then again what comes within a moment. */
  #gather(): void {
    this.#tell();
    this.#cancelGathering = this.#clock.after(GATHERED_MS, () => {
      this.#cancelGathering = null;
      const count = this.#history.count();
      if ([...this.#readers].some(({ upTo }) => upTo < count)) this.#gather();
    });
  }

  /** A round that is under way goes on with everybody: who has heard it all is passed over. */
  #tell(): void {
    const isUnderWay = this.#round.length > 0;
    this.#round = [...this.#readers];
    if (!isUnderWay) this.#goOn();
  }

  #goOn(): void {
    for (const reader of this.#round.splice(0, READERS_A_TURN)) this.#bring(reader);
    if (this.#round.length > 0) setImmediate(() => this.#goOn());
  }

  #bring(reader: Reader): void {
    const count = this.#history.count();
    if (!this.#readers.has(reader) || reader.upTo === count) return;
    this.#give(reader, this.#history.after(reader.upTo) ?? this.#snapshot());
    reader.upTo = count;
  }

  #give(reader: Reader, text: string): void {
    const { response } = reader;
    if (response.writableLength <= UNSENT_BYTES_MAX) {
      response.write(text);
      return;
    }
    response.destroy();
    this.#forget(reader);
  }

  #snapshot(): string {
    return event('snapshot', this.#feed.snapshot(), this.#history.lastId());
  }

  #beat(): void {
    const text = event('pulse', this.#pulse(), null);
    for (const reader of this.#readers) {
      if (reader.isAllowed()) this.#give(reader, text);
      else {
        reader.response.destroy();
        this.#forget(reader);
      }
    }
    const isHeard = this.#readers.size > 0;
    this.#cancelPulse = isHeard ? this.#clock.after(PULSE_MS, () => this.#beat()) : null;
  }

  #forget(reader: Reader): void {
    this.#readers.delete(reader);
    if (this.#readers.size === 0) this.#stopTimers();
  }

  #stopTimers(): void {
    this.#cancelPulse?.();
    this.#cancelGathering?.();
    this.#cancelPulse = null;
    this.#cancelGathering = null;
  }
}

/**
 * The newest events, each under `{record}.{n}.{run}`: the record it is as of, its number among all
 * of this run, and the run. Ids of another run of the server fit none of them.
 */
function createHistory(seq: () => number) {
  const run = randomBytes(6).toString('hex');
  let kept: { readonly n: number; readonly text: string }[] = [];
  let count = 0;
  let joined = { from: 0, to: 0, text: '' };
  const idNow = (): string => `${seq()}.${count}.${run}`;

  /** `null` when only a snapshot can tell. */
  function after(last: number): string | null {
    const first = kept[0]?.n ?? count + 1;
    if (last > count || last < first - 1) return null;
    // Nearly all readers have heard the same: joined once for all of them.
    if (joined.from !== last || joined.to !== count) {
      const texts = kept.slice(last - first + 1).map(({ text }) => text);
      joined = { from: last, to: count, text: texts.join('') };
    }
    return joined.text;
  }

  return {
    after,
    count: () => count,
    lastId: idNow,
    add(update: unknown): void {
      count += 1;
      kept.push({ n: count, text: event('update', update, idNow()) });
      if (kept.length > KEPT_MAX * 2) kept = kept.slice(-KEPT_MAX);
    },
    /** What came after an event of this run. */
    since(lastEventId: string | null): string | null {
      const [, number, ofRun] = (lastEventId ?? '').split('.');
      if (ofRun !== run || number === undefined || !/^\d{1,15}$/.test(number)) return null;
      return after(Number(number));
    },
  };
}

/** JSON has no line ends of its own, so one `data` line holds it. */
function event(name: string, data: unknown, id: string | null): string {
  const idLine = id === null ? '' : `id: ${id}\n`;
  return `${idLine}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
