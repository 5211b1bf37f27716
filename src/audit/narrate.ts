/**
 * Every record in one plain sentence.
 *
 * In    a record and the stories it belongs to, before and after it.
 * Out   a sentence for a person new to the desk: what happened, with the numbers, and what follows.
 * Rule  total: a record of a kind this program does not know is named, never refused. Text from
 *       outside appears on one line, masked and clipped.
 */
import type { ByKind, EntryOf, Kind } from './by-kind.ts';
import { DESK_SENTENCES } from './desk-sentences.ts';
import { quoted } from './mask.ts';
import { MESSAGE_SENTENCES } from './message-sentences.ts';
import type { MessageStory, TradeStory } from './model.ts';
import { ORDER_SENTENCES } from './order-sentences.ts';
import { TRADE_SENTENCES } from './trade-sentences.ts';

export interface Narration {
  /** As they are after the record. */
  readonly message: MessageStory | null;
  readonly trade: TradeStory | null;
  /** The trade as it was before the record. */
  readonly before: TradeStory | null;
}

const SENTENCES: ByKind<Kind, Narration, string> = {
  ...MESSAGE_SENTENCES,
  ...DESK_SENTENCES,
  ...TRADE_SENTENCES,
  ...ORDER_SENTENCES,
};

export function narrate<K extends Kind>(entry: EntryOf<K>, context: Narration): string {
  // The journal may hold records of a newer version.
  if (!Object.hasOwn(SENTENCES, entry.kind)) return `Recorded ${quoted(entry.kind)}.`;
  return SENTENCES[entry.kind](entry, context);
}
