/**
 * What intake remembers, so that nothing is done twice (R-06).
 *
 * Message      a redelivery of one message is known for ever, whatever has happened since.
 * Instruction  the same action in the same instrument on the same account, by whoever and wherever,
 *              within a window of the times of *posting*. Price and quantity are not part of it.
 * Repeat       after the window, while a trade in the instrument is open.
 *
 * The memory is rebuilt from the journal by `remember`. Whoever decides checks and records within
 * one synchronous turn, or two deliveries could pass the check before either is remembered.
 *
 * Invariants
 * 1. Deliveries come in any order: a message posted up to a window before a remembered one is as
 *    much its duplicate as one posted after it. Apart by the whole window is not within it.
 * 2. A duplicate is not remembered as an instruction, so a chain of them does not stretch the
 *    window; nor is a refused alert, so that its correction can follow at once.
 * 3. Messages of people who may trigger are kept for ever (a few hundred a day); of strangers' the
 *    newest `STRANGERS_MAX`: what may not trigger needs no memory to be refused again. Of
 *    deletions, which concern what is being decided or has not come yet, the newest `DELETED_MAX`.
 * 4. An instruction is forgotten only when no message young enough to be admitted can meet it.
 */
import type { Recorded } from '#events/record.ts';
import { inBlocks } from '#kernel/blocks.ts';
import { shortDigest } from '#kernel/digest.ts';
import type { MessageKey } from '#kernel/ids.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { InstrumentSymbol } from '#market/instrument.ts';
import type { Action, AlertRecord, ChatMessage } from './model.ts';
import type { ReasonCode } from './reasons.ts';
import type { AlertSettings } from './settings.ts';

export interface Instruction {
  readonly economicKey: string;
  readonly message: MessageKey;
  readonly postedAt: EpochMs;
  readonly recordedAt: EpochMs;
}

/** Changed by `remember` alone. */
export interface IntakeMemory {
  readonly decided: Set<MessageKey>;
  /** In order of arrival. */
  readonly strangers: Set<MessageKey>;
  /**
   * Received and not decided, or decided and not carried out: in the works, or cut off by a crash
   * that kept a part of what belonged together.
   */
  readonly undecided: Map<MessageKey, ChatMessage>;
  /** Taken back by their authors, some before they were received; in order of deletion. */
  readonly deleted: Set<MessageKey>;
  /** In order of recording. */
  readonly instructions: Instruction[];
}

/** The memory as plain data. */
export interface SavedMemory {
  /** In blocks: they only ever become more. */
  readonly decided: readonly (readonly MessageKey[])[];
  readonly strangers: readonly MessageKey[];
  readonly undecided: readonly (readonly [MessageKey, ChatMessage])[];
  readonly deleted: readonly MessageKey[];
  readonly instructions: readonly Instruction[];
}

/** Records that carry a decision out; the trade core's, known here by name alone. */
const CARRIED_OUT: ReadonlySet<string> = new Set(['trade.opened', 'close.requested']);
/** Refused for who or where, before anything was read. */
const STRANGER_CODES: ReadonlySet<string> = new Set<ReasonCode>([
  'channel_not_allowed',
  'channel_not_for_alerts',
  'author_is_bot',
  'author_is_webhook',
  'author_is_system',
  'author_not_allowed',
]);
const STRANGERS_MAX = 10_000;
const DELETED_MAX = 10_000;
/** The largest window, age and lead that can be configured, together. */
const INSTRUCTIONS_KEPT_MS = 3_600_000 + 120_000 + 60_000;

export function createIntakeMemory(): IntakeMemory {
  return {
    decided: new Set(),
    strangers: new Set(),
    undecided: new Map(),
    deleted: new Set(),
    instructions: [],
  };
}

export function saveMemory(memory: IntakeMemory): SavedMemory {
  return {
    decided: inBlocks(memory.decided),
    strangers: [...memory.strangers],
    undecided: [...memory.undecided],
    deleted: [...memory.deleted],
    instructions: [...memory.instructions],
  };
}

/** Into a new memory, in place of the records that made what was saved. */
export function restoreMemory(memory: IntakeMemory, saved: SavedMemory): void {
  for (const key of saved.decided.flat()) memory.decided.add(key);
  for (const key of saved.strangers) memory.strangers.add(key);
  for (const [key, message] of saved.undecided) memory.undecided.set(key, message);
  for (const key of saved.deleted) memory.deleted.add(key);
  for (const instruction of saved.instructions) memory.instructions.push(instruction);
}

/** Takes one record in, live or at replay; those of other parts it leaves alone. */
export function remember(memory: IntakeMemory, record: Recorded): void {
  const key = record.message;
  if (key === undefined) return;
  if (CARRIED_OUT.has(record.kind)) memory.undecided.delete(key);
  if (record.kind === 'message.deleted') keepNewest(memory.deleted, key, DELETED_MAX);
  if (!isRemembered(record)) return;
  if (record.kind === 'message.received') {
    if (!hasDecided(memory, key)) memory.undecided.set(key, record.body.message);
    return;
  }
  if (STRANGER_CODES.has(record.body.code)) keepNewest(memory.strangers, key, STRANGERS_MAX);
  else memory.decided.add(key);
  const { economicKey: given, postedAt, verdict } = record.body;
  if (given === null || (verdict !== 'order' && verdict !== 'exit')) {
    memory.undecided.delete(key);
    return;
  }
  // Still undecided: what carries it out stands behind it in the same write.
  keep(memory, { economicKey: given, message: key, postedAt, recordedAt: record.wall });
}

export function hasSeen(memory: IntakeMemory, key: MessageKey): boolean {
  return memory.undecided.has(key) || hasDecided(memory, key);
}

/** What is the same instruction, whoever gives it and at whatever price. */
export function economicKey(account: string, action: Action, symbol: InstrumentSymbol): string {
  return shortDigest(JSON.stringify([account, action, symbol]), 26);
}

export type Repetition =
  | { readonly code: 'duplicate_alert'; readonly of: MessageKey; readonly detail: string }
  | { readonly code: 'already_open'; readonly detail: string };

export interface RepetitionQuery {
  /** Whose instruction it is: one cut off before it was carried out does not repeat itself. */
  readonly message?: MessageKey;
  readonly economicKey: string;
  readonly action: Action;
  readonly postedAt: EpochMs;
  /** Trades open in the instrument, whoever opened them. */
  readonly openOnInstrument: number;
}

/** Why this instruction would repeat one already taken, or `null`. */
export function repetition(
  query: RepetitionQuery,
  settings: Pick<AlertSettings, 'duplicateWindowMs' | 'repeat'>,
  memory: IntakeMemory,
): Repetition | null {
  const windowMs = settings.duplicateWindowMs;
  const earlier = memory.instructions.findLast(
    ({ economicKey: key, postedAt, message }) =>
      key === query.economicKey &&
      message !== query.message &&
      Math.abs(query.postedAt - postedAt) < windowMs,
  );
  if (earlier !== undefined) {
    const apart = (Math.abs(query.postedAt - earlier.postedAt) / 1000).toFixed(3);
    const detail = `posted ${apart} s from ${earlier.message}, window ${windowMs / 1000} s`;
    return { code: 'duplicate_alert', of: earlier.message, detail };
  }
  const opens = query.action === 'BTO' || query.action === 'STO';
  if (opens && settings.repeat === 'block_if_open' && query.openOnInstrument > 0) {
    return { code: 'already_open', detail: `${query.openOnInstrument} open in the instrument` };
  }
  return null;
}

type Remembered = Extract<AlertRecord, { kind: 'message.received' | 'alert.decided' }>;

/** The kind of a record says what its body is: the journal wrote it so, and reads it back so. */
function isRemembered(record: Recorded): record is Recorded<Remembered> {
  return record.kind === 'message.received' || record.kind === 'alert.decided';
}

function hasDecided(memory: IntakeMemory, key: MessageKey): boolean {
  return memory.decided.has(key) || memory.strangers.has(key);
}

export function keepNewest(keys: Set<MessageKey>, key: MessageKey, most: number): void {
  keys.add(key);
  if (keys.size <= most) return;
  const oldest = keys.values().next();
  if (!oldest.done) keys.delete(oldest.value);
}

function keep({ instructions }: IntakeMemory, instruction: Instruction): void {
  const from = instruction.recordedAt - INSTRUCTIONS_KEPT_MS;
  const young = instructions.findIndex(({ recordedAt }) => recordedAt >= from);
  instructions.splice(0, young === -1 ? instructions.length : young);
  instructions.push(instruction);
}
