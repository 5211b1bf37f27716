/**
 * The invariants of the trade core, judged from the broker's ledger and the journal.
 *
 * S  safety: holds at every moment of the ledger, whatever has gone wrong.
 * L  liveness: holds once things have come to rest.
 *
 * Each check returns what it found broken, as sentences; nothing means it holds.
 */
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { auditGaps } from '#audit/gaps.ts';
import { type Evidence, evidenceOf, replayed } from './evidence.ts';
import { ENTRY_INVARIANTS } from './invariants-entry.ts';
import { EXIT_INVARIANTS } from './invariants-exit.ts';
import { RECORD_INVARIANTS } from './invariants-record.ts';
import { takeOpened, type World } from './world.ts';

export type Check = (evidence: Evidence) => readonly string[];

/** Longer than an entry window and what may follow it. */
const REST_MS = 150_000;

const CHECKS: readonly (readonly [string, Check])[] = [
  ...Object.entries(ENTRY_INVARIANTS),
  ...Object.entries(EXIT_INVARIANTS),
  ...Object.entries(RECORD_INVARIANTS),
  [
    'S14 the record answers every question',
    ({ records }) => auditGaps(records).map(({ what }) => what),
  ],
];

/** Lets every world of the test come to rest, then holds it to the invariants. */
export async function holdInvariants(): Promise<void> {
  for (const world of takeOpened()) {
    await world.run(REST_MS);
    expect([...broken(world), ...(await brokenByRepetition(world))]).toEqual([]);
  }
}

/** What is broken now, without those the test has excused. */
export function broken(world: World): readonly string[] {
  const evidence = evidenceOf(world);
  const found = CHECKS.flatMap(([name, check]) => {
    const isExcused = world.excused.has(name.slice(0, name.indexOf(' ')));
    return isExcused ? [] : check(evidence).map((what) => `${name}: ${what}`);
  });
  return [...found, ...replayDiffers(world)];
}

/** S15: the state rebuilt from the journal is the state the desk holds. */
function replayDiffers(world: World): readonly string[] {
  if (!world.journal.health().writable) return [];
  const { book } = replayed(world.records());
  return [...world.desk.book.all()]
    .filter((trade) => !isDeepStrictEqual(book.trade(trade.id), trade))
    .map(({ id }) => `S15 replay gives the same state: ${id} differs`);
}

/** S16: whatever came before comes again, and nothing happens but its being noted. */
async function brokenByRepetition(world: World): Promise<readonly string[]> {
  if (!world.journal.health().writable || world.excused.has('S16')) return [];
  const before = acts(world);
  for (const { key } of world.messages) await world.redeliver(key);
  world.process.notifyAgain();
  await world.run(2_000);
  return acts(world)
    .slice(before.length)
    .map((kind) => `S16 repetition changes nothing: ${kind} was recorded`);
}

const NOTED = new Set(['message.redelivered', 'message.edited', 'reconcile.passed']);

function acts(world: World): readonly string[] {
  return world.kinds().filter((kind) => !NOTED.has(kind));
}
