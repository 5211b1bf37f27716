/**
 * The day in a few lines for operators, once trading is over: counted from the record.
 *
 * Days are New York's. Money is what trades that ended that day brought, by their own record.
 */
import type { DeskEntry, Told } from '#audit/model.ts';
import type { IsoDate } from '#kernel/calendar.ts';
import { gain } from '#kernel/dollars.ts';
import { addMoney, type Money, money } from '#kernel/price.ts';
import { type EpochMs, plus } from '#kernel/time.ts';
import { isTradingDay, newYorkDate, sessionOf } from '#market/session.ts';

/** Late fills and results of the close are in by then. */
const AFTER_CLOSE_MS = 5 * 60_000;

const COUNTED: ReadonlySet<DeskEntry['kind']> = new Set<DeskEntry['kind']>([
  'message.received',
  'alert.decided',
  'trade.opened',
  'trade.ended',
  'incident.raised',
]);

interface Count {
  readonly day: IsoDate;
  readonly badge: string;
  alerts: number;
  refused: number;
  opened: number;
  ended: number;
  incidents: number;
  result: Money;
}

export class DaySummary {
  #count: Count | null = null;

  take({ entry, badge }: Told): void {
    // Most records count for nothing, and a day takes a while to tell.
    if (!COUNTED.has(entry.kind)) return;
    const count = this.#countOf(newYorkDate(entry.wall), badge);
    if (entry.kind === 'message.received') count.alerts += 1;
    if (entry.kind === 'alert.decided' && entry.body.verdict === 'refused') count.refused += 1;
    if (entry.kind === 'trade.opened') count.opened += 1;
    if (entry.kind === 'incident.raised') count.incidents += 1;
    if (entry.kind !== 'trade.ended') return;
    count.ended += 1;
    count.result = addMoney(count.result, entry.body.result);
  }

  save(): Readonly<Count> | null {
    return this.#count === null ? null : { ...this.#count };
  }

  /** Of a new summary, in place of the records that made what was saved. */
  restore(saved: Readonly<Count> | null): void {
    this.#count = saved === null ? null : { ...saved };
  }

  /** The day that is over, in words; `null` before its end and on days without trading. */
  due(now: EpochMs, open: number): { readonly day: string; readonly text: string } | null {
    const day = newYorkDate(now);
    const session = isTradingDay(day) ? sessionOf('equity', day) : null;
    if (session === null || now < plus(session.close, AFTER_CLOSE_MS)) return null;
    const count = this.#count?.day === day ? this.#count : null;
    if (count === null) return null;
    const { badge, alerts, refused, opened, ended, incidents, result } = count;
    const parts = [
      `${alerts} messages, ${refused} refused`,
      `${opened} trades opened, ${ended} ended: ${gain(result)}`,
      `${open} still open`,
      `${incidents} incidents`,
    ];
    return { day, text: `[${badge}] ${day}: ${parts.join(' · ')}` };
  }

  #countOf(day: IsoDate, badge: string): Count {
    if (this.#count?.day === day) return this.#count;
    const none = { alerts: 0, refused: 0, opened: 0, ended: 0, incidents: 0 };
    this.#count = { day, badge, ...none, result: money('0') };
    return this.#count;
  }
}
