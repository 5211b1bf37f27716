/** Partitions ahead, and rows that are older than they may be kept. */

import { addDays, type IsoDate } from '#kernel/calendar.ts';
import type { Session } from './session.ts';
import { TABLE_NAMES, tableOf } from './statements.ts';

/** So many days ahead there is a partition already. */
const AHEAD_DAYS = 7;

export function daysAhead(today: IsoDate): readonly IsoDate[] {
  return Array.from({ length: AHEAD_DAYS + 1 }, (_, ahead) => addDays(today, ahead));
}

/** Deletes what is older than a day, an open trade never; audit partitions are dropped instead. */
export async function prune(session: Session, before: IsoDate, prefix = ''): Promise<number> {
  const at = `${before}T00:00Z`;
  let deleted = 0;
  for (const statement of pruneStatements(prefix)) {
    const { affected } = await session.query(statement, [at]);
    deleted += affected;
  }
  return deleted;
}

/**
 * Forgets what occurred among records that are kept no longer. The newest chunk may yet grow, and
 * stays; a comparison expects none that is old.
 */
export async function pruneChunks(session: Session, before: IsoDate): Promise<number> {
  const old = `last_at < $1::timestamptz and chunk < (select max(chunk) from audit_chunks)`;
  const at = `${before}T00:00Z`;
  await session.query(
    `delete from audit_values where chunk in (select chunk from audit_chunks where ${old})`,
    [at],
  );
  return (await session.query(`delete from audit_chunks where ${old}`, [at])).affected;
}

function pruneStatements(prefix: string): readonly string[] {
  const old = 'ended_at < $1::timestamptz';
  const ofOldTrade = `trade_id in (select trade_id from ${prefix}trades where ${old})`;
  return [
    `delete from ${prefix}fills where ${ofOldTrade}`,
    `delete from ${prefix}orders where ${ofOldTrade}`,
    `delete from ${prefix}trades where ${old}`,
    `delete from ${prefix}audit_days where day < $1::timestamptz::date`,
    ...TABLE_NAMES.filter((name) => !KEPT_OTHERWISE.includes(name))
      .filter((name) => 'at' in tableOf(name).columns)
      .map((name) => `delete from ${prefix}${name} where at < $1::timestamptz`),
  ];
}

const KEPT_OTHERWISE: readonly string[] = ['trades', 'orders', 'fills', 'audit_days'];
