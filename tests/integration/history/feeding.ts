/** A journal that grows while a store of history is kept up with it, whatever happens to that. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createMemoryJournal } from '#adapters/memory/journal.ts';
import { createPostgresServer } from '#adapters/sql/postgres.ts';
import { createSqlHistory } from '#adapters/sql/store.ts';
import { reconcile } from '#app/history/reconcile.ts';
import { breathe, tellingBy } from '#app/history/telling.ts';
import { TRADE_RULES } from '#app/trade-rules.ts';
import type { DeskEntry } from '#audit/model.ts';
import { createTeller } from '#audit/teller.ts';
import { LIVE_LIMITS } from '#history/batches.ts';
import { Projector } from '#history/projector.ts';
import { createRandom } from '#kernel/random.ts';
import { Secret } from '#kernel/secret.ts';
import { createSystemClock } from '#kernel/time.ts';
import { sold } from '../../fixtures/desk-courses.ts';
import { decide, say } from '../../fixtures/desk-log.ts';

/** Far beyond what any recovery takes, so that a defect ends a test and a slow machine does not. */
const CURRENT_MS = 100_000;

export interface Feeding {
  readonly projector: Projector;
  /** Codes of the faults it met, each told once in a row. */
  readonly faults: string[];
  /** Appends so many records, one after another, a few milliseconds apart. */
  feed(records: number): Promise<void>;
  /** Waits for everything to be there, then proves it; gives what is not as it should be. */
  settled(): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

export function startFeeding(url: string): Feeding {
  const clock = createSystemClock();
  const journal = createMemoryJournal({ clock, run: 'r1' });
  const server = createPostgresServer({ url: new Secret(url), schema: 'strikewire' });
  const store = createSqlHistory(server, 'strikewire');
  const faults: string[] = [];
  const projector = new Projector({
    ...{ clock, journal, store, breathe, random: createRandom(1) },
    limits: { ...LIVE_LIMITS, recordsMax: 100 },
    async tellingFrom(seq) {
      const telling = tellingBy(createTeller(TRADE_RULES));
      for (const record of journal.read(1)) if (record.seq <= seq) telling.tell(record);
      return telling;
    },
    on: { failed: ({ code }) => faults.push(code) },
  });
  const source = records();
  projector.start();
  return {
    projector,
    faults,
    async feed(count) {
      for (let at = 0; at < count; at += 1) {
        const { value } = source.next();
        const { kind, body, actor, trade, message } = value;
        const links = { ...(trade && { trade }), ...(message && { message }) };
        journal.append([{ kind, body, actor, ...links }], 'sync');
        await sleep(4);
      }
    },
    async settled() {
      if (!(await projector.catchesUp(CURRENT_MS))) return [projector.health()];
      const found = await projector.alone(() => reconcile({ store, journal: async () => journal }));
      if (!found.ok) return [found.error];
      const { differences, seq } = found.value;
      const last = journal.health().durableSeq;
      return seq === last ? differences : [`compared up to ${seq} of ${last}`];
    },
    async close() {
      await projector.stop();
      await store.close();
    },
  };
}

/** A trade from alert to exit, then people talking without an end. */
function* records(): Generator<DeskEntry, never> {
  const { log } = sold();
  let at = 0;
  for (let said = 1; ; said += 1) {
    for (; at < log.entries.length; at += 1) {
      const entry = log.entries[at];
      if (entry !== undefined) yield entry;
    }
    log.wait(60_000);
    const key = say(log, `good morning ${said}`, { id: `m${said}`, author: 'Bob' });
    decide(log, key, { verdict: 'chatter', code: 'exit', detail: 'No instruction was found.' });
  }
}
