/**
 * Server-sent events: the snapshot first, then every change, each with an id to resume from.
 *
 * Promises
 * 1. A reader that names the last id it saw gets every change since, once and in order, or a whole
 *    snapshot when that is too long ago or was another run.
 * 2. A pulse every second: a reader that hears none knows that what it shows is old.
 * 3. A reader that does not keep up is dropped; it comes back and reads the snapshot.
 */
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Cancel, Clock } from '#kernel/time.ts';
import type { PageFeed } from './desk.ts';

export interface EventStreams {
  readonly open: number;
  /** Takes over a response. `isAllowed` is asked again on every pulse. */
  add(response: ServerResponse, lastEventId: string | null, isAllowed: () => boolean): void;
  close(): void;
}

interface Reader {
  readonly response: ServerResponse;
  isAllowed(): boolean;
}

const KEPT_MAX = 2_000;
const PULSE_MS = 1_000;
const UNSENT_BYTES_MAX = 1_048_576;
const RETRY_MS = 1_000;

export function createEventStreams(
  feed: PageFeed,
  pulse: () => unknown,
  clock: Clock,
): EventStreams {
  const history = createHistory();
  const readers = new Set<Reader>();
  let cancelPulse: Cancel | null = null;

  const undo = feed.onUpdate((update) => send(history.add(update)));

  function send(text: string): void {
    for (const reader of readers) {
      if (reader.response.writableLength > UNSENT_BYTES_MAX) drop(reader);
      else reader.response.write(text);
    }
  }

  function drop(reader: Reader): void {
    readers.delete(reader);
    reader.response.destroy();
    if (readers.size === 0) stopPulse();
  }

  function stopPulse(): void {
    cancelPulse?.();
    cancelPulse = null;
  }

  function beat(): void {
    for (const reader of readers) if (!reader.isAllowed()) drop(reader);
    send(event('pulse', pulse(), null));
    cancelPulse = readers.size === 0 ? null : clock.after(PULSE_MS, beat);
  }

  return {
    get open() {
      return readers.size;
    },
    add(response, lastEventId, isAllowed) {
      const reader = { response, isAllowed };
      readers.add(reader);
      response.on('close', () => {
        readers.delete(reader);
        if (readers.size === 0) stopPulse();
      });
      response.write(`retry: ${RETRY_MS}\n\n`);
      const missed = history.since(lastEventId);
      if (missed === null) response.write(event('snapshot', feed.snapshot(), history.lastId()));
      else for (const text of missed) response.write(text);
      response.write(event('pulse', pulse(), null));
      cancelPulse ??= clock.after(PULSE_MS, beat);
    },
    close() {
      undo();
      stopPulse();
      for (const { response } of readers) response.end();
      readers.clear();
    },
  };
}

/** The newest events, each under `{run}-{n}`: ids of another run of the server fit none of them. */
function createHistory() {
  const run = randomBytes(6).toString('hex');
  let kept: { readonly n: number; readonly text: string }[] = [];
  let count = 0;
  return {
    lastId: () => `${run}-${count}`,
    add(update: unknown): string {
      count += 1;
      const text = event('update', update, `${run}-${count}`);
      kept.push({ n: count, text });
      if (kept.length > KEPT_MAX * 2) kept = kept.slice(-KEPT_MAX);
      return text;
    },
    /** What came after an event, or `null` when only a snapshot can tell. */
    since(lastEventId: string | null): readonly string[] | null {
      const [ofRun, number] = (lastEventId ?? '').split('-');
      if (ofRun !== run || number === undefined || !/^\d{1,15}$/.test(number)) return null;
      const last = Number(number);
      const first = kept[0]?.n ?? count + 1;
      if (last > count || last < first - 1) return null;
      return kept.filter(({ n }) => n > last).map(({ text }) => text);
    },
  };
}

/** JSON has no line ends of its own, so one `data` line holds it. */
function event(name: string, data: unknown, id: string | null): string {
  const idLine = id === null ? '' : `id: ${id}\n`;
  return `${idLine}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
