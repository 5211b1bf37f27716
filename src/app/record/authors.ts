/**
 * What each author called, what could be had one latency later, and what we got.
 *
 * Counted from the record alone. What it does not hold is `null`: there are no prices between our
 * decisions, so nothing is said of the best that could have been had.
 */
import type { EntryOf } from '#audit/by-kind.ts';
import type { Told, TradeStory } from '#audit/model.ts';
import type { MessageKey, TradeId } from '#kernel/ids.ts';
import { formatMoney, moneyFromUnits, type Price } from '#kernel/price.ts';
import { type EpochMs, formatInstant } from '#kernel/time.ts';
import type { AuthorView } from '#operate/api/answers.ts';
import { createSample, type Sample } from './estimate.ts';
import type { Inquiry } from './lists.ts';
import type { Answers } from './questions.ts';

const AUTHORS_MAX = 10_000;

interface Tally {
  name: string;
  since: EpochMs;
  messages: number;
  instructions: number;
  refused: number;
  trades: number;
  filled: number;
  ended: number;
  won: number;
  resultUnits: bigint;
  readonly latency: Sample;
  readonly achievable: Sample;
  readonly got: Sample;
  readonly result: Sample;
}

export function countAuthors(): Inquiry<Answers['authors']> {
  return new AuthorCount();
}

class AuthorCount implements Inquiry<Answers['authors']> {
  readonly #authors = new Map<string, Tally>();
  /** Ask of the quote that the approval of a message read. */
  readonly #asks = new Map<MessageKey, Price>();
  readonly #open = new Map<TradeId, TradeStory>();
  #records = 0;

  take(told: Told): void {
    const { entry, trade } = told;
    this.#records += 1;
    if (entry.kind === 'message.received') this.#received(entry);
    if (entry.kind === 'alert.decided') this.#decided(entry, told);
    if (entry.kind === 'risk.decided') noteAsk(entry, this.#asks);
    if (trade === null) return;
    if (entry.kind === 'trade.opened') this.#opened(trade, entry.wall);
    if (trade.ended === null) this.#open.set(trade.id, trade);
    else if (this.#open.delete(trade.id)) this.#settle(trade);
  }

  answer(): Answers['authors'] {
    for (const trade of this.#open.values()) this.#settle(trade);
    const items = [...this.#authors].map(([author, tally]) => authorView(author, tally));
    return { items: items.toSorted((a, b) => b.trades - a.trades), records: this.#records };
  }

  #tallyOf(author: string, name: string, since: EpochMs): Tally | null {
    const known = this.#authors.get(author);
    if (known !== undefined) return known;
    if (this.#authors.size >= AUTHORS_MAX) return null;
    const made = emptyTally(name, since);
    this.#authors.set(author, made);
    return made;
  }

  #received({ body: { message }, wall }: EntryOf<'message.received'>): void {
    const { platform, author } = message;
    const tally = this.#tallyOf(`${platform}:${author.id}`, author.displayName, wall);
    if (tally === null) return;
    tally.messages += 1;
    tally.name = author.displayName;
  }

  #decided({ body, wall }: EntryOf<'alert.decided'>, { message }: Told): void {
    if (message === null) return;
    const { platform, author, postedAt } = message.message;
    const tally = this.#tallyOf(`${platform}:${author.id}`, author.displayName, wall);
    if (tally === null) return;
    if (body.verdict === 'refused') tally.refused += 1;
    if (body.verdict !== 'order' && body.verdict !== 'exit') return;
    tally.instructions += 1;
    tally.latency.add(Math.max(0, wall - postedAt));
  }

  #opened(trade: TradeStory, at: EpochMs): void {
    const { author, message, alertPrice } = trade.plan;
    const ask = this.#asks.get(message);
    this.#asks.delete(message);
    const tally = this.#tallyOf(author, trade.origin?.message.author.displayName ?? '', at);
    if (tally === null) return;
    tally.trades += 1;
    if (ask !== undefined) addShare(tally.achievable, ask, alertPrice);
  }

  /** Of a trade as it stands at its end, or at the end of the record. */
  #settle({ plan, figures, ended, result }: TradeStory): void {
    const tally = this.#authors.get(plan.author);
    if (tally === undefined) return;
    if (figures.bought > 0) tally.filled += 1;
    if (figures.averageEntry !== null) addShare(tally.got, figures.averageEntry, plan.alertPrice);
    if (ended === null) return;
    tally.ended += 1;
    if (result === null || figures.bought === 0) return;
    tally.result.add(Number(result) / 1e9);
    tally.resultUnits += result;
    if (result > 0n) tally.won += 1;
  }
}

function noteAsk({ body, message }: EntryOf<'risk.decided'>, asks: Map<MessageKey, Price>): void {
  const isApproved = body.outcome === 'approved' && body.quote !== null;
  if (isApproved && message !== undefined && body.quote !== null) asks.set(message, body.quote.ask);
}

/** How far above the price called, as a share of it; nothing where none was called. */
function addShare(sample: Sample, paid: Price, called: Price | null): void {
  if (called === null || called <= 0n) return;
  sample.add(Number(((paid - called) * 1_000_000n) / called) / 1_000_000);
}

function emptyTally(name: string, since: EpochMs): Tally {
  return {
    ...{ name, since, messages: 0, instructions: 0, refused: 0, trades: 0, filled: 0 },
    ...{ ended: 0, won: 0, resultUnits: 0n },
    latency: createSample(),
    achievable: createSample(),
    got: createSample(),
    result: createSample(),
  };
}

function authorView(author: string, tally: Tally): AuthorView {
  const { name, messages, instructions, refused, trades, filled, ended, won, since } = tally;
  return {
    ...{ author, name, messages, instructions, refused, trades, filled, ended, won },
    latencyMs: tally.latency.estimate(),
    achievable: tally.achievable.estimate(),
    got: tally.got.estimate(),
    peak: createSample().estimate(),
    result: tally.result.estimate(),
    resultSum: ended === 0 ? null : formatMoney(moneyFromUnits(tally.resultUnits)),
    since: formatInstant(since),
  };
}
