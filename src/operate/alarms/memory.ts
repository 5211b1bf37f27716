/** What the record says of alarms: which are raised, who took note, what was told of them where. */
import type { DeskEntry } from '#audit/model.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { AlarmSeverity } from './table.ts';

export interface Raised {
  readonly alarm: string;
  readonly severity: AlarmSeverity;
  /** When it began to hold. */
  readonly since: EpochMs;
  /** When it was told last, and how often it has been. */
  readonly at: EpochMs;
  readonly times: number;
  readonly detail: string;
  readonly acknowledged: { readonly by: string; readonly at: EpochMs } | null;
}

type Kind = 'alarm.raised' | 'alarm.cleared' | 'alarm.tested';
export type AlarmEntry = Extract<DeskEntry, { kind: Kind }>;

export interface SavedAlarms {
  readonly raised: readonly Raised[];
  readonly untold: readonly AlarmEntry[];
}

/** A receiver that is away for long is told of the newest. */
const UNTOLD_MAX = 200;

export class AlarmMemory {
  readonly #raised = new Map<string, Raised>();
  /** What the receiver has not taken yet, by sequence number, oldest first. */
  readonly #untold = new Map<number, AlarmEntry>();

  take(entry: DeskEntry): void {
    if (entry.kind === 'alarm.raised') {
      const { alarm, severity, since, at, times, detail } = entry.body;
      const acknowledged = times > 1 ? (this.#raised.get(alarm)?.acknowledged ?? null) : null;
      this.#raised.set(alarm, { alarm, severity, since, at, times, detail, acknowledged });
    }
    if (entry.kind === 'alarm.cleared') this.#raised.delete(entry.body.alarm);
    if (entry.kind === 'alarm.acknowledged') {
      const { alarm, at } = entry.body;
      const raised = this.#raised.get(alarm);
      if (raised !== undefined) {
        this.#raised.set(alarm, { ...raised, acknowledged: { by: entry.actor, at } });
      }
    }
    if (isTellable(entry)) this.#keep(entry);
    if (entry.kind === 'alarm.told') this.#untold.delete(entry.body.of);
  }

  raised(alarm: string): Raised | null {
    return this.#raised.get(alarm) ?? null;
  }

  untold(): readonly AlarmEntry[] {
    return [...this.#untold.values()];
  }

  save(): SavedAlarms {
    return { raised: [...this.#raised.values()], untold: this.untold() };
  }

  restore({ raised, untold }: SavedAlarms): void {
    this.#raised.clear();
    for (const one of raised) this.#raised.set(one.alarm, one);
    this.#untold.clear();
    for (const one of untold) this.#untold.set(one.seq, one);
  }

  #keep(entry: AlarmEntry): void {
    this.#untold.set(entry.seq, entry);
    if (this.#untold.size <= UNTOLD_MAX) return;
    const all = [...this.#untold.values()];
    // A test is never what a person must not miss.
    const least = all.find(({ kind }) => kind === 'alarm.tested') ?? all[0];
    if (least !== undefined) this.#untold.delete(least.seq);
  }
}

function isTellable(entry: DeskEntry): entry is AlarmEntry {
  const { kind } = entry;
  return kind === 'alarm.raised' || kind === 'alarm.cleared' || kind === 'alarm.tested';
}
