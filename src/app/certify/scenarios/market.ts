/** Scenarios of the market: instruments, ticks, tokens and streams of quotes. */
import { streamerSymbols } from '#adapters/tastytrade/streams/streamer-symbol.ts';
import { formatPrice, priceFromUnits } from '#kernel/price.ts';
import { formatInstant } from '#kernel/time.ts';
import type { Instrument } from '#market/instrument.ts';
import { type Quote, quoteDefect } from '#market/quote.ts';
import { tickAt } from '#market/tick-grid.ts';
import { findListing, findShare } from '../contracts.ts';
import type { Course } from '../course.ts';
import { said } from '../order-words.ts';
import { cannotTest, check, fail } from '../scenario-end.ts';
import type { Play } from './play.ts';

const QUOTE_WAIT_MS = 15_000;
const RECONNECT_WAIT_MS = 30_000;
/** As old as the usual limits let a quote be. */
const FRESH_MS = 3_000;

const equity: Play = async (course) => {
  const share = await findShare(course);
  check(share.multiplier === 1, `expected a multiplier of 1, was ${share.multiplier}`);
  const ticks = share.grid.bands.map(({ tick }) => formatPrice(tick)).join(', ');
  check(share.tradable, `${share.symbol} takes no order`);
  return `${share.symbol}, ticks ${ticks}`;
};

const chain: Play = async (course) => {
  const { expiries } = await findListing(course);
  const strikes = expiries.reduce((sum, one) => sum + one.strikes.length, 0);
  course.see(`${expiries.length} expiries, ${strikes} strikes`);
  const option = await course.option();
  const { multiplier, standard, underlying, right, expiry, strike } = option;
  check(standard && multiplier === 100, `${option.symbol} is no standard contract`);
  course.step('ask for a strike that is not listed');
  const beside = priceFromUnits(strike + 1_000_000n);
  const query = { kind: 'option', underlying, right, expiry, strike: beside } as const;
  const missing = await course.venue.instruments.find(query);
  check(!missing.ok, `a strike of ${formatPrice(beside)} was found, which is not listed`);
  check(missing.error.kind === 'not_listed', `expected not_listed, was ${missing.error.kind}`);
  return `${option.symbol} found; a strike 0.001 beside it is not`;
};

const streamerSymbol: Play = async (course) => {
  const instruments: readonly Instrument[] = [await findShare(course), await course.option()];
  for (const instrument of instruments) {
    const stated = course.venue.instruments.streamerSymbol(instrument.symbol);
    const byRule = streamerSymbols(instrument, () => null)?.quote ?? null;
    course.see(`${instrument.symbol}: stated ${stated ?? 'nothing'}, by rule ${byRule ?? 'none'}`);
    check(byRule !== null, `no name by rule for ${instrument.symbol}`);
    check(stated === null || stated === byRule, `stated ${stated}, by rule ${byRule}`);
  }
  return 'as by the rule';
};

const future: Play = async (course) => {
  const found = await course.venue.instruments.find({ kind: 'future', root: 'ES', contract: null });
  if (!found.ok) cannotTest(`/ES is not given out: ${found.error.kind}`);
  const { symbol, multiplier } = found.value;
  check(multiplier === 50, `expected 50 dollars a point, was ${multiplier}`);
  return `${symbol}, 50 dollars a point`;
};

const quoteToken: Play = async (course) => {
  const answer = await course.ask('quote token', course.venue.client.quoteToken());
  const { url, delayed, expiresAt, token } = answer;
  course.see(`token ${token.fingerprint()} (fingerprint), good until ${formatInstant(expiresAt)}`);
  return `${new URL(url).host}, ${delayed ? 'delayed quotes' : 'real time'}`;
};

const quoteEquity: Play = async (course) => quoted(course, await findShare(course));
const quoteOption: Play = async (course) => quoted(course, await course.option());

async function quoted(course: Course, instrument: Instrument): Promise<string> {
  const { venue } = course;
  course.step(`subscribe ${instrument.symbol}`);
  venue.quotes.subscribe(instrument);
  const quote = await firstQuote(course, instrument);
  const { bid, bidSize, ask, askSize } = quote;
  const text = `${formatPrice(bid)} × ${bidSize} / ${formatPrice(ask)} × ${askSize}`;
  course.see(text);
  if (quote.delayed) cannotTest(`${text}, of a delayed feed: its freshness cannot be shown here`);
  const defect = quoteDefect(quote);
  const isHours = course.isMarketOpen(instrument);
  if (defect !== null && !isHours) cannotTest(`${defect}, and the market is closed`);
  check(defect === null, `${defect}: ${text}`);
  const ageMs = course.clock.now() - quote.receivedAt;
  check(ageMs <= FRESH_MS, `received ${ageMs} ms ago`);
  return `${text}, received ${ageMs} ms ago`;
}

async function firstQuote(course: Course, instrument: Instrument): Promise<Quote> {
  const { symbol } = instrument;
  const { quotes } = course.venue;
  await course.soonTrue(() => quotes.latest(symbol) !== null, QUOTE_WAIT_MS);
  const quote = quotes.latest(symbol);
  if (quote !== null) return quote;
  const { state, lastEnd } = quotes.health();
  const stream = `the stream is ${state}${lastEnd === null ? '' : `, last ended: ${lastEnd}`}`;
  if (state === 'up' && !course.isMarketOpen(instrument)) {
    cannotTest('no quote, and the market is closed');
  }
  return fail(`no quote of ${symbol} within ${QUOTE_WAIT_MS} ms; ${stream}`);
}

const quoteReconnect: Play = async (course) => {
  const { quotes } = course.venue;
  const share = await findShare(course);
  quotes.subscribe(share);
  const isUp = () => quotes.health().state === 'up';
  await course.waitFor('the quote stream up', isUp, RECONNECT_WAIT_MS);
  const { connections } = quotes.health();
  course.step('end the connection of the quote stream');
  quotes.restart('certification');
  const isAgain = () => isUp() && quotes.health().connections > connections;
  await course.waitFor('the quote stream up again', isAgain, RECONNECT_WAIT_MS);
  const { subscriptions } = quotes.health();
  check(subscriptions > 0, 'nothing is subscribed any more');
  return `up again, ${subscriptions} subscriptions`;
};

const snapshot: Play = async (course) => {
  const share = await findShare(course);
  const answer = await course.venue.client.snapshots([share]);
  if (!answer.ok) cannotTest(`the venue gives none here: ${answer.error.detail}`);
  const found = answer.value.find(({ symbol }) => symbol === share.symbol);
  check(found !== undefined, `no snapshot of ${share.symbol}`);
  const side = (price: typeof found.bid) => (price === null ? 'none' : formatPrice(price));
  return `bid ${side(found.bid)}, ask ${side(found.ask)}`;
};

const tickTable: Play = async (course) => {
  const option = await course.option();
  const { bands } = option.grid;
  const text = bands.map(({ tick }) => formatPrice(tick)).join(', ');
  const [first] = bands;
  const threshold = first?.below ?? null;
  if (threshold !== null) {
    course.see(`${formatPrice(tickAt(option.grid, threshold))} at ${formatPrice(threshold)}`);
  }
  course.step('dry runs on the grid and off it');
  const tick = tickAt(option.grid, priceFromUnits(0n));
  const on = await course.dryRun({ instrument: option, limit: tick });
  check(on.kind === 'done', `a price on the grid was refused: ${said(on)}`);
  const off = await course.dryRun({ instrument: option, limit: priceFromUnits(tick + tick / 2n) });
  if (off.kind === 'done') cannotTest(`ticks ${text}; a dry run does not check prices here`);
  check(off.kind === 'rejected', `expected a refusal off the grid, was ${said(off)}`);
  return `ticks ${text}; half a tick is refused (${off.rejection.code})`;
};

export const MARKET = {
  equity,
  chain,
  streamer_symbol: streamerSymbol,
  future,
  quote_token: quoteToken,
  quote_equity: quoteEquity,
  quote_option: quoteOption,
  quote_reconnect: quoteReconnect,
  snapshot,
  tick_table: tickTable,
} as const;
