import { date } from '#kernel/calendar.ts';
import { epochMs, plus } from '#kernel/time.ts';
import { type GateName, KILL_STATES } from '#risk/model.ts';
import { alertOf, at, futureOf, NOW, optionOf, shareOf } from '../../../fixtures/risk.ts';
import { type Case, MINUTE_MS, UBER } from './situation.ts';

const HALF_DAY = date('2025-11-28');
const HOLIDAY = date('2025-11-27');

export const PERMISSION_CASES = {
  kill_state: KILL_STATES.map((killState) => [
    killState,
    { facts: { killState } },
    killState === 'ACTIVE' ? 'pass kill_state' : 'refuse entries_stopped',
  ]),

  arming: [
    ['an environment without', { facts: { arming: 'not_needed' } }, 'pass arming'],
    ['an armed desk', { facts: { arming: 'armed' } }, 'pass arming'],
    ['a desk nobody armed', { facts: { arming: 'disarmed' } }, 'refuse not_armed'],
  ],

  age: [
    ['at the last instant', { facts: { validUntil: NOW } }, 'pass age'],
    ['1 ms after it', { facts: { validUntil: plus(NOW, -1) } }, 'refuse too_late'],
  ],

  action: [
    ['BTO', {}, 'pass action'],
    ...(['STC', 'STO', 'BTC'] as const).map(
      (action): Case => [
        action,
        { facts: { alert: alertOf(UBER, { action }) } },
        'refuse not_an_opening_buy',
      ],
    ),
    [
      'STO even where a channel allows it',
      {
        facts: { alert: alertOf(UBER, { action: 'STO' }) },
        request: { allowed: { actions: ['STO'], assets: ['option'] } },
      },
      'refuse not_an_opening_buy',
    ],
    [
      'BTO where only exits are allowed',
      { request: { allowed: { actions: ['STC'], assets: ['option'] } } },
      'refuse action_not_allowed',
    ],
  ],

  asset_class: [
    [
      'an option where options are allowed',
      { request: { allowed: { actions: ['BTO'], assets: ['option'] } } },
      'pass asset_class',
    ],
    [
      'an option where shares are allowed',
      { request: { allowed: { actions: ['BTO'], assets: ['equity'] } } },
      'refuse asset_not_allowed',
    ],
    [
      'an option where nothing is allowed',
      { request: { allowed: { actions: ['BTO'], assets: [] } } },
      'refuse asset_not_allowed',
    ],
  ],

  instrument: [
    ['a listed standard option', {}, 'pass instrument'],
    ['untradable', { facts: { instrument: { ...UBER, tradable: false } } }, 'refuse not_tradable'],
    [
      'closing-only',
      { facts: { instrument: { ...UBER, closingOnly: true } } },
      'refuse closing_only',
    ],
    ['adjusted', { facts: { instrument: { ...UBER, standard: false } } }, 'refuse not_standard'],
    [
      'at its last instant of trading',
      { facts: { instrument: { ...UBER, lastTradeAt: NOW } } },
      'refuse contract_expired',
    ],
    [
      '1 ms before it',
      { facts: { instrument: { ...UBER, lastTradeAt: plus(NOW, 1) } } },
      'pass instrument',
    ],
    ...(
      [
        ['another strike', optionOf('UBER', '80')],
        ['the other side', optionOf('UBER', '78', 'C')],
        ['another expiry', optionOf('UBER', '78', 'P', '2025-12-19')],
        ['another underlying', optionOf('LYFT')],
        ['the share', shareOf()],
      ] as const
    ).map(
      ([what, instrument]): Case => [
        `${what} than the alert names`,
        { facts: { instrument, alert: alertOf(UBER) } },
        'refuse instrument_mismatch',
      ],
    ),
  ],

  session: [
    [
      'any hour where a rehearsal keeps none',
      {
        facts: { now: at('16:00') },
        request: { environment: 'rehearsal' },
        settings: { limits: { hours: 'any' } },
      },
      'pass session',
    ],
    [
      'closed in production, whatever is configured',
      {
        facts: { now: at('16:00') },
        request: { environment: 'production' },
        settings: { limits: { hours: 'any' } },
      },
      'refuse market_closed',
    ],
    ['the first instant of entries', { facts: { now: at('09:31') } }, 'pass session'],
    ['1 ms before it', { facts: { now: plus(at('09:31'), -1) } }, 'refuse outside_entry_hours'],
    ['before the opening', { facts: { now: plus(at('09:30'), -1) } }, 'refuse market_closed'],
    ['the last instant of entries', { facts: { now: plus(at('15:45'), -1) } }, 'pass session'],
    ['the end of entries', { facts: { now: at('15:45') } }, 'refuse outside_entry_hours'],
    ['the close', { facts: { now: at('16:00') } }, 'refuse market_closed'],
    ['a Saturday', { facts: { now: plus(NOW, 4 * 24 * 60 * MINUTE_MS) } }, 'refuse market_closed'],
    ['a year no calendar covers', { facts: { now: epochMs(4e12) } }, 'refuse cannot_evaluate'],
    [
      '1 ms before entries end on a half day',
      { facts: { now: plus(at('12:45', HALF_DAY), -1) } },
      'pass session',
    ],
    [
      'the end of entries on a half day',
      { facts: { now: at('12:45', HALF_DAY) } },
      'refuse outside_entry_hours',
    ],
    ['a holiday', { facts: { now: at('10:30', HOLIDAY) } }, 'refuse market_closed'],
    [
      'a future in the evening',
      { facts: { instrument: futureOf(), now: at('20:00') } },
      'pass session',
    ],
    [
      'a future 15 min before its pause',
      { facts: { instrument: futureOf(), now: at('16:45') } },
      'refuse outside_entry_hours',
    ],
    [
      'a future in its pause',
      { facts: { instrument: futureOf(), now: at('17:30') } },
      'refuse market_closed',
    ],
    [
      'an option that trades until 16:15, after entries end',
      { facts: { instrument: optionOf('SPY', '680'), now: at('15:50') } },
      'refuse outside_entry_hours',
    ],
    [
      'configured hours',
      { facts: { now: at('10:30') }, settings: { limits: { entriesFrom: '10:31' } } },
      'refuse outside_entry_hours',
    ],
    [
      'a stop before the close that comes earlier than the configured end',
      {
        facts: { now: at('15:00') },
        settings: { limits: { entriesStopBeforeCloseMs: 60 * MINUTE_MS } },
      },
      'refuse outside_entry_hours',
    ],
    [
      'what stops trading today, 15 min before it does',
      { facts: { instrument: { ...UBER, lastTradeAt: plus(NOW, 15 * MINUTE_MS) } } },
      'refuse expires_too_soon',
    ],
    [
      'and 1 ms earlier',
      { facts: { instrument: { ...UBER, lastTradeAt: plus(NOW, 15 * MINUTE_MS + 1) } } },
      'pass session',
    ],
  ],
} satisfies Partial<Record<GateName, readonly Case[]>>;
