/** One message or one trade, with every record about it in order and what a chart needs. */
import type { DeskEntry, MessageStory, Told, TradeStory } from '#audit/model.ts';
import { type MessageKey, tradeId } from '#kernel/ids.ts';
import { formatPrice } from '#kernel/price.ts';
import { formatInstant } from '#kernel/time.ts';
import type { Quote } from '#market/quote.ts';
import type { TradeChart, TradeRecordView } from '#operate/api/answers.ts';
import type { TimelineEntry } from '#operate/api.ts';
import { toMessageView } from '#operate/message-view.ts';
import { toTradeView } from '#operate/trade-view.ts';
import type { OrderTerms } from '#orders/ports.ts';
import type { Inquiry } from './lists.ts';
import type { Answers } from './questions.ts';

/** Of one message or trade; more than any has. */
const RECORDS_MAX = 20_000;
const UNDECIDED_MAX = 1_000;

export function oneAlert(key: string): Inquiry<Answers['alert']> {
  let story: MessageStory | null = null;
  const lines: TimelineEntry[] = [];
  return {
    take(told) {
      if (told.message?.key !== key) return;
      // A trade brings the message that opened it along: those records are the trade's.
      if (told.entry.kind.startsWith('message.') || told.entry.message === key) {
        story = told.message;
      }
      if (lines.length < RECORDS_MAX) lines.push(lineOf(told));
    },
    answer: () => (story === null ? null : { alert: toMessageView(story), timeline: lines }),
  };
}

export function oneTrade(id: string): Inquiry<Answers['trade']> {
  let story: TradeStory | null = null;
  const records: TradeRecordView[] = [];
  const chart = createChart();
  /** Messages that may still turn out to close the trade. */
  const undecided = new Map<MessageKey, TradeRecordView>();

  function keep(told: Told): void {
    if (records.length < RECORDS_MAX) records.push(recordOf(told));
    chart.take(told.entry);
  }

  function bring(key: MessageKey): void {
    const line = undecided.get(key);
    undecided.delete(key);
    if (line !== undefined) records.push(line);
  }

  return {
    take(told) {
      const { entry, message, trade } = told;
      const isOrigin = message !== null && tradeId(message.key) === id;
      if (trade?.id === id) {
        if (message !== null) bring(message.key);
        story = trade;
        keep(told);
      } else if (isOrigin) keep(told);
      else if (entry.kind === 'message.received') {
        undecided.set(entry.body.message.key, recordOf(told));
        const [oldest] = undecided.keys();
        if (undecided.size > UNDECIDED_MAX && oldest !== undefined) undecided.delete(oldest);
      }
    },
    answer() {
      if (story === null) return null;
      const told = records.toSorted((a, b) => a.seq - b.seq);
      const timeline = told.map(({ seq, at, kind, text }) => ({ seq, at, kind, text }));
      return {
        trade: toTradeView(story, timeline),
        records: told,
        chart: chart.answer(story),
      };
    },
  };
}

function lineOf({ entry, text }: Told): TimelineEntry {
  return { seq: entry.seq, at: formatInstant(entry.wall), kind: entry.kind, text };
}

function recordOf(told: Told): TradeRecordView {
  return { ...lineOf(told), actor: told.entry.actor, run: told.entry.run };
}

type Limit = TradeChart['limits'][number];

function createChart() {
  const band: TradeChart['band'][number][] = [];
  const limits: Limit[] = [];

  function quoted(entry: DeskEntry, quote: Quote | null): void {
    if (quote === null) return;
    const at = formatInstant(entry.wall);
    band.push({ at, bid: formatPrice(quote.bid), ask: formatPrice(quote.ask) });
  }

  function limited(entry: DeskEntry, role: Limit['role'], wanted: Wanted): void {
    const { terms, step } = wanted;
    const limit = terms.kind === 'limit' ? formatPrice(terms.limit) : null;
    limits.push({ at: formatInstant(entry.wall), role, limit, step });
  }

  return {
    take(entry: DeskEntry): void {
      const { kind, body } = entry;
      if (kind === 'risk.decided') quoted(entry, body.quote);
      if (kind === 'order.intended') {
        quoted(entry, body.quote);
        const { intent } = body;
        if (intent.op === 'submit')
          limited(entry, intent.role, { terms: intent.terms, step: null });
      }
      if (kind === 'entry.stepped' || kind === 'close.stepped') {
        quoted(entry, body.quote);
        limited(entry, kind === 'entry.stepped' ? 'entry' : 'close', body);
      }
      if (kind === 'entry.converted') limited(entry, 'entry', { terms: body.terms, step: null });
    },
    answer({ orders }: TradeStory): TradeChart {
      const fills = orders.flatMap(({ role, fills: rows }) =>
        rows.map(({ at, quantity, price, fillId }) => ({
          ...{ role, quantity, fillId },
          at: formatInstant(at),
          price: formatPrice(price),
        })),
      );
      return { band, limits, fills: fills.toSorted((a, b) => a.at.localeCompare(b.at)) };
    },
  };
}

interface Wanted {
  readonly terms: OrderTerms;
  readonly step: number | null;
}
