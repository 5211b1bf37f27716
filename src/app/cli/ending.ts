/**
 * How the program ends: the outer side closes, the desk stops, the rest closes. No part is waited
 * for without an end: a request or a job may itself wait for a disk that never answers.
 */
import { JournalUnwritable } from '#journal/ports.ts';
import type { Clock } from '#kernel/time.ts';
import { within } from '#kernel/within.ts';
import type { Exit } from '../exit-codes.ts';

export interface End {
  readonly exit: Exit;
  readonly reason: string;
}

export interface EndingParts {
  readonly clock: Clock;
  /** Nobody comes in any more. */
  readonly close: () => Promise<void>;
  readonly stopDesk: (reason: string) => Promise<void>;
  /** What is told of the stop itself. */
  readonly closeRest: () => Promise<void>;
  /** How long entries may take to go, as configured. */
  readonly shutdownWaitMs: number;
}

const CLOSE_MS = 5_000;
/** Beyond its entries: answers, records, jobs, snapshots and chats have ends of their own. */
const STOP_MS = 60_000;

/** Says how it ended, which may be worse than how it began. */
export async function endInOrder(parts: EndingParts, begun: End): Promise<End> {
  const { clock, close, closeRest } = parts;
  const closing = close();
  const closed = (): Promise<void> => closing;
  await within({ clock, ms: CLOSE_MS }, closed, () => undefined);
  const end = await stopDesk(parts, begun);
  await within({ clock, ms: CLOSE_MS }, closed, () => undefined);
  await within({ clock, ms: CLOSE_MS }, closeRest, () => undefined);
  return end;
}

/** Without a journal the desk takes its entries back and ends; there is nothing left to record. */
async function stopDesk(
  { clock, stopDesk: stop, shutdownWaitMs }: EndingParts,
  begun: End,
): Promise<End> {
  const ms = shutdownWaitMs + STOP_MS;
  const late = (): End => ({
    exit: 'refused',
    reason: `its stop has not ended within ${ms / 1_000} s; the next start looks after what is left`,
  });
  try {
    return await within({ clock, ms }, () => stop(begun.reason).then(() => begun), late);
  } catch (error) {
    if (!(error instanceof JournalUnwritable)) throw error;
    return begun.exit === 'done' ? { exit: 'journal_unwritable', reason: error.message } : begun;
  }
}
