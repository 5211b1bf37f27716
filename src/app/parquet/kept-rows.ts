/** The rows of some days as JSON Lines, a file each. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { toKeptRow } from '#audit/kept-row.ts';
import { storableJson } from '#history/storable.ts';
import { isDeskEntry } from '../desk-entry.ts';
import { type DayHeld, dayOf, type Survey } from './survey.ts';

const BUFFER_CHARS = 1_000_000;

export interface KeptRowsWish {
  readonly days: readonly DayHeld[];
  /** A directory; who takes a file of it removes it. */
  readonly into: string;
}

/** Hands over the file of each day as soon as its last record is in it. */
export async function writeKeptRows(
  survey: Survey,
  { days, into }: KeptRowsWish,
  take: (day: DayHeld, path: string) => Promise<void>,
): Promise<void> {
  const files = new Map(days.map((day) => [day.day, new LineFile(join(into, `${day.day}.jsonl`))]));
  const ends = new Map(days.map((day) => [day.lastSeq, day]));
  if (days.length === 0) return;
  const first = Math.min(...days.map(({ firstSeq }) => firstSeq));
  const teller = await survey.tellerBefore(first);
  try {
    for (const record of survey.read(first, Math.max(...ends.keys()))) {
      if (!isDeskEntry(record)) continue;
      const told = teller.tell(record);
      const file = files.get(dayOf(record.wall));
      file?.add(storableJson(JSON.stringify(toKeptRow(told))));
      const done = ends.get(record.seq);
      if (done === undefined || file === undefined) continue;
      file.close();
      await take(done, file.path);
    }
  } finally {
    for (const file of files.values()) file.close();
  }
}

/** Lines gathered before they are written. Opened by its first line. */
class LineFile {
  readonly path: string;
  #fd: number | null = null;
  #text = '';

  constructor(path: string) {
    this.path = path;
  }

  add(line: string): void {
    this.#text += `${line}\n`;
    if (this.#text.length > BUFFER_CHARS) this.#flush();
  }

  close(): void {
    if (this.#text !== '') this.#flush();
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }

  #flush(): void {
    this.#fd ??= openSync(this.path, 'w', 0o600);
    const bytes = Buffer.from(this.#text);
    this.#text = '';
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at);
  }
}
