import { date } from '#kernel/calendar.ts';
import { money, price } from '#kernel/price.ts';
import { plus } from '#kernel/time.ts';
import type { GateName } from '#risk/model.ts';
import { ACCOUNT, alertOf, at, futureOf, NOW, quoteOf } from '../../../fixtures/risk.ts';
import { account, book, type Case, MINUTE_MS, UBER, wanted } from './situation.ts';

const TOMORROW = date('2025-12-03');

/** Both sides of each cap are in `sizing.test.ts`: sizing never lets these be crossed. */
const sized = (gate: GateName): readonly Case[] => [
  ['what sizing left room for', {}, `pass ${gate}`],
  ['no size', { facts: { ...wanted(null), quote: null } }, 'refuse cannot_evaluate'],
];

export const MONEY_CASES = {
  account: [
    [
      'one the venue restricts',
      account({ restriction: 'the account is frozen' }),
      'refuse account_restricted',
    ],
    ['figures of now', {}, 'pass account'],
    ['5 min old', account({ readAt: plus(NOW, -5 * MINUTE_MS) }), 'pass account'],
    ['older', account({ readAt: plus(NOW, -5 * MINUTE_MS - 1) }), 'refuse account_not_current'],
    [
      "yesterday's buying power",
      {
        facts: {
          account: { ...ACCOUNT, readAt: at('10:30', TOMORROW) },
          now: at('10:30', TOMORROW),
        },
      },
      'refuse account_not_current',
    ],
    ['no buying power', account({ initialBuyingPower: money('0') }), 'refuse account_not_current'],
    [
      'a negative pending debit',
      account({ pendingDebit: money('-1') }),
      'refuse account_not_current',
    ],
  ],

  size: [
    ['ten contracts', {}, 'pass size'],
    [
      'room for less than one',
      account({ initialBuyingPower: money('3000') }),
      'refuse no_quantity',
    ],
    [
      'none stated',
      { facts: { alert: alertOf(UBER, { price: price('0.75'), quantity: 0 }) } },
      'refuse no_quantity',
    ],
    [
      'a part of a contract stated',
      { facts: { alert: alertOf(UBER, { price: price('0.75'), quantity: 1.5 }) } },
      'refuse quantity_not_whole',
    ],
    [
      'a future without margin',
      {
        facts: {
          instrument: { ...futureOf(), root: 'ZZ' },
          quote: quoteOf(futureOf(), '6700', '6700.25'),
          alert: alertOf(futureOf(), { price: price('6700') }),
        },
      },
      'refuse margin_unknown',
    ],
    ['no price', { facts: { ...wanted(null), quote: null } }, 'refuse cannot_evaluate'],
  ],

  allocation: sized('allocation'),

  premium_trade: sized('premium_trade'),

  premium_open: sized('premium_open'),

  buying_power: sized('buying_power'),

  open_trades: [
    ['the fifth', book({ openTrades: 4 }), 'pass open_trades'],
    ['the sixth', book({ openTrades: 5 }), 'refuse too_many_open'],
  ],

  open_per_underlying: [
    ['the second', book({ openOnUnderlying: 1 }), 'pass open_per_underlying'],
    ['the third', book({ openOnUnderlying: 2 }), 'refuse too_many_on_underlying'],
  ],

  open_per_instrument: [
    ['the second', book({ openOnInstrument: 1 }), 'pass open_per_instrument'],
    ['the third', book({ openOnInstrument: 2 }), 'refuse too_many_on_instrument'],
  ],

  trades_per_day: [
    ['the 15th', book({ tradesToday: 14 }), 'pass trades_per_day'],
    ['the 16th', book({ tradesToday: 15 }), 'refuse too_many_today'],
  ],

  trades_per_user_hour: [
    ['the sixth', book({ tradesByAuthorLastHour: 5 }), 'pass trades_per_user_hour'],
    ['the seventh', book({ tradesByAuthorLastHour: 6 }), 'refuse too_many_by_author'],
  ],

  order_rate: [
    ['the 20th in a minute', book({ mutationsLastMinute: 19 }), 'pass order_rate'],
    ['the 21st', book({ mutationsLastMinute: 20 }), 'refuse too_many_orders'],
    ['the fifth in a second', book({ mutationsLastSecond: 4 }), 'pass order_rate'],
    ['the sixth', book({ mutationsLastSecond: 5 }), 'refuse too_many_orders'],
  ],

  daily_loss: [
    ['a cent less than 3 %', book({ dayResult: money('-2999.99') }), 'pass daily_loss'],
    ['3 %', book({ dayResult: money('-3000') }), 'refuse daily_loss_reached'],
    ['a gain', book({ dayResult: money('3000') }), 'pass daily_loss'],
  ],

  unresolved: [
    [
      'one for a minute',
      book({ unresolvedOrders: 1, oldestUnresolvedMs: MINUTE_MS }),
      'pass unresolved',
    ],
    [
      'one for longer',
      book({ unresolvedOrders: 1, oldestUnresolvedMs: MINUTE_MS + 1 }),
      'refuse orders_unresolved',
    ],
    ['two', book({ unresolvedOrders: 2, oldestUnresolvedMs: 1 }), 'refuse orders_unresolved'],
  ],

  reconciled: [
    ['after it', {}, 'pass reconciled'],
    ['before it', book({ reconciled: false }), 'refuse not_reconciled'],
  ],
} satisfies Partial<Record<GateName, readonly Case[]>>;
