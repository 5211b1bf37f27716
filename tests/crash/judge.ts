/**
 * Judges what processes have left behind: the broker's books against the record, by the invariants
 * a desk is held to under a virtual clock, and what callers were told against both.
 */
import { isDeepStrictEqual } from 'node:util';
import { createJournalDisk } from '#adapters/disk/journal-disk.ts';
import { AlertSettingsSchema } from '#alerts/settings.ts';
import { withOwnPeople } from '#app/demo-room.ts';
import { auditGaps } from '#audit/gaps.ts';
import type { Recorded } from '#events/record.ts';
import { verifyJournal } from '#journal/verify.ts';
import { messageKey } from '#kernel/ids.ts';
import type { DeskRecord } from '#orders/model.ts';
import { type Books, type Evidence, evidenceOf } from '../desk/evidence.ts';
import { ENTRY_INVARIANTS } from '../desk/invariants-entry.ts';
import { EXIT_INVARIANTS } from '../desk/invariants-exit.ts';
import { RECORD_INVARIANTS } from '../desk/invariants-record.ts';
import { readRecord } from '../integration/process/kept-books.ts';
import type { Told } from './local-operator.ts';

/** Broken promises, as sentences; `all` holds the other lists, and whatever else there is. */
export interface Broken {
  /** Orders sent twice, and messages that opened more than one trade. */
  readonly duplicates: readonly string[];
  /** Orders at the broker without a trade, or without an intent before them. */
  readonly orphans: readonly string[];
  /** What happened, or was answered, and is not on record; a record that is not as it was. */
  readonly lost: readonly string[];
  readonly all: readonly string[];
}

export const NOTHING_BROKEN: Broken = { duplicates: [], orphans: [], lost: [], all: [] };

export interface Case {
  readonly directory: string;
  readonly books: Books;
  readonly script: 'demo' | 'none';
  readonly told: readonly Told[];
  /** Reasons of halts that were acknowledged. */
  readonly halts: readonly string[];
}

type List = 'duplicates' | 'orphans' | 'lost';

/** What the settings of a run give a request: for a token, a connection and an answer. */
const UNDER_WAY_MS = 2_200;
const INVARIANTS = { ...ENTRY_INVARIANTS, ...EXIT_INVARIANTS, ...RECORD_INVARIANTS };
const LIST_OF: Readonly<Record<string, List>> = {
  S1: 'orphans',
  S2: 'duplicates',
  S6: 'orphans',
  S7: 'lost',
  S14: 'lost',
};

export async function brokenIn(given: Case): Promise<Broken> {
  const evidence = await evidenceIn(given);
  const found = Object.entries(INVARIANTS).map(([name, check]) => ({
    list: LIST_OF[name.slice(0, name.indexOf(' '))],
    what: check(evidence).map((what) => `${name}: ${what}`),
  }));
  const of = (list: List): readonly string[] =>
    found.flatMap((each) => (each.list === list ? each.what : []));
  const duplicates = [...of('duplicates'), ...repeated(evidence.ledger)];
  const orphans = of('orphans');
  const lost = [
    ...of('lost'),
    ...(await unsound(given.directory)),
    ...auditGaps(evidence.records).map(({ what }) => `the record leaves open: ${what}`),
    ...unseen(evidence),
    ...otherwiseTold(evidence, given.told),
    ...unhalted(evidence, given.halts),
  ];
  const others = found.flatMap(({ list, what }) => (list === undefined ? what : []));
  const all = [...duplicates, ...orphans, ...lost, ...others, ...undecided(evidence)];
  return { duplicates, orphans, lost, all: [...all, ...haltedByItself(evidence)] };
}

async function evidenceIn({ directory, books, script }: Case): Promise<Evidence> {
  const records = await readRecord(directory);
  const newest = books.statuses.at(-1)?.at ?? records.at(-1)?.wall;
  if (newest === undefined) throw new Error(`nothing happened in ${directory}`);
  return evidenceOf({
    broker: { ledger: books },
    clock: { now: () => newest },
    records: () => records,
    underWayMs: UNDER_WAY_MS,
    settings: {
      alerts: withOwnPeople(AlertSettingsSchema.parse({}), script),
      orders: { idPrefix: 'sw' },
    },
  });
}

async function unsound(directory: string): Promise<readonly string[]> {
  const verified = await verifyJournal(createJournalDisk(directory));
  const isSound = verified.ok && verified.value.ok;
  return isSound ? [] : [`the journal is not sound: ${JSON.stringify(verified)}`];
}

/** By what had effect: an order that was turned away at the door may come again as it is. */
function repeated(books: Books): readonly string[] {
  const seen = new Set<string>();
  return books.orders().flatMap(({ clientOrderId }) => {
    if (clientOrderId === null) return [];
    const isRepeated = seen.has(clientOrderId);
    seen.add(clientOrderId);
    return isRepeated ? [`the broker has ${clientOrderId} twice`] : [];
  });
}

/** Every order that exists is on record as seen, not only as intended. */
function unseen({ of, orders }: Evidence): readonly string[] {
  const seen = new Set<string>(of('order.seen').map(({ body }) => body.sighting.cid));
  return orders.flatMap(({ cid }) => (seen.has(cid) ? [] : [`${cid} was never seen`]));
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

function unhalted({ of }: Evidence, halts: readonly string[]): readonly string[] {
  const reasons = new Set(of('kill_state.changed').map(({ body }) => body.reason));
  return halts.flatMap((reason) =>
    reasons.has(reason) ? [] : [`the halt ${reason} was acknowledged and is not on record`],
  );
}

/** Nobody else trades here: whatever makes a desk halt by itself is its own mistake. */
function haltedByItself({ of }: Evidence): readonly string[] {
  return of('kill_state.changed').flatMap(({ body: { to, reason } }) =>
    to === 'HALT' && !reason.startsWith('drill') ? [`the desk halted by itself: ${reason}`] : [],
  );
}

/** Looks at a record again and again: what was there once stays, as it was. */
export class RecordWatch {
  #count = 0;
  #last: Recorded<DeskRecord> | null = null;

  look(records: readonly Recorded<DeskRecord>[]): Broken {
    const there = records[this.#count - 1];
    const isKept = this.#last === null || isDeepStrictEqual(there, this.#last);
    const what = isKept ? [] : [`record ${this.#count} was there once and is not any more`];
    this.#count = records.length;
    this.#last = records.at(-1) ?? null;
    return { ...NOTHING_BROKEN, lost: what, all: what };
  }
}
