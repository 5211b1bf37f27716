import { price } from '#kernel/price.ts';
import { plus } from '#kernel/time.ts';
import type { GateName } from '#risk/model.ts';
import { alertOf, futureOf, NOW, optionOf, quoteOf, shareOf } from '../../../fixtures/risk.ts';
import { type Case, quoted, wanted } from './situation.ts';

export const MARKET_CASES = {
  quote: [
    ['a fresh quote', {}, 'pass quote'],
    ['none', { facts: { quote: null } }, 'refuse no_quote'],
    [
      'of another contract',
      { facts: { quote: quoteOf(optionOf('UBER', '80'), '0.72', '0.76') } },
      'refuse quote_mismatch',
    ],
    ['no bid', { facts: quoted('0', '0.76') }, 'refuse quote_unsound'],
    ['no ask', { facts: quoted('0.72', '0') }, 'refuse quote_unsound'],
    ['crossed', { facts: quoted('0.77', '0.76') }, 'refuse quote_unsound'],
    ['locked', { facts: quoted('0.76', '0.76') }, 'pass quote'],
    ['no size', { facts: quoted('0.72', '0.76', { askSize: 0 }) }, 'refuse quote_unsound'],
    ['halted', { facts: quoted('0.72', '0.76', { halted: true }) }, 'refuse quote_unsound'],
    [
      'received 3 s ago',
      { facts: quoted('0.72', '0.76', { receivedAt: plus(NOW, -3000) }) },
      'pass quote',
    ],
    [
      'received 3.001 s ago',
      { facts: quoted('0.72', '0.76', { receivedAt: plus(NOW, -3001) }) },
      'refuse quote_stale',
    ],
    [
      'made 10 s ago',
      { facts: quoted('0.72', '0.76', { eventAt: plus(NOW, -10_000) }) },
      'pass quote',
    ],
    [
      'made 10.001 s ago',
      { facts: quoted('0.72', '0.76', { eventAt: plus(NOW, -10_001) }) },
      'refuse quote_stale',
    ],
    ['delayed, in simulation', { facts: quoted('0.72', '0.76', { delayed: true }) }, 'pass quote'],
    ...(['sandbox', 'rehearsal', 'production'] as const).map(
      (environment): Case => [
        `delayed, in ${environment}`,
        { facts: quoted('0.72', '0.76', { delayed: true }), request: { environment } },
        'refuse quote_delayed',
      ],
    ),
  ],

  spread: [
    ['0.10 at any price', { facts: quoted('0.05', '0.15') }, 'pass spread'],
    ['0.11 at a mid of 0.105', { facts: quoted('0.05', '0.16') }, 'refuse spread_too_wide'],
    ['20 % of the mid', { facts: quoted('1.80', '2.20') }, 'pass spread'],
    ['just above 20 %', { facts: quoted('1.80', '2.21') }, 'refuse spread_too_wide'],
    ['no quote', { facts: { quote: null } }, 'refuse cannot_evaluate'],
    ['an unsound quote', { facts: quoted('0', '0.76') }, 'refuse cannot_evaluate'],
    [
      'a share, 1 % of its mid',
      { facts: { instrument: shareOf(), quote: quoteOf(shareOf(), '99.5', '100.5') } },
      'pass spread',
    ],
    [
      'a share, above 1 %',
      { facts: { instrument: shareOf(), quote: quoteOf(shareOf(), '99.4', '100.5') } },
      'refuse spread_too_wide',
    ],
    [
      'a cheap share, two ticks',
      { facts: { instrument: shareOf(), quote: quoteOf(shareOf(), '1.10', '1.12') } },
      'pass spread',
    ],
    [
      'a future, two ticks',
      { facts: { instrument: futureOf(), quote: quoteOf(futureOf(), '6700', '6700.50') } },
      'pass spread',
    ],
    [
      'a future, 0.1 % and more',
      { facts: { instrument: futureOf(), quote: quoteOf(futureOf(), '6700', '6707') } },
      'refuse spread_too_wide',
    ],
  ],

  deviation: [
    ['no price in the alert', { facts: wanted(null) }, 'pass deviation'],
    ['0.25 above a mid of 0.74', { facts: wanted('0.99') }, 'pass deviation'],
    ['0.26 above it', { facts: wanted('1.00') }, 'hold price_deviates'],
    ['0.25 below it', { facts: wanted('0.49') }, 'pass deviation'],
    ['0.26 below it', { facts: wanted('0.48') }, 'hold price_deviates'],
    ['a range around the mid', { facts: wanted('0.70', '0.80') }, 'pass deviation'],
    ['a range ending 0.25 below it', { facts: wanted('0.30', '0.49') }, 'pass deviation'],
    ['a range ending 0.26 below it', { facts: wanted('0.30', '0.48') }, 'hold price_deviates'],
    [
      '20 % where that is more than the table',
      { facts: { ...wanted('12.00'), ...quoted('9.90', '10.10') } },
      'pass deviation',
    ],
    [
      'more than 20 %',
      { facts: { ...wanted('12.01'), ...quoted('9.90', '10.10') } },
      'hold price_deviates',
    ],
    [
      'released by an operator',
      { facts: wanted('1.00'), request: { released: ['deviation'] } },
      'pass deviation',
    ],
    [
      'another gate released',
      { facts: wanted('1.00'), request: { released: ['spread'] } },
      'hold price_deviates',
    ],
    ['nothing to compare with', { facts: { quote: null } }, 'refuse cannot_evaluate'],
    [
      'a wrong digit in a future',
      {
        facts: {
          instrument: futureOf(),
          quote: quoteOf(futureOf(), '6700', '6700.25'),
          alert: alertOf(futureOf(), { price: price('6800') }),
        },
      },
      'hold price_deviates',
    ],
  ],

  price_minimum: [
    ['0.05', { facts: { ...wanted('0.05'), ...quoted('0.04', '0.08') } }, 'pass price_minimum'],
    ['0.04', { facts: { ...wanted('0.04'), ...quoted('0.04', '0.08') } }, 'refuse price_too_low'],
    ['no limit', { facts: { ...wanted(null), quote: null } }, 'refuse cannot_evaluate'],
  ],

  collar: [
    ['a limit inside it', {}, 'pass collar'],
    ['no price at all', { facts: { ...wanted(null), quote: null } }, 'refuse no_price'],
  ],
} satisfies Partial<Record<GateName, readonly Case[]>>;
