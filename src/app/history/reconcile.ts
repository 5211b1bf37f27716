/** Proves that a store holds what the journal makes of it, or names the first difference. */
import { createTeller } from '#audit/teller.ts';
import type { Recorded } from '#events/record.ts';
import type { Projected } from '#history/model.ts';
import type { Difference, HistoryStore, StoreFault, Telling } from '#history/ports.ts';
import { rowsOf } from '#history/project.ts';
import { standingOf } from '#history/standing.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { TRADE_RULES } from '../trade-rules.ts';
import { identityOf, type ReadableJournal } from './journal-source.ts';
import { breathe, tellingBy } from './telling.ts';

export interface Reconciled {
  /** Compared up to and with this record. */
  readonly seq: number;
  readonly differences: readonly Difference[];
}

export interface ReconcileParts {
  readonly store: HistoryStore;
  /** Asked once the store stands still: it then goes at least as far. */
  readonly journal: () => Promise<ReadableJournal>;
  readonly onProgress?: (seq: number, of: number) => void;
}

const BATCH = 2_000;
/** Somebody may be trading in this process. */
const SLICE_RECORDS = 50;

export async function reconcile(parts: ReconcileParts): Promise<Result<Reconciled, StoreFault>> {
  const { store, onProgress } = parts;
  const opened = await store.open();
  if (!opened.ok) return opened;
  const begun = await store.compare();
  if (!begun.ok) return begun;
  const comparison = begun.value;
  try {
    const journal = await parts.journal();
    const { position } = comparison;
    const standing = standingOf(position, identityOf(journal));
    if (standing.kind === 'refuse') {
      await comparison.abandon();
      return err(standing.fault);
    }
    const seq = standing.kind === 'begin' ? 0 : (position?.seq ?? 0);
    const telling = tellingBy(createTeller(TRADE_RULES));
    for (const batch of batchesOf(journal.read(1), seq)) {
      const last = batch.at(-1)?.seq ?? 0;
      const taken = await comparison.expect(rowsOf(await projectedOf(batch, telling)), last);
      if (!taken.ok) {
        await comparison.abandon();
        return taken;
      }
      onProgress?.(last, seq);
    }
    const differences = await comparison.differences();
    return differences.ok ? ok({ seq, differences: differences.value }) : differences;
  } catch (error) {
    await comparison.abandon();
    throw error;
  }
}

async function projectedOf(
  batch: readonly Recorded[],
  telling: Telling,
): Promise<readonly Projected[]> {
  const projected: Projected[] = [];
  for (const [at, record] of batch.entries()) {
    const told = telling.tell(record);
    if (told !== null) projected.push(told);
    if (at % SLICE_RECORDS === 0) await breathe();
  }
  return projected;
}

function* batchesOf(records: Iterable<Recorded>, upTo: number): Iterable<readonly Recorded[]> {
  let batch: Recorded[] = [];
  for (const record of records) {
    if (record.seq > upTo) break;
    batch.push(record);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
