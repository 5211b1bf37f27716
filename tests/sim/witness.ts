/** What a world leaves behind of itself: a digest of every event, marks, and, if asked, a story. */

import type { DeskEntry } from '#audit/model.ts';
import type { LedgerEvent } from '../desk/evidence.ts';
import type { MarkName } from './marks.ts';
import type { Fired, StoryEntry, Violation } from './model.ts';
import type { PlannedCrash } from './seed-mishaps.ts';
import { createVoices, type Voices } from './timeline-voices.ts';

export class Witness {
  readonly marks = new Map<string, number>();
  readonly violations: Violation[] = [];
  readonly story: StoryEntry[] = [];
  readonly #now: () => number;
  readonly #voices: Voices | null;
  #low = 0x811c9dc5;
  #high = 0x9e3779b9;

  constructor(now: () => number, keepsStory: boolean) {
    this.#now = now;
    this.#voices = keepsStory ? createVoices() : null;
  }

  get hash(): string {
    return hex(this.#low) + hex(this.#high);
  }

  mark(name: MarkName): void {
    this.marks.set(name, (this.marks.get(name) ?? 0) + 1);
  }

  digest(kind: string, count: number): void {
    this.#mix(Math.round(this.#now()));
    this.#mix(count | 0);
    for (let at = 0; at < kind.length; at += 1) this.#mix(kind.charCodeAt(at));
  }

  record(entry: DeskEntry): void {
    this.digest(entry.kind, entry.seq);
    this.#mix(entry.wall | 0);
    this.tell('desk', this.#voices?.desk(entry) ?? null);
  }

  fault({ id, kind }: Fired): void {
    this.digest(kind, Number(id.slice(1)));
    this.marks.set(`fault ${kind}`, (this.marks.get(`fault ${kind}`) ?? 0) + 1);
    if (this.#voices !== null && !kind.startsWith('crash'))
      this.tell('fault', `${kind.replaceAll('_', ' ')} (${id})`);
  }

  crash({ id, moment, downMs }: PlannedCrash): void {
    this.tell('crash', `${moment.replaceAll('_', ' ')} (${id}), down for ${downMs} ms`);
  }

  violation(invariant: string, what: string): void {
    if (this.violations.some((known) => known.invariant === invariant && known.what === what))
      return;
    this.violations.push({ invariant, at: Math.round(this.#now()), what });
    this.tell('violation', `${invariant}: ${what}`);
  }

  /** What the broker truly did. */
  ledger(event: LedgerEvent): void {
    this.tell('broker', this.#voices?.broker(event) ?? null);
  }

  tell(who: StoryEntry['who'], text: string | null): void {
    if (this.#voices === null || text === null) return;
    this.story.push({ at: Math.round(this.#now()), who, text: this.#voices.plain(text) });
  }

  #mix(value: number): void {
    this.#low = Math.imul(this.#low ^ value, 0x01000193);
    this.#low ^= this.#low >>> 13;
    this.#high = Math.imul(this.#high + value, 0x85ebca6b) ^ this.#low;
  }
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
