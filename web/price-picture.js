/** Bid, ask and our limit on one line: how far the order is from the market. */
import { svg } from './dom.js';

const WIDTH = 300;
const HEIGHT = 46;
const EDGE = 34;

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
    tick(x(bid), 'bid', `bid ${bid}`, 'below'),
    tick(x(ask), 'ask', `ask ${ask}`, 'below'),
    collar !== null &&
      tick(
        x(collar),
        'collar',
        isApart(x(collar), limit === null ? null : x(limit)) ? 'most' : '',
        'above',
      ),
    limit !== null && marker(x(limit), limit, side),
  );
}

/** @param {number} at @param {string} name @param {string} text @param {'above' | 'below'} where */
function tick(at, name, text, where) {
  return svg(
    'g',
    { class: name },
    svg('line', { x1: at, x2: at, y1: 16, y2: 30 }),
    svg('text', { x: at, y: where === 'below' ? 43 : 12, 'text-anchor': 'middle' }, text),
  );
}

/** Whether two labels have room beside each other. @param {number} a @param {number | null} b */
function isApart(a, b) {
  return b === null || Math.abs(a - b) > 30;
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
