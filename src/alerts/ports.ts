/** Where chat messages come from. */
import type { MessageKey } from '#kernel/ids.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { Author, ChatMessage, Relation } from './model.ts';

/** Settles once what was received is on disk; the platform is told only then that it arrived. */
export type Received = Promise<void> | undefined;

export interface MessageSource {
  /**
   * Calls `listener` with each message as it arrives, until undone. A message may come again, and
   * an edit comes under the id of what it changes.
   */
  onMessage(listener: (message: ChatMessage) => Received): () => void;
}

/** A message was taken back. Platforms rarely say by whom. */
export interface Deletion {
  readonly key: MessageKey;
  readonly at: EpochMs;
}

/** Something said in a room that this program keeps itself. */
export interface Said {
  readonly channelId: string;
  readonly author: Author;
  readonly text: string;
  readonly relation: Relation;
  /** Names an earlier message, for an edit or a redelivery; `null` makes a new one. */
  readonly messageId: string | null;
}
