/** Bid, ask and our limit on one line: how far the order is from the market. */
import { svg } from './dom.js';

const WIDTH = 300;
const HEIGHT = 46;
const EDGE = 34;
const LABEL_WIDTH = 56;

/**
 * @typedef {object} Prices
 * @property {string} bid
 * @property {string} ask
 * @property {string | null} limit
 * @property {string | null} collar
 * @property {'buy' | 'sell'} side
 * @property {boolean} isLive
 */

/** @param {Prices} prices */
export function pricePicture({ bid, ask, limit, collar, side, isLive }) {
  const known = [bid, ask, limit, collar].filter((price) => price !== null).map(Number);
  const low = Math.min(...known);
  const high = Math.max(...known);
  const span = high - low || 1;
  /** @param {string} price */
  const x = (price) => EDGE + ((Number(price) - low) / span) * (WIDTH - 2 * EDGE);
  const label = `bid ${bid}, ask ${ask}${limit === null ? '' : `, our limit ${limit}`}`;
  return svg(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      class: `prices ${isLive ? 'live' : 'old'}`,
      role: 'img',
      'aria-label': isLive ? label : `as last seen: ${label}`,
    },
    svg('line', { x1: EDGE, x2: WIDTH - EDGE, y1: 23, y2: 23, class: 'axis' }),
    svg('line', { x1: x(bid), x2: x(ask), y1: 23, y2: 23, class: 'spread' }),
    ...quoteTicks(x(bid), x(ask), { bid, ask }),
    collar !== null && tick(x(collar), 'collar', '', 'middle'),
    collar !== null &&
      (limit === null || Math.abs(x(collar) - x(limit)) > 30) &&
      svg('text', { x: x(collar), y: 12, 'text-anchor': 'middle' }, 'most'),
    limit !== null && marker(x(limit), limit, side),
  );
}

/**
 * Two labels where there is room for two, else one for both, growing to the inside.
 * @param {number} atBid
 * @param {number} atAsk
 * @param {{ bid: string, ask: string }} quote
 */
function quoteTicks(atBid, atAsk, { bid, ask }) {
  if (atAsk - atBid > LABEL_WIDTH) {
    return [tick(atBid, 'bid', `bid ${bid}`, 'middle'), tick(atAsk, 'ask', `ask ${ask}`, 'middle')];
  }
  const isLeft = atBid < WIDTH / 2;
  return [
    tick(atBid, 'bid', isLeft ? `bid ${bid} · ask ${ask}` : '', 'start'),
    tick(atAsk, 'ask', isLeft ? '' : `bid ${bid} · ask ${ask}`, 'end'),
  ];
}

/** @param {number} at @param {string} name @param {string} text @param {string} anchor */
function tick(at, name, text, anchor) {
  return svg(
    'g',
    { class: name },
    svg('line', { x1: at, x2: at, y1: 16, y2: 30 }),
    svg('text', { x: at, y: 43, 'text-anchor': anchor }, text),
  );
}

/** @param {number} at @param {string} limit @param {'buy' | 'sell'} side */
function marker(at, limit, side) {
  return svg(
    'g',
    { class: `limit ${side}` },
    svg('circle', { cx: at, cy: 23, r: 5 }),
    svg('text', { x: at, y: 12, 'text-anchor': 'middle' }, limit),
  );
}
