/** That a desk traded as if its stores were there: what every outage is judged by. */
import { expect } from 'vitest';
import { isDeskEntry } from '#app/desk-entry.ts';
import type { DeskEntry } from '#audit/model.ts';
import type { Answered, OpenDesk } from './desk.ts';

/** A decision waits for its market facts and its disk; never for a store, which costs a second. */
const ANSWER_MS_MAX = 900;

export function recordOf({ app }: OpenDesk): readonly DeskEntry[] {
  return [...app.journal.read(1)].filter(isDeskEntry);
}

/** Every alert was decided, at once, and every order that was decided is on record. */
export function expectUnaffected(desk: OpenDesk, answered: readonly Answered[]): void {
  expect(Math.max(...answered.map(({ ms }) => ms))).toBeLessThan(ANSWER_MS_MAX);
  const record = recordOf(desk);
  const decided = record.filter(({ kind }) => kind === 'alert.decided');
  expect(decided).toHaveLength(answered.length);
  const traded = answered.flatMap(({ answer }) => answer.tradeId ?? []);
  // The market is a random one: some are refused for their spread, as on any day.
  expect(traded.length).toBeGreaterThan(answered.length / 4);
  const intended = record.flatMap((one) => (one.kind === 'order.intended' ? [one.trade] : []));
  expect(traded.filter((trade) => !intended.includes(trade))).toEqual([]);
  expect(desk.app.journal.health()).toMatchObject({ writable: true, fault: null });
  const told = record.flatMap((one) => (one.kind === 'incident.raised' ? [one.body] : []));
  const isBehind = (code: string): boolean => code === 'bus_behind' || code === 'history_behind';
  expect(told.filter(({ code }) => !isBehind(code))).toEqual([]);
}
