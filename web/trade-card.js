/** One trade: what works at the broker, what is filled, what comes next, and its whole story. */
import { el } from './dom.js';
import { dollars, left, price, time, words } from './format.js';
import { cardId, tradeCardId } from './message-card.js';
import { pricePicture } from './price-picture.js';
import { deskNow, state } from './state.js';

/** @typedef {import('./state.js').TradeView} TradeView */

/** @param {TradeView} trade @param {(act: 'cancel' | 'close', trade: TradeView) => void} onAct */
export function tradeCard(trade, onAct) {
  return el(
    'article',
    { class: `card trade ${trade.phase}`, id: tradeCardId(trade.id), tabindex: -1 },
    el(
      'header',
      {},
      el('strong', { title: trade.symbol }, trade.contract),
      el('span', { class: 'badge small' }, trade.badge),
      el('span', { class: 'grow' }),
      el('span', { class: `chip ${trade.phase}` }, phaseText(trade)),
      el('time', { class: 'quiet', datetime: trade.openedAt }, time(trade.openedAt)),
    ),
    trade.attention !== null && el('p', { class: 'attention' }, `⚠ ${trade.attention}`),
    el('div', { class: 'live', 'data-trade': trade.id }, ...liveParts(trade)),
    el('dl', { class: 'facts' }, ...facts(trade)),
    orders(trade),
    story(trade),
    el(
      'div',
      { class: 'row' },
      el('a', { href: `#${cardId(trade.message)}`, class: 'jump' }, 'its message'),
      trade.entry.status === 'open' && actButton('cancel', 'Cancel the entry', trade, onAct),
      trade.held > 0 &&
        trade.phase !== 'done' &&
        actButton('close', `Close ${trade.held}`, trade, onAct),
    ),
  );
}

/** What moves between two records: prices and countdowns. @param {TradeView} trade */
export function liveParts(trade) {
  if (trade.phase === 'done') return [];
  const live = state.isLive ? state.quotes[trade.symbol] : undefined;
  const quote = live ?? trade.quote;
  const isEntering = trade.entry.status === 'open';
  return [
    quote !== null &&
      quote !== undefined &&
      pricePicture({
        bid: quote.bid,
        ask: quote.ask,
        limit: isEntering ? trade.entry.limit : trade.exit.limit,
        collar: isEntering ? trade.entry.collar : null,
        side: isEntering ? 'buy' : 'sell',
        isLive: live !== undefined,
      }),
    isEntering && countdown(trade),
    !state.isLive && el('p', { class: 'quiet' }, 'prices as last seen'),
  ].filter((part) => part !== false);
}

/** @param {TradeView} trade */
function countdown({ entry }) {
  if (!state.isLive || entry.windowEndsAt === null) return false;
  const now = deskNow();
  const step =
    entry.nextStepAt === null
      ? 'no step left'
      : `next step in ${left(Date.parse(entry.nextStepAt) - now)}`;
  const end = left(Date.parse(entry.windowEndsAt) - now);
  const whole =
    entry.placedAt === null ? 1 : Date.parse(entry.windowEndsAt) - Date.parse(entry.placedAt);
  const gone = Math.max(0, Math.min(1, 1 - (Date.parse(entry.windowEndsAt) - now) / whole));
  return el(
    'div',
    { class: 'countdown' },
    el('progress', { max: 1, value: gone.toFixed(3), 'aria-label': 'of the entry window' }),
    el('span', {}, `step ${entry.steps} of ${entry.stepsMax} · ${step} · cancelled in ${end}`),
  );
}

/** @param {TradeView} trade */
function phaseText(trade) {
  return trade.ended === null ? trade.phase : words(trade.ended);
}

/** @param {TradeView} trade */
function facts({ entry, exit, quantity, held, result, quote }) {
  const bought = `${entry.filled} of ${quantity}${at(entry.averagePrice)}`;
  const sold = exit.filled + exit.closed;
  /** @type {[string, string | null][]} */
  const rows = [
    ['bought', bought],
    ['entry', entry.status === 'open' ? `limit ${price(entry.limit)}` : ending(entry)],
    ['exit', exitText(exit)],
    ['sold', sold === 0 ? null : `${sold}${at(exit.averagePrice)}`],
    ['held', String(held)],
    ['alert said', entry.alertPrice],
    ['last decided on', quote === null ? null : `${quote.bid} / ${quote.ask}, ${time(quote.at)}`],
    ['result', result === null ? null : dollars(result)],
  ];
  return rows
    .filter(([, value]) => value !== null)
    .map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value)));
}

/** @param {string | null} average */
function at(average) {
  return average === null ? '' : ` at ${average}`;
}

/** @param {TradeView['entry']} entry */
function ending({ reason, status }) {
  return `${status}${reason === null ? '' : `: ${words(reason)}`}`;
}

/** @param {TradeView['exit']} exit */
function exitText({ limit, quantity, note, target }) {
  if (limit !== null) return `${quantity} at ${limit}`;
  return note ?? (target === 0 ? null : `${target} to be placed`);
}

/** @param {TradeView} trade */
function orders({ orders: all }) {
  if (all.length === 0) return false;
  return el(
    'details',
    { 'data-name': 'orders' },
    el(
      'summary',
      { 'data-name': 'orders summary' },
      all.length === 1 ? '1 order' : `${all.length} orders`,
    ),
    el(
      'div',
      { class: 'scroll' },
      el(
        'table',
        {},
        el(
          'tbody',
          {},
          ...all.map((order) =>
            el(
              'tr',
              { class: order.phase },
              el('td', {}, order.role),
              el('td', {}, `${order.side} ${order.quantity}`),
              el('td', {}, price(order.limit)),
              el('td', {}, order.end ?? order.status ?? order.phase),
              el('td', {}, `${order.filled} filled${at(order.averagePrice)}`),
              el('td', { class: 'quiet', title: order.cid }, order.orderId ?? '–'),
              el('td', { class: 'quiet' }, order.rejection ?? ''),
            ),
          ),
        ),
      ),
    ),
  );
}

/** Always open while a trade lives: the newest lines are what a person watches. */
/** @param {TradeView} trade */
function story({ timeline, phase }) {
  const newest = timeline.slice(-4);
  const line = (/** @type {TradeView['timeline'][number]} */ entry) =>
    el('li', {}, el('time', { class: 'quiet' }, time(entry.at)), ` ${entry.text}`);
  return el(
    'div',
    { class: 'story' },
    phase !== 'done' && el('ol', { class: 'timeline' }, ...newest.map(line)),
    el(
      'details',
      { 'data-name': 'timeline' },
      el('summary', { 'data-name': 'timeline summary' }, `all ${timeline.length} records`),
      el('ol', { class: 'timeline' }, ...timeline.map(line)),
    ),
  );
}

/**
 * @param {'cancel' | 'close'} act
 * @param {string} text
 * @param {TradeView} trade
 * @param {(act: 'cancel' | 'close', trade: TradeView) => void} onAct
 */
function actButton(act, text, trade, onAct) {
  return el(
    'button',
    { type: 'button', class: 'small', 'data-name': act, onclick: () => onAct(act, trade) },
    text,
  );
}
