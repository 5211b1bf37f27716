/**
 * Acts of people on record, by platform and the platform's own id, and which typed commands were
 * never answered: over restarts too.
 */
import type { DeskEntry } from '#audit/model.ts';
import { messageKey } from '#kernel/ids.ts';
import type { EpochMs } from '#kernel/time.ts';

const TAKEN_KEPT = 10_000;
const OPEN_KEPT = 200;

/** A typed command whose answer is not on record. */
export interface OpenCommand {
  readonly platform: string;
  readonly channelId: string;
  readonly messageId: string;
  /** `platform:user id`. */
  readonly actor: string;
  readonly at: EpochMs;
}

/** What the answer to a typed command is posted as. */
export function answerKey(command: Pick<OpenCommand, 'platform' | 'channelId' | 'messageId'>) {
  const { platform, channelId, messageId } = command;
  return `cmd:${messageKey(platform, channelId, messageId)}`;
}

/** As plain data, each in order of arrival. */
export interface SavedCommands {
  readonly ids: readonly string[];
  readonly open: readonly OpenCommand[];
}

export class CommandsTaken {
  readonly #ids = new Set<string>();
  readonly #open = new Map<string, OpenCommand>();

  take(entry: DeskEntry): void {
    if (entry.kind === 'notice.delivered') this.#open.delete(entry.body.key);
    if (entry.kind !== 'command.received') return;
    const { platform, id, channelId, messageId, at } = entry.body;
    const taken = `${platform}:${id}`;
    if (this.#ids.has(taken)) return;
    this.#ids.add(taken);
    dropOldest(this.#ids, TAKEN_KEPT);
    if (messageId === null) return;
    const command = { platform, channelId, messageId, actor: entry.actor, at };
    this.#open.set(answerKey(command), command);
    dropOldest(this.#open, OPEN_KEPT);
  }

  save(): SavedCommands {
    return { ids: [...this.#ids], open: [...this.#open.values()] };
  }

  /** Of a new memory, in place of the records that made what was saved. */
  restore({ ids, open }: SavedCommands): void {
    for (const id of ids) this.#ids.add(id);
    for (const command of open) this.#open.set(answerKey(command), command);
  }

  has(platform: string, id: string): boolean {
    return this.#ids.has(`${platform}:${id}`);
  }

  open(): readonly OpenCommand[] {
    return [...this.#open.values()];
  }
}

function dropOldest(kept: Set<string> | Map<string, unknown>, most: number): void {
  const [oldest] = kept.keys();
  if (kept.size > most && oldest !== undefined) kept.delete(oldest);
}
