/**
 * Messages and trades out of the whole record, newest first.
 *
 * Bounded: of a longer record only so many are looked at for one page; `next` then goes on from
 * the oldest of them, so that a page may hold fewer than asked for and more may follow.
 */
import type { MessageStory, Told, TradeStory } from '#audit/model.ts';
import { tradeId } from '#kernel/ids.ts';
import type { Page } from '#operate/api/answers.ts';
import type { MessageView, TradeView } from '#operate/api.ts';
import { toMessageView } from '#operate/message-view.ts';
import { toTradeView } from '#operate/trade-view.ts';
import type { AlertsQuery, ListQuery, TradesQuery } from './questions.ts';

const LOOKED_AT_MAX = 5_000;

/** Takes the record as told, then gives its answer. */
export interface Inquiry<Answer> {
  take(told: Told): void;
  answer(): Answer;
}

export function listAlerts(query: AlertsQuery): Inquiry<Page<MessageView>> {
  const kept = createWindow<MessageStory>(query);
  return {
    take({ entry, message }) {
      if (message === null) return;
      if (entry.kind === 'message.received') kept.add(message.key, entry, message);
      else kept.change(message.key, message);
    },
    answer: () => kept.page((story) => isWanted(story, query), toMessageView),
  };
}

export function listTrades(query: TradesQuery): Inquiry<Page<TradeView>> {
  const kept = createWindow<TradeStory>(query);
  return {
    take({ entry, trade }) {
      if (trade === null) return;
      if (entry.kind === 'trade.opened') kept.add(trade.id, entry, trade);
      else kept.change(trade.id, trade);
    },
    answer: () =>
      kept.page(
        ({ ended, plan }) =>
          (query.state === null || (ended === null) === (query.state === 'open')) &&
          isOf(plan.author, query.author) &&
          isNamed([plan.instrument.symbol, plan.instrument.underlying], query.symbol),
        (story) => toTradeView(story, []),
      ),
  };
}

function isWanted(
  { message, outcome, code, reading, tradeId: id }: MessageStory,
  query: AlertsQuery,
) {
  const { text, author, channelId, key } = message;
  return (
    (query.outcome === null || outcome === query.outcome) &&
    (query.author === null || author.id === query.author) &&
    (query.channel === null || channelId === query.channel) &&
    (query.code === null || code === query.code) &&
    isNamed([reading?.alert?.symbol ?? '', id ?? tradeId(key)], query.symbol) &&
    (query.words === null || text.toLowerCase().includes(query.words.toLowerCase()))
  );
}

/** `discord:123` is of author 123. */
function isOf(actor: string, wanted: string | null): boolean {
  return wanted === null || actor === wanted || actor.endsWith(`:${wanted}`);
}

function isNamed(names: readonly string[], wanted: string | null): boolean {
  return wanted === null || names.includes(wanted.toUpperCase()) || names.includes(wanted);
}

interface Placed {
  readonly seq: number;
  readonly wall: number;
}

/** The newest so many that began before the cursor and in the range. */
function createWindow<Story>({ cursor, limit, from, to }: ListQuery) {
  const window = new Map<string, { readonly seq: number; readonly story: Story }>();
  let isCut = false;
  return {
    add(name: string, { seq, wall }: Placed, story: Story): void {
      if (cursor !== null && seq >= cursor) return;
      if ((from !== null && wall < from) || (to !== null && wall >= to)) return;
      window.set(name, { seq, story });
      const [oldest] = window.keys();
      if (window.size <= LOOKED_AT_MAX || oldest === undefined) return;
      window.delete(oldest);
      isCut = true;
    },
    change(name: string, story: Story): void {
      const known = window.get(name);
      if (known !== undefined) window.set(name, { ...known, story });
    },
    page<View>(wanted: (story: Story) => boolean, view: (story: Story) => View): Page<View> {
      const newest = [...window.values()].toReversed();
      const found = newest.filter(({ story }) => wanted(story));
      const shown = found.slice(0, limit);
      const last = shown.at(-1)?.seq;
      const oldest = newest.at(-1)?.seq;
      const next = found.length > shown.length ? last : isCut ? oldest : undefined;
      return {
        items: shown.map(({ story }) => view(story)),
        next: next === undefined ? null : String(next),
      };
    },
  };
}
