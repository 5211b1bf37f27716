/** Shares, futures, counts and asides in the words of rooms, and what looks like them. */
import { describe, expect, it } from 'vitest';
import { read, resultOf } from '../../../../fixtures/labelled-messages.ts';

/** One line of a reading: `BTO option AMD 215C 2026-10-16 3.45 x2`, or its code. */
function shown(text: string): string {
  const result = resultOf(text);
  if (result === null) return read(text).code;
  const { action, asset, symbol, strike, right, expiry, price, quantity, partial } = result;
  const contract = strike === null ? '' : `${strike}${right ?? ''} ${expiry ?? ''}`;
  const count = quantity === null ? '' : `x${quantity}`;
  const parts = [action, asset, symbol, contract, price ?? '', count, partial ? 'partial' : ''];
  return parts.filter((part) => part !== '').join(' ');
}

describe('shares and futures in the words of rooms', () => {
  it.each([
    ['Long DIS stock 91.20, stop 88, target 100', 'BTO equity DIS 91.2'],
    ['Long 400 shares of CRSP @ 47.15 stop 44', 'BTO equity CRSP 47.15 x400'],
    ['shorted $SOUN stock @ 9.71', 'STO equity SOUN 9.71'],
    ['covered SOUN short at 8.88', 'BTC equity SOUN 8.88'],
    ['bought 100 PYPL @ 67.50', 'BTO equity PYPL 67.5 x100'],
    ['STC 100 SOFI @ 5.98 (half)', 'STC equity SOFI 5.98 x100 partial'],
    ['Sold BRK.B stock @ 329.75, all 20', 'STC equity BRK/B 329.75 x20'],
    ['covered YM @ 43,395', 'BTC future YM 43395'],
    ['Long MNQZ6 @ 24510.25 stop 24480', 'BTO future MNQ 24510.25'],
    ['Sold short 2 MES at 7053.25 stop 7058.50', 'STO future MES 7053.25 x2'],
    ['Buying 1 M2K here 2312.5 risk 8 pts', 'BTO future M2K 2312.5 x1'],
    ['Long DIS stock if 91.20 breaks', 'conditional'],
    ['Long SOFI stock from 9.71, still holding', 'position_note'],
    ['bought 100 PYPL calls @ 67.50', 'no_strike'],
    ['bought 500 TSLA @ 3.50', 'asset_unclear'],
    ['Buying NQ dips 24865', 'chatter'],
    ['covered AMD 225c 10/16 1.10', 'short_premium'],
  ])('%s', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });
});

describe('numbers with a name', () => {
  const AMD = 'BTO option AMD 215C 2026-10-16 3.45';

  it.each([
    ['BTO AMD 215c 10/16 @ 3.45, $690 total', AMD],
    ['BTO AMD 215c 10/16 @ 3.45, 3% of max', AMD],
    ['BTO AMD 215c 10/16 @ 3.45, invalid under 208', AMD],
    ['BTO AMD 215c 10/16 @ 3.45 w/ spot 212.27, 0.41 delta, IV 29.8, OI 6,120', AMD],
    ['SPX 6725.40, VIX 15.02. BTO AMD 215c 10/16 @ 3.45', AMD],
    ['BTO AMD 215c 10/16 @ 3.45\n© 2026 Apex Room. Max risk 2% per trade.', AMD],
    ['BTO AMD 215c 10/16 3.45 total 4.20', 'two_prices'],
    ['BTO AMD 215c 10/16 345 total', 'price_unclear'],
    ['BTO AMD 215c 10/16 risk 3.45', 'price_unclear'],
    ['BTO AMD 215c 10/16 @ 3.45 invalid', 'cancelled'],
  ])('%s', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });
});

describe('counts and portions', () => {
  const AMD = 'STC option AMD 215C 2026-10-16 3.45';

  it.each([
    ['BOT +5 .AMD261016C215 @ 3.45', 'BTO option AMD 215C 2026-10-16 3.45 x5'],
    ['SOLD -5 .AMD261016C215 @ 3.45', `${AMD} x5`],
    ['BOUGHT | 5 | AMD | 215C | 10/16/2026 | @3.45', 'BTO option AMD 215C 2026-10-16 3.45 x5'],
    ['the bot 2 AMD 215c 10/16 @ 3.45', 'no_verb'],
    ['STC AMD 215c 10/16 3.45 1/2', `${AMD} partial`],
    ['STC AMD 215c 1/2 3.45 1/4', 'two_expiries'],
    ['STC AMD 215c 10/16 3.45 rest', AMD],
    ['STC AMD 215c 10/16 3.45 half, rest', `${AMD} partial`],
    ['STC AMD 215c 10/16 3.45, holding rest', `${AMD} partial`],
    ['bought Oct 16 125 XOM puts at 3.45', 'BTO option XOM 125P 2026-10-16 3.45'],
    ['bought 10/16 100 AMD calls at 3.45', 'entry_without_contract'],
  ])('%s', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it.each([
    ['out 2 UBER', 2],
    ['trim 2 UBER', 2],
    ['sold 1 UBER', 1],
    ['all out UBER', null],
    ['trim UBER, leave 1', null],
  ])('%s: the count is kept', (text, quantity) => {
    expect(read(text).contextExit?.quantity).toBe(quantity);
  });
});

describe('what programs say', () => {
  it.each([
    'Alert received: BTO AMD 215c 10/16 @ 3.45. Parsed OK.',
    'BTO AMD 215c 10/16 @ 3.45. Order submitted (dry run).',
    'Trade #2204 closed — AMD 215C 10/16/2026 exit $7.45, P/L +46.08%',
    '[LOG] 09:41:07 jo: BTO AMD 215c 10/16 @ 3.45 (recorded)',
    '!open AMD 215c 10/16 3.45',
  ])('%s', (text) => {
    expect(resultOf(text)).toBeNull();
  });
});
