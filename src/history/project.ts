/**
 * What a run of records makes of the SQL tables.
 *
 * In    records as told, oldest first, each with its audit row.
 * Out   rows to add, and rows to put in the place of those under the same key.
 * Rule  a row is made from the records alone, so that the same journal always fills the same
 *       tables, however it is cut into batches: the newest story of a message or a trade counts.
 */
import type { DeskEntry, MessageStory, OrderStory, TradeStory } from '#audit/model.ts';
import { fillsOf, orderOf } from '#audit/row.ts';
import { encodeCanonical } from '#events/codec.ts';
import type { IsoDate } from '#kernel/calendar.ts';
import { instant, json, text } from './cells.ts';
import { addFacts } from './fact-rows.ts';
import { Chunks, symbolTag, userTag } from './finding.ts';
import { type Projected, type RowOf, type Rows, utcDay } from './model.ts';
import { RowLists } from './row-lists.ts';
import { storableJson } from './storable.ts';
import { addTrade } from './trade-rows.ts';

export function rowsOf(batch: readonly Projected[]): Rows {
  const projection = new Projection();
  for (const projected of batch) projection.add(projected);
  return projection.finish();
}

/**
 * The same, told record by record. What a record was told with is let go at once: held for
 * thousands of records, it is moved about by each collection of garbage.
 */
export class Projection {
  readonly #rows = new RowLists();
  readonly #messages = new Map<string, MessageStory>();
  readonly #trades = new Map<string, TradeStory>();
  readonly #chunks = new Chunks();
  readonly #days = new Days();

  /** `written`: the record's canonical text, where somebody has it already. */
  add(projected: Projected, written: string | null = null): void {
    const { entry, message, trade } = projected.told;
    const tags = tagsBeside(projected);
    const row = auditRow(projected, tags, written ?? encodeCanonical(entry));
    this.#rows.add('audit', row);
    this.#chunks.note(row, entry.wall, tags);
    this.#days.note(entry);
    if (message !== null && isNewer(message, this.#messages.get(message.key))) {
      this.#messages.set(message.key, message);
    }
    if (trade !== null) this.#trades.set(trade.id, trade);
    addFacts(this.#rows, projected);
    if (entry.kind === 'trade.ended' && trade !== null) {
      this.#rows.ended.set(trade.id, entry.body.at);
    }
  }

  /** Once. */
  finish(): Rows {
    for (const story of this.#messages.values()) this.#rows.add('alerts', alertRow(story));
    for (const story of this.#trades.values()) addTrade(this.#rows, story);
    this.#days.addTo(this.#rows);
    this.#chunks.addTo(this.#rows);
    return this.#rows.lists;
  }
}

/** A trade also remembers its message as it stood at the opening: no news of the message. */
function isNewer(story: MessageStory, known: MessageStory | undefined): boolean {
  return known === undefined || story.seq >= known.seq;
}

function auditRow(
  { told, row }: Projected,
  tags: readonly string[],
  written: string,
): RowOf<'audit'> {
  const { entry, message, trade } = told;
  const orders = trade === null ? NO_ORDERS : ordersOf(trade.orders);
  return {
    seq: row.seq,
    at: instant(entry.wall, row.at),
    run: text(row.run),
    kind: text(row.kind),
    badge: text(row.badge),
    text: text(row.text),
    actor: text(row.actor),
    user_id: text(row.userId),
    channel_id: text(row.channelId),
    message_key: text(row.messageKey),
    raw_text: text(row.rawText),
    parsed: kept(message?.reading?.alert ?? null, row.parsed),
    verdict: row.verdict,
    code: text(row.code),
    trade_id: text(row.tradeId),
    symbol: text(row.symbol),
    underlying: text(underlyingOf(told)),
    contract: text(row.contract),
    quantity: row.quantity,
    quantity_inputs: kept((trade?.origin ?? message)?.sizing ?? null, row.quantityInputs),
    quantity_bound: text(row.quantityBound),
    entry_orders: orders.entry,
    exit_orders: orders.exit,
    fills: orders.fills,
    error: text(row.error),
    received_seq: row.refs.received,
    decided_seq: row.refs.decided,
    risk_seq: row.refs.risk,
    opened_seq: row.refs.opened,
    also: tags.length === 0 ? null : text(`|${tags.join('|')}|`),
    record: storableJson(written),
  };
}

function underlyingOf({ message, trade }: Projected['told']): string | null {
  return trade?.plan.instrument.underlying ?? message?.reading?.alert?.symbol ?? null;
}

const NO_TAGS: readonly string[] = [];

/** Users and symbols a row is also found by, when its own columns do not already say so. */
function tagsBeside({ told, row }: Projected): readonly string[] {
  const { entry, message, trade } = told;
  const actor = afterColon(entry.actor);
  const author = trade === null ? null : afterColon(trade.plan.author);
  const symbol = message?.reading?.alert?.symbol ?? null;
  const isOther = symbol !== null && symbol !== row.symbol && symbol !== underlyingOf(told);
  const others = [actor, author].filter((user) => user !== null && user !== row.userId);
  if (!isOther && others.length === 0) return NO_TAGS;
  const tags = new Set(others.map((user) => userTag(user ?? '')));
  if (isOther) tags.add(symbolTag(symbol));
  return [...tags];
}

interface OrderTexts {
  readonly entry: string | null;
  readonly exit: string | null;
  readonly fills: string | null;
}

const NO_ORDERS: OrderTexts = { entry: '[]', exit: '[]', fills: '[]' };

interface OrderText {
  readonly order: string;
  readonly fills: string;
}

const ORDERS_KEPT = new WeakMap<OrderStory, OrderText>();

/** JSON of the orders of a trade: most have stayed as they were, and are not written out again. */
function ordersOf(orders: readonly OrderStory[]): OrderTexts {
  let [entry, exit, fills] = ['', '', ''];
  for (const story of orders) {
    const { order, fills: filled } = orderTexts(story);
    if (story.role === 'entry') entry += entry === '' ? order : `,${order}`;
    else exit += exit === '' ? order : `,${order}`;
    if (filled !== '') fills += fills === '' ? filled : `,${filled}`;
  }
  return { entry: `[${entry}]`, exit: `[${exit}]`, fills: `[${fills}]` };
}

function orderTexts(story: OrderStory): OrderText {
  const known = ORDERS_KEPT.get(story);
  if (known !== undefined) return known;
  const fills = fillsOf(story).map((fill) => json(fill) ?? '');
  const made = { order: json(orderOf(story)) ?? '', fills: fills.join(',') };
  ORDERS_KEPT.set(story, made);
  return made;
}

/** JSON of what was made from a story's part, which many records share: written out once. */
const JSON_KEPT = new WeakMap<object, string | null>();

function kept(part: object | null, made: unknown): string | null {
  if (part === null) return json(made);
  const known = JSON_KEPT.get(part);
  if (known !== undefined) return known;
  const written = json(made);
  JSON_KEPT.set(part, written);
  return written;
}

function afterColon(actor: string): string | null {
  const colon = actor.indexOf(':');
  return colon < 0 ? null : actor.slice(colon + 1);
}

function alertRow(story: MessageStory): RowOf<'alerts'> {
  const { key, message, reading, refs } = story;
  return {
    message_key: text(key),
    seq: story.seq,
    at: instant(message.receivedAt),
    badge: text(story.badge),
    platform: message.platform,
    channel_id: text(message.channelId),
    message_id: text(message.messageId),
    author_id: text(message.author.id),
    author_name: text(message.author.displayName),
    relation: message.relation,
    posted_at: instant(message.postedAt),
    text: text(message.text),
    outcome: story.outcome,
    verdict: story.verdict,
    code: text(story.code),
    detail: text(story.detail),
    understood: text(story.understood),
    alert: reading?.alert ? storableJson(encodeCanonical(reading.alert)) : null,
    spans: json(reading?.spans ?? null),
    repairs: json(story.repairs),
    candidates: json(story.candidates),
    trade_id: story.tradeId,
    edited_at: instant(story.editedAt),
    edited_text: text(story.editedText),
    deleted_at: instant(story.deletedAt),
    received_seq: refs.received,
    decided_seq: refs.decided,
    risk_seq: refs.risk,
  };
}

/** One row for each UTC day of the batch; the store adds it to what it has of that day. */
class Days {
  readonly #days = new Map<IsoDate, { readonly first: number; last: number; rows: number }>();

  note({ seq, wall }: DeskEntry): void {
    const day = utcDay(wall);
    const known = this.#days.get(day);
    if (known === undefined) {
      this.#days.set(day, { first: seq, last: seq, rows: 1 });
      return;
    }
    known.last = seq;
    known.rows += 1;
  }

  addTo(rows: RowLists): void {
    for (const [day, { first, last, rows: count }] of this.#days) {
      rows.add('audit_days', { day, first_seq: first, last_seq: last, rows: count });
    }
  }
}
