/**
 * Tells the record: each record in its turn, with the message and the trade it belongs to and one
 * sentence about it. Views, acknowledgements and the audit are all made from what is told here.
 *
 * In    every record from the first, in order; a start replays the journal.
 * Rule  deterministic and bounded: the same records tell the same story, and only the newest
 *       messages and ended trades are kept. An open trade is never forgotten.
 */
import type { MessageKey, TradeId } from '#kernel/ids.ts';
import { badgeOf } from './badge.ts';
import type { EntryOf } from './by-kind.ts';
import { foldMessage, openMessage } from './message-story.ts';
import type { DeskEntry, MessageStory, Told, TradeRules, TradeStory } from './model.ts';
import { narrate } from './narrate.ts';
import { foldTrade, openTrade } from './trade-story.ts';

const MESSAGES_MAX = 5_000;
const TRADES_MAX = 1_000;

/** What a teller goes by, as plain data. */
export interface SavedTeller {
  readonly messages: readonly MessageStory[];
  readonly trades: readonly TradeStory[];
  readonly badge: string;
}

export interface Teller {
  tell(entry: DeskEntry): Told;
  save(): SavedTeller;
  /** Of a new teller, in place of the records that made what was saved. */
  restore(saved: SavedTeller): void;
}

export function createTeller(rules: TradeRules): Teller {
  const messages = new Map<MessageKey, MessageStory>();
  const trades = new Map<TradeId, TradeStory>();
  let badge = badgeOf('simulated');

  function messageAfter(entry: DeskEntry): MessageStory | null {
    const key = messageKeyOf(entry);
    const before = key === null ? undefined : messages.get(key);
    if (before === undefined) {
      if (entry.kind !== 'message.received') return null;
      const opened = openMessage(entry, badge);
      messages.set(opened.key, opened);
      forgetOldest(messages, MESSAGES_MAX);
      return opened;
    }
    const after = foldMessage(before, entry, rules);
    if (after !== before) messages.set(after.key, after);
    return after;
  }

  function tradeAfter(
    entry: DeskEntry,
    before: TradeStory | null,
    message: MessageStory | null,
  ): TradeStory | null {
    if (entry.kind === 'trade.opened' && before === null) {
      const opened = openTrade(entry, message, badge);
      trades.set(opened.id, opened);
      forgetEnded(trades, TRADES_MAX);
      return opened;
    }
    if (before === null) return null;
    const after = foldTrade(before, entry, rules);
    if (after !== before) trades.set(after.id, after);
    return after;
  }

  /** What was in flight may or may not have arrived: that concerns every open trade. */
  function runStarted(entry: EntryOf<'run.started'>): void {
    badge = badgeOf(entry.body.environment);
    for (const [id, trade] of trades) {
      if (trade.ended === null) trades.set(id, foldTrade(trade, entry, rules));
    }
  }

  return {
    tell(entry) {
      if (entry.kind === 'run.started') runStarted(entry);
      const folded = messageAfter(entry);
      const id = tradeIdOf(entry) ?? folded?.tradeId ?? null;
      const before = id === null ? null : (trades.get(id) ?? null);
      const trade = tradeAfter(entry, before, folded);
      const message = folded ?? trade?.origin ?? null;
      const text = narrate(entry, { message, trade, before });
      return { entry, badge: trade?.badge ?? message?.badge ?? badge, text, message, trade };
    },
    save: () => ({ messages: [...messages.values()], trades: [...trades.values()], badge }),
    restore(saved) {
      for (const message of saved.messages) messages.set(message.key, message);
      for (const trade of saved.trades) trades.set(trade.id, trade);
      ({ badge } = saved);
    },
  };
}

/** The message a record is about: for a close the one that asked for it. */
function messageKeyOf(entry: DeskEntry): MessageKey | null {
  const linked = entry.message ?? null;
  if (entry.kind === 'message.received') return entry.body.message.key;
  if (entry.kind === 'trade.opened') return entry.body.plan.message;
  if (entry.kind === 'close.requested') return entry.body.plan.message ?? linked;
  return linked;
}

function tradeIdOf(entry: DeskEntry): TradeId | null {
  if (entry.kind === 'trade.opened' || entry.kind === 'close.requested') {
    return entry.body.plan.tradeId;
  }
  return entry.trade ?? null;
}

function forgetOldest<K>(map: Map<K, unknown>, most: number): void {
  if (map.size <= most) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}

function forgetEnded(trades: Map<TradeId, TradeStory>, most: number): void {
  if (trades.size <= most) return;
  for (const [id, trade] of trades) {
    if (trade.ended === null) continue;
    trades.delete(id);
    return;
  }
}
