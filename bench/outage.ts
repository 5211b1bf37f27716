/**
 * What a store that follows the desk costs an alert when it fails: from the message received to its
 * order request on record, with Redis and PostgreSQL as they should be and with each fault of one
 * of them, turn by turn in one run, so that all meet the same machine.
 */

import { isDeskEntry } from '#app/desk-entry.ts';
import type { DeskEntry } from '#audit/model.ts';
import { MANY_TRADES, openOutageDesk } from '../tests/acceptance/stores/desk.ts';
import { POSTGRES } from '../tests/acceptance/stores/postgres-store.ts';
import { REDIS } from '../tests/acceptance/stores/redis-store.ts';
import type { StoreKind } from '../tests/acceptance/stores/store.ts';
import { type BenchRow, spread } from './report.ts';

const STORES: readonly StoreKind[] = [REDIS, POSTGRES];

interface Turn {
  readonly what: string;
  /** Fails in the middle of the alerts; `null`: none does. */
  readonly failing: { readonly kind: StoreKind; readonly fault: string } | null;
}

const SOUND: Turn = { what: 'Redis and PostgreSQL as they should be', failing: null };
const FAILING: readonly Turn[] = [
  turnOf(REDIS, 'is killed and comes back with nothing'),
  turnOf(REDIS, 'stands still'),
  turnOf(POSTGRES, 'is killed'),
  turnOf(POSTGRES, 'stands still'),
];
/** Every turn that often; the orders of all of them make a row. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 16);
/** Of each desk: what its limits let through quickly. */
const ALERTS = 40;
const EVERY_MS = 40;
const UNIT = 'ms';

function turnOf(kind: StoreKind, fault: string): Turn {
  return { what: `${kind.name} ${fault}`, failing: { kind, fault } };
}

export async function measure(): Promise<readonly BenchRow[]> {
  const turns = [SOUND, ...FAILING];
  const samples = new Map<Turn, number[]>(turns.map((turn) => [turn, []]));
  // The first round warms the program up: a desk does not trade its first alert cold.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const turn of turns) {
      const taken = await measureTurn(turn);
      if (round > 0) samples.get(turn)?.push(...taken);
    }
  }
  const rowOf = (turn: Turn): BenchRow => {
    const taken = samples.get(turn) ?? [];
    return spread(`alert to order, ${turn.what} (${taken.length} orders)`, taken, UNIT);
  };
  const sound = rowOf(SOUND);
  return [
    sound,
    ...FAILING.map((turn) => {
      const row = rowOf(turn);
      return { ...row, vs: `p99 of ${sound.what}`, ratio: (row.p99 ?? 0) / (sound.p99 ?? 1) };
    }),
  ];
}

async function measureTurn({ failing }: Turn): Promise<readonly number[]> {
  const stores = await Promise.all(
    STORES.map(async (kind) => ({
      kind,
      store: await kind.open((why) => {
        throw new Error(why);
      }),
    })),
  );
  const desk = await openOutageDesk(MANY_TRADES);
  const followed = stores.map(({ store }) => store.follow(desk.app));
  const failed = stores.find(({ kind }) => kind === failing?.kind)?.store;
  const fault = failed?.faults[failing?.fault ?? ''];
  try {
    await desk.alerts(2, EVERY_MS);
    await fault?.begin();
    const from = desk.app.journal.health().lastSeq;
    await desk.alerts(ALERTS, EVERY_MS);
    const record = [...desk.app.journal.read(from + 1)].filter(isDeskEntry);
    await fault?.end();
    return alertsToOrders(record);
  } finally {
    await Promise.all(followed.map((one) => one.stop()));
    await desk.close();
    await Promise.all(stores.map(({ store }) => store.close()));
  }
}

/** On the run's monotonic clock, from each message received to its first order on record. */
export function alertsToOrders(record: readonly DeskEntry[]): readonly number[] {
  const received = new Map<string, number>();
  const took: number[] = [];
  for (const { kind, message, mono } of record) {
    if (message === undefined) continue;
    if (kind === 'message.received') received.set(message, mono);
    const from = received.get(message);
    if (kind !== 'order.intended' || from === undefined) continue;
    took.push(mono - from);
    received.delete(message);
  }
  return took;
}
