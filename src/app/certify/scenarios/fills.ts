/** Scenarios of orders that fill: bought at a marketable limit, held, offered, sold again. */
import { formatPrice, maxPrice, type Price, priceFromUnits, ZERO_PRICE } from '#kernel/price.ts';
import type { OptionInstrument } from '#market/instrument.ts';
import { type Quote, quoteDefect } from '#market/quote.ts';
import { roundDown, roundUp, tickAt } from '#market/tick-grid.ts';
import { type BrokerOrder, hasEnded, type Side } from '#orders/ports.ts';
import { type Course, isWaiting } from '../course.ts';
import { lowest, shown } from '../order-words.ts';
import { cannotTest, check } from '../scenario-end.ts';
import { cancelled } from './orders.ts';
import type { Play } from './play.ts';

const FILL_WAIT_MS = 20_000;
const ROWS_WAIT_MS = 5_000;
const QUOTE_WAIT_MS = 15_000;
/** A delayed quote says only roughly where the market is. */
const BEYOND_PERCENT = 25n;

const fill: Play = async (course) => {
  const order = await bought(course, 1);
  const { average, limit } = figuresOf(order);
  check(average <= limit, `filled at ${formatPrice(average)}, above ${formatPrice(limit)}`);
  return `filled at ${formatPrice(average)}, limit ${formatPrice(limit)}`;
};

const fillRows: Play = async (course) => {
  const order = await bought(course, 2);
  const ids = order.fills.map(({ fillId }) => fillId);
  check(new Set(ids).size === ids.length, `ids repeat: ${ids.join(', ')}`);
  const sum = order.fills.reduce((total, one) => total + one.quantity, 0);
  check(sum === order.quantity, `fills of ${sum}, ordered ${order.quantity}`);
  return `${sum} in fills ${ids.join(', ')}`;
};

const partialFill: Play = async (course) => {
  const ordered = 5;
  const before = await course.held();
  const orderId = await course.taken({ quantity: ordered, limit: await buyLimit(course) });
  const isTold = (order: BrokerOrder): boolean =>
    (order.remaining > 0 && order.remaining < ordered) || hasEnded(order);
  const order = await course.soon(orderId, isTold, FILL_WAIT_MS);
  if (order.status === 'filled') cannotTest('the venue filled it in one piece');
  if (order.remaining === ordered) cannotTest(`nothing of it filled: ${shown(order)}`);
  check(order.status === 'working', `expected working with a rest, was ${shown(order)}`);
  const ended = await cancelled(course, order);
  const filled = ended.quantity - ended.remaining;
  const held = await heldAs(course, before + filled);
  return `${shown(order)}; cancelled with ${filled} filled, ${held - before} more held`;
};

const positionHeld: Play = async (course) => {
  const before = await course.held();
  await bought(course, 1);
  return `${await heldAs(course, before + 1)} held`;
};

const exitWorking: Play = async (course) => {
  const { order, held } = await exitOrder(course);
  check((await course.held()) === held, 'the position changed under a working exit');
  return `${shown(order)}, ${held} held`;
};

const exitCancelled: Play = async (course) => {
  const { order, held } = await exitOrder(course);
  const ended = await cancelled(course, order);
  check((await course.held()) === held, 'the position changed with the exit taken back');
  return `${shown(ended)}, ${held} held`;
};

/** One of what is held, offered at twice its price. */
async function exitOrder(course: Course): Promise<{ order: BrokerOrder; held: number }> {
  const held = await atLeastOne(course);
  const { grid } = await course.option();
  const twice = priceFromUnits((await buyLimit(course)) * 2n);
  const order = await course.working({
    side: 'sell',
    effect: 'close',
    timeInForce: 'gtc',
    limit: roundUp(grid, twice),
  });
  return { order, held };
}

const close: Play = async (course) => {
  const held = await atLeastOne(course);
  await sellAll(course);
  return `${held} sold, none held`;
};

/** Sells what this course holds; the runner does so too, at the end. */
export async function sellAll(course: Course): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const held = await course.held();
    if (held <= 0) return;
    const option = await course.option();
    // Last, and without a quote, any price will do: what is left behind costs more than a bad one.
    const quote = attempt === 2 ? null : await soundQuote(course);
    const limit = quote === null ? lowest(option) : marketable(option, quote, 'sell');
    const outcome = await course.place({ side: 'sell', effect: 'close', quantity: held, limit });
    if (outcome.kind !== 'acked') continue;
    const order = await course.soon(outcome.order.orderId, hasEnded, FILL_WAIT_MS);
    if (!hasEnded(order)) await cancelled(course, order);
    await course.heldSoon(0);
  }
  const left = await course.held();
  check(left <= 0, `${left} are still held`);
}

async function atLeastOne(course: Course): Promise<number> {
  const held = await course.held();
  if (held > 0) return held;
  await bought(course, 1);
  return heldAs(course, 1);
}

/** Bought at a marketable limit, with every fill told. */
async function bought(course: Course, count: number): Promise<BrokerOrder> {
  const limit = await buyLimit(course);
  const orderId = await course.taken({ quantity: count, limit });
  const order = await course.soon(orderId, hasEnded, FILL_WAIT_MS);
  if (isWaiting(order) && !course.isMarketOpen(await course.option())) {
    cannotTest('it waits for the market to open');
  }
  if (order.status === 'working' && (await isGuess(course))) {
    cannotTest(`no fill at ${formatPrice(limit)}, priced by a delayed quote: ${shown(order)}`);
  }
  check(order.status === 'filled', `expected filled, was ${shown(order)}`);
  const isWhole = ({ fills }: BrokerOrder): boolean =>
    fills.reduce((sum, one) => sum + one.quantity, 0) === count;
  const whole = await course.soon(order.orderId, isWhole, ROWS_WAIT_MS);
  check(isWhole(whole), `expected fills of ${count}, was ${shown(whole)}`);
  return whole;
}

/** The account's own word, which may come a moment after the fill's. */
async function heldAs(course: Course, expected: number): Promise<number> {
  const held = await course.heldSoon(expected);
  check(held === expected, `expected ${expected} held, was ${held}`);
  return held;
}

async function isGuess(course: Course): Promise<boolean> {
  const { symbol } = await course.option();
  return course.venue.quotes.latest(symbol)?.delayed === true;
}

/** A price at which a purchase must fill. */
async function buyLimit(course: Course): Promise<Price> {
  const option = await course.option();
  const quote = await soundQuote(course);
  if (quote !== null) return marketable(option, quote, 'buy');
  const hours = course.isMarketOpen(option) ? '' : ', and the market is closed';
  return cannotTest(`no sound quote to price it by${hours}`);
}

async function soundQuote(course: Course): Promise<Quote | null> {
  const { quotes } = course.venue;
  const option = await course.option();
  quotes.subscribe(option);
  const sound = (): Quote | null => {
    const quote = quotes.latest(option.symbol);
    return quote !== null && quoteDefect(quote) === null ? quote : null;
  };
  await course.soonTrue(() => sound() !== null, QUOTE_WAIT_MS);
  return sound();
}

/** Beyond the other side of a quote, which may be an old one. */
function marketable({ grid }: OptionInstrument, { bid, ask }: Quote, side: Side): Price {
  const share = side === 'buy' ? 100n + BEYOND_PERCENT : 100n - BEYOND_PERCENT;
  const beyond = priceFromUnits(((side === 'buy' ? ask : bid) * share) / 100n);
  const least = tickAt(grid, ZERO_PRICE);
  return side === 'buy' ? roundUp(grid, beyond) : maxPrice(least, roundDown(grid, beyond));
}

function figuresOf({ fills, terms }: BrokerOrder): { average: Price; limit: Price } {
  const count = fills.reduce((sum, one) => sum + BigInt(one.quantity), 0n);
  const units = fills.reduce((sum, one) => sum + one.price * BigInt(one.quantity), 0n);
  check(count > 0n && terms.kind === 'limit', 'expected fills of a limit order');
  return { average: priceFromUnits(units / count), limit: terms.limit };
}

export const FILLS = {
  fill,
  fill_rows: fillRows,
  partial_fill: partialFill,
  position_held: positionHeld,
  exit_working: exitWorking,
  exit_cancelled: exitCancelled,
  close,
} as const;
