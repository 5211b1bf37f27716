/**
 * Judges what processes have left behind: the broker's books against the record, by the invariants
 * a desk is held to under a virtual clock, and what callers were told against both.
 */
import { createJournalDisk } from '#adapters/disk/journal-disk.ts';
import type { SeenMutation } from '#adapters/simulated/ledger.ts';
import { AlertSettingsSchema } from '#alerts/settings.ts';
import { withOwnPeople } from '#app/demo-room.ts';
import { auditGaps } from '#audit/gaps.ts';
import { verifyJournal } from '#journal/verify.ts';
import { messageKey } from '#kernel/ids.ts';
import { type Evidence, evidenceOf } from '../../desk/evidence.ts';
import { ENTRY_INVARIANTS } from '../../desk/invariants-entry.ts';
import { EXIT_INVARIANTS } from '../../desk/invariants-exit.ts';
import { RECORD_INVARIANTS } from '../../desk/invariants-record.ts';
import { readLedger, readRecord } from './kept-books.ts';

/** What a desk has answered to a message of the local operator. */
export interface Told {
  readonly messageId: string;
  readonly verdict: string;
  readonly code: string;
  readonly tradeId: string | null;
}

const INVARIANTS = { ...ENTRY_INVARIANTS, ...EXIT_INVARIANTS, ...RECORD_INVARIANTS };

/** Every broken promise in a data directory, as a sentence; none when all were kept. */
export async function brokenIn(
  directory: string,
  told: readonly Told[],
): Promise<readonly string[]> {
  const evidence = await evidenceIn(directory);
  return [
    ...(await unsound(directory)),
    ...Object.entries(INVARIANTS).flatMap(([name, check]) =>
      check(evidence).map((what) => `${name}: ${what}`),
    ),
    ...auditGaps(evidence.records).map(({ what }) => `the record leaves open: ${what}`),
    ...repeated(evidence.ledger.mutations),
    ...undecided(evidence),
    ...otherwiseTold(evidence, told),
  ];
}

async function evidenceIn(directory: string): Promise<Evidence> {
  const records = await readRecord(directory);
  const ledger = readLedger(directory);
  const newest = ledger.statuses.at(-1)?.at ?? records.at(-1)?.wall;
  if (newest === undefined) throw new Error(`nothing happened in ${directory}`);
  return evidenceOf({
    broker: { ledger },
    clock: { now: () => newest },
    records: () => records,
    settings: {
      alerts: withOwnPeople(AlertSettingsSchema.parse({}), 'demo'),
      orders: { idPrefix: 'sw' },
    },
  });
}

async function unsound(directory: string): Promise<readonly string[]> {
  const verified = await verifyJournal(createJournalDisk(directory));
  const isSound = verified.ok && verified.value.ok;
  return isSound ? [] : [`the journal is not sound: ${JSON.stringify(verified)}`];
}

function repeated(mutations: readonly SeenMutation[]): readonly string[] {
  const seen = new Set<string>();
  return mutations.flatMap(({ kind, clientOrderId }) => {
    if (kind === 'cancel' || clientOrderId === null) return [];
    const isRepeated = seen.has(clientOrderId);
    seen.add(clientOrderId);
    return isRepeated ? [`the broker was sent ${clientOrderId} twice`] : [];
  });
}

function undecided({ of }: Evidence): readonly string[] {
  const decided = new Set(of('alert.decided').map(({ message }) => message));
  return of('message.received')
    .filter(({ message }) => !decided.has(message))
    .map(({ message }) => `${message} was received and never decided`);
}

function otherwiseTold({ of }: Evidence, told: readonly Told[]): readonly string[] {
  const decisions = new Map(of('alert.decided').map((record) => [record.message, record.body]));
  const opened = new Set<string>(of('trade.opened').map(({ body }) => body.plan.tradeId));
  return told.flatMap(({ messageId, verdict, code, tradeId }) => {
    const decided = decisions.get(messageKey('local', 'local', messageId));
    if (decided === undefined) return [`${messageId} was answered and is not on record`];
    if (code === 'duplicate_message') return [];
    if (decided.verdict !== verdict) {
      return [`${messageId} was told ${verdict} and recorded as ${decided.verdict}`];
    }
    const isMissing = verdict === 'order' && tradeId !== null && !opened.has(tradeId);
    return isMissing ? [`${messageId} was told of ${tradeId}, which was never opened`] : [];
  });
}
