/** Where chat messages come from. */
import type { Author, ChatMessage, Relation } from './model.ts';

export interface MessageSource {
  /**
   * Calls `listener` with each message as it arrives, until undone. A message may come again, and
   * an edit comes under the id of what it changes.
   */
  onMessage(listener: (message: ChatMessage) => void): () => void;
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
