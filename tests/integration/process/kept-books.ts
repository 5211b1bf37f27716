/**
 * What a desk has left in its data directory, read without it and without touching it: its own
 * record, and the books of the simulated broker, which nobody but the broker writes.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createJournalDisk } from '#adapters/disk/journal-disk.ts';
import { createSimulatedBroker } from '#adapters/simulated/broker.ts';
import type { Ledger } from '#adapters/simulated/ledger.ts';
import { createSimulatedMarket } from '#adapters/simulated/market.ts';
import { decodeLine, type VenueLine } from '#adapters/simulated/venue-lines.ts';
import { isDeskEntry } from '#app/desk-entry.ts';
import type { Recorded } from '#events/record.ts';
import { scanJournal } from '#journal/scan.ts';
import { invariant } from '#kernel/invariant.ts';
import { createRandom } from '#kernel/random.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';
import { instrumentOf } from '#market/instruments.ts';
import { newYorkDate } from '#market/session.ts';
import type { DeskRecord } from '#orders/model.ts';

/** Every record, up to where a crash has cut the last one short; none before the first start. */
export async function readRecord(directory: string): Promise<readonly Recorded<DeskRecord>[]> {
  if (!existsSync(join(directory, 'journal'))) return [];
  const records: Recorded<DeskRecord>[] = [];
  await scanJournal(createJournalDisk(directory), new Map(), (record) => {
    if (isDeskEntry(record)) records.push(record);
  });
  return records;
}

/** The broker's own books, opened as the broker opens them, at the moment of their last entry. */
export function readLedger(directory: string): Ledger {
  const kept = readLines(join(directory, 'simulated-broker.jsonl'));
  const last = kept.at(-1);
  invariant(last !== undefined, `somebody has traded in ${directory}`);
  const clock = createVirtualClock(last.at);
  const market = createSimulatedMarket({ clock, seed: 1 });
  const broker = createSimulatedBroker({
    clock,
    random: createRandom(1),
    quotes: market.openFeed(),
    isListed: () => false,
    memory: {
      file: { kept, keep: () => undefined, close: () => undefined },
      instrumentOf(symbol) {
        const found = instrumentOf(symbol, newYorkDate(last.at));
        return found.ok ? found.value : null;
      },
    },
  });
  broker.close();
  market.close();
  return broker.ledger;
}

function readLines(path: string): readonly VenueLine[] {
  const whole = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return whole.map((text, at) => {
    const line = decodeLine(text);
    invariant(line !== null, `line ${at + 1} of ${path} is one of the broker`);
    return line;
  });
}
