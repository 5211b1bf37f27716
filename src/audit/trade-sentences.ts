/** The course of a trade: opening, price steps, closing, end. One sentence per record. */
import { gain } from '#kernel/dollars.ts';
import { formatPercent } from '#kernel/percent.ts';
import { formatPrice } from '#kernel/price.ts';
import { words } from '#kernel/text.ts';
import { countOf } from '#market/contract-name.ts';
import { marketTime } from '#market/market-time.ts';
import type { EntryEndReason, TradeEndReason, TradeRecord } from '#orders/model.ts';
import type { OrderTerms } from '#orders/ports.ts';
import type { EntryPlan } from '#risk/model.ts';
import type { BodyOf, ByKind } from './by-kind.ts';
import { quoted } from './mask.ts';
import type { TradeStory } from './model.ts';
import { bidAsk } from './phrases.ts';

interface TradeNarration {
  readonly trade: TradeStory | null;
  readonly before: TradeStory | null;
}

export const TRADE_SENTENCES: ByKind<
  Exclude<TradeRecord['kind'], `order.${string}`>,
  TradeNarration,
  string
> = {
  'trade.opened': ({ body }, { trade }) => opened(body.plan, trade),
  'entry.stepped': ({ actor, body }, { trade }) =>
    actor === 'engine'
      ? stepped(body, trade)
      : `${quoted(actor)} set the limit ${to(body.terms)} (${bidAsk(body.quote)}).`,
  'entry.converted': ({ body }, { before }) => converted(body, before),
  'entry.ending': ({ body }) => `${ENDING[body.reason]}: taking back what is not filled.`,
  'entry.ended': ({ body }, { trade }) => entryEnded(body, trade),
  'close.requested': ({ body: { plan, why } }) =>
    `Closing ${plan.scope === 'all' ? 'all that is held' : plan.quantity}` +
    ` at ${formatPrice(plan.limit)}, never below ${formatPrice(plan.floor)}:` +
    ` ${quoted(words(why))}.`,
  'close.stepped': ({ body }) =>
    `Moved the closing limit ${to(body.terms)} (${bidAsk(body.quote)}).`,
  'close.ended': ({ body }, { trade }) =>
    `The close is over: ${body.sold} sold, ${held(trade)} left.`,
  'trade.blocked': ({ body }) =>
    `Needs a person (${quoted(words(body.reason))}): the desk only cancels for this trade now.`,
  'trade.released': ({ actor, body }) =>
    `Released by ${quoted(actor)}: ${quoted(words(body.reason))}.`,
  'position.reduced': ({ body }, { trade }) =>
    `${body.by} left the account by other hands: ${held(trade)} left.`,
  'trade.ended': ({ body }) =>
    body.reason === 'no_fill' ? ENDED.no_fill : `${ENDED[body.reason]}: ${gain(body.result)}.`,
};

const ENDING: Readonly<Record<EntryEndReason, string>> = {
  filled: 'Everything is filled',
  window_over: 'The time for the entry is over',
  rejected: 'The broker refused the entry',
  not_sent: 'The entry could not be sent',
  author_exit: 'The author is getting out',
  operator: 'An operator ended the entry',
  kill_state: 'The desk was stopped for entries',
  message_deleted: 'The author deleted the alert',
  cancelled_elsewhere: 'Somebody cancelled the order at the broker',
  shutdown: 'The desk is shutting down',
  session_over: 'The market session is over',
};

const ENDED: Readonly<Record<TradeEndReason, string>> = {
  no_fill: 'The trade is over: nothing was filled.',
  sold: 'The trade is over, everything is sold',
  expired: 'The trade is over, the contract has expired',
  closed_elsewhere: 'The trade is over, the rest left the account by other hands',
};

function opened(
  { instrument, quantity, limit, collar, entry }: EntryPlan,
  trade: TradeStory | null,
) {
  const what = `${countOf(instrument, quantity)} of ${trade?.contract ?? instrument.symbol}`;
  const seconds = Math.round(entry.windowMs / 1000);
  return (
    `Opened a trade: buy ${what} at ${formatPrice(limit)},` +
    ` never above ${formatPrice(collar)}, within ${seconds} s.`
  );
}

function stepped({ step, terms, quote }: BodyOf<'entry.stepped'>, trade: TradeStory | null) {
  const place =
    trade === null
      ? `step ${step}`
      : `step ${step} of ${trade.plan.entry.stepsMax}, ${whatFollows(trade)}`;
  return `Raised the limit one tick ${to(terms)} (${bidAsk(quote)}), ${place}.`;
}

function whatFollows({ schedule: { nextStepAt, windowEndsAt } }: TradeStory): string {
  if (nextStepAt !== null) return `next at ${marketTime(nextStepAt)}`;
  return windowEndsAt === null ? 'the last' : `the last, window ends ${marketTime(windowEndsAt)}`;
}

function converted({ terms, quote }: BodyOf<'entry.converted'>, before: TradeStory | null): string {
  const from = before?.terms.kind === 'limit' ? ` of ${formatPrice(before.terms.limit)}` : '';
  const why = `the ask ${formatPrice(quote.ask)} is within reach${from} (${bidAsk(quote)})`;
  return terms.kind === 'market'
    ? `Going to the market: ${why}.`
    : `Raised the limit ${to(terms)} to take the offer: ${why}.`;
}

function entryEnded(
  { reason, filled, exitTarget }: BodyOf<'entry.ended'>,
  trade: TradeStory | null,
): string {
  const why = `The entry is over (${words(reason)})`;
  if (filled === 0) return `${why}: nothing was bought.`;
  if (trade === null) return `${why}: ${filled} bought.`;
  const average = trade.figures.averageEntry;
  const price = average === null ? '' : ` at ${formatPrice(average)} on average`;
  const { fraction, quantityMin } = trade.plan.exit;
  const exit =
    exitTarget === 0
      ? `no exit order, ${formatPercent(fraction)} of ${filled} is less than ${quantityMin}`
      : `${exitTarget} to be sold at the target`;
  return `${why}: ${filled} of ${trade.plan.quantity} bought${price}; ${exit}.`;
}

function to(terms: OrderTerms): string {
  return terms.kind === 'limit' ? `to ${formatPrice(terms.limit)}` : 'to the market';
}

function held(trade: TradeStory | null): number | string {
  return trade?.figures.held ?? 'the rest';
}
