/** The newest messages and trades, each with the timeline of what was told about it. */
import type { MessageStory, Told, TradeStory } from '#audit/model.ts';
import type { MessageKey, TradeId } from '#kernel/ids.ts';
import { formatInstant } from '#kernel/time.ts';
import type { TimelineEntry } from './api.ts';

const MESSAGES_MAX = 200;
/** Open ones stay whatever their number, which risk bounds. */
const TRADES_MAX = 100;
const TIMELINE_MAX = 200;
/** Of a longer timeline: how it began stays, then the newest. */
const TIMELINE_HEAD = 20;

export interface Shown<Story> {
  readonly story: Story;
  /** Oldest first. */
  readonly timeline: readonly TimelineEntry[];
}

/** What stands on a shelf, in its order. */
type Saved<Story> = readonly Shown<Story>[];

export interface MessageShelf {
  /** The message as it is now, or `null` when nothing about it changed. */
  take(told: Told): Shown<MessageStory> | null;
  get(key: MessageKey): Shown<MessageStory> | null;
  newestFirst(): readonly Shown<MessageStory>[];
  save(): Saved<MessageStory>;
  restore(saved: Saved<MessageStory>): void;
}

export function createMessageShelf(): MessageShelf {
  const shelf = new Map<MessageKey, Shown<MessageStory>>();
  return {
    take(told) {
      const story = told.message;
      if (story === null) return null;
      const shown = shelf.get(story.key);
      // An older message that a trade still refers to is not shown again.
      if (shown === undefined && told.entry.kind !== 'message.received') return null;
      if (shown?.story === story) return null;
      const next = { story, timeline: withLine(shown?.timeline ?? [], lineOf(told)) };
      shelf.set(story.key, next);
      if (shelf.size > MESSAGES_MAX) forgetFirst(shelf, () => true);
      return next;
    },
    get: (key) => shelf.get(key) ?? null,
    newestFirst: () => [...shelf.values()].toReversed(),
    save: () => [...shelf.values()],
    restore(saved) {
      for (const shown of saved) shelf.set(shown.story.key, shown);
    },
  };
}

export interface TradeShelf {
  /** The trade as it is now, or `null` when the record is about none that is shown. */
  take(told: Told, message: Shown<MessageStory> | null): Shown<TradeStory> | null;
  get(id: TradeId): Shown<TradeStory> | null;
  /** Open ones first, each group newest first. */
  openFirst(): readonly Shown<TradeStory>[];
  save(): Saved<TradeStory>;
  restore(saved: Saved<TradeStory>): void;
}

export function createTradeShelf(): TradeShelf {
  const shelf = new Map<TradeId, Shown<TradeStory>>();
  return {
    take(told, message) {
      const story = told.trade;
      if (story === null) return null;
      const shown = shelf.get(story.id);
      if (shown === undefined && told.entry.kind !== 'trade.opened') return null;
      let timeline = shown?.timeline ?? [];
      if (bringsItsMessage(told)) {
        for (const line of message?.timeline ?? []) timeline = withLine(timeline, line);
      }
      const next = { story, timeline: withLine(timeline, lineOf(told)) };
      shelf.set(story.id, next);
      if (shelf.size > TRADES_MAX) forgetFirst(shelf, ({ story: { ended } }) => ended !== null);
      return next;
    },
    get: (id) => shelf.get(id) ?? null,
    openFirst() {
      const all = [...shelf.values()].toReversed();
      const open = all.filter(({ story }) => story.ended === null);
      return [...open, ...all.filter(({ story }) => story.ended !== null)];
    },
    save: () => [...shelf.values()],
    restore(saved) {
      for (const shown of saved) shelf.set(shown.story.id, shown);
    },
  };
}

/** What was told of the message that opens or closes a trade belongs to the trade's timeline. */
function bringsItsMessage({ entry: { kind } }: Told): boolean {
  return kind === 'trade.opened' || kind === 'close.requested' || kind === 'alert.decided';
}

function lineOf({ entry, text }: Told): TimelineEntry {
  return { seq: entry.seq, at: formatInstant(entry.wall), kind: entry.kind, text };
}

/** In the order of the record, each record once, bounded. */
function withLine(
  timeline: readonly TimelineEntry[],
  line: TimelineEntry,
): readonly TimelineEntry[] {
  const place = timeline.findLastIndex(({ seq }) => seq <= line.seq);
  if (timeline[place]?.seq === line.seq) return timeline;
  const next = timeline.toSpliced(place + 1, 0, line);
  return next.length > TIMELINE_MAX ? next.toSpliced(TIMELINE_HEAD, 1) : next;
}

function forgetFirst<K, V>(shelf: Map<K, V>, isOver: (value: V) => boolean): void {
  for (const [key, value] of shelf) {
    if (!isOver(value)) continue;
    shelf.delete(key);
    return;
  }
}
