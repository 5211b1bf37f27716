import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asMessageKey, asTradeId } from '#kernel/ids.ts';
import { price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { toAnswerJson } from '#operate/answer-json.ts';
import { answerText } from '#operate/answer-text.ts';
import type { AlertAnswer } from '#operate/ports.ts';
import { PLAIN } from '#operate/terminal-text.ts';
import { anyText } from '../../fixtures/any-text.ts';
import { alertFor, EXAMPLE, PASSED, SIZING, UBER } from '../../fixtures/desk-log.ts';

const STEERING = /[\p{Cc}\p{Cf}]/u;

const ANSWER: AlertAnswer = {
  message: asMessageKey('local:room:1'),
  verdict: 'order',
  code: 'entry',
  detail: 'A complete instruction to open.',
  alert: alertFor(UBER, '0.75'),
  spans: {
    action: { from: 7, to: 10 },
    symbol: { from: 11, to: 15 },
    strike: { from: 16, to: 18 },
    right: { from: 18, to: 19 },
    expiry: { from: 20, to: 25 },
    price: { from: 28, to: 32 },
  },
  sizing: SIZING,
  gates: PASSED,
  orders: [
    {
      role: 'entry',
      side: 'buy',
      symbol: UBER.symbol,
      quantity: quantity(4),
      limit: price('0.75'),
      note: 'within 90 s',
    },
    {
      role: 'exit',
      side: 'sell',
      symbol: UBER.symbol,
      quantity: quantity(2),
      limit: price('1.50'),
      note: 'when 4 fill at 0.75',
    },
  ],
  repairs: [],
  candidates: [],
  tradeId: null,
  environment: 'DRY-RUN',
};

describe('the answer as text', () => {
  it('shows what was understood and from which characters, sizing, gates and orders', () => {
    expect(answerText(EXAMPLE, toAnswerJson(ANSWER), PLAIN)).toBe(
      `DRY-RUN  order (entry)  nothing was sent
  A complete instruction to open.

Message
  Alert: BTO UBER 78p 12/05 @ 0.75
         ^^^ ^^^^ ^^^ ^^^^^   ^^^^
  action    BTO          from “BTO”
  symbol    UBER         from “UBER”
  right     P            from “p”
  strike    78           from “78”
  expiry    2025-12-05   from “12/05”
  price     0.75         from “0.75”

Size
  allocation     16000.00 × 2 % = 320.00
  by allocation  320.00 ÷ 75.00 = 4   ← decides
  quantity       4 (by allocation)

Gates
  ✓ kill_state  ACTIVE
  ✓ spread      0.04 ≤ 0.15 (20 % of mid 0.76)

Orders
  entry  buy 4 UBER 78P 2025-12-05 at 0.75   within 90 s
  exit   sell 2 UBER 78P 2025-12-05 at 1.50   when 4 fill at 0.75
`,
    );
  });

  it('names the trade that was opened', () => {
    const text = answerText(EXAMPLE, toAnswerJson({ ...ANSWER, tradeId: asTradeId('t_1') }), PLAIN);
    expect(text.split('\n')[0]).toBe('DRY-RUN  order (entry)  trade t_1');
  });

  it('shows a refusal with what could be written instead, and nothing that was not reached', () => {
    const refused: AlertAnswer = {
      ...ANSWER,
      verdict: 'refused',
      code: 'exit',
      detail: '2025-12-06 is a Saturday.',
      alert: null,
      spans: {},
      sizing: null,
      gates: [],
      orders: [],
      repairs: [{ text: 'BTO UBER 78p 12/05', why: 'nearest expiry' }],
      candidates: ['2025-12-05'],
    };
    expect(answerText('BTO UBER 78p 12/06', toAnswerJson(refused), PLAIN)).toBe(
      `DRY-RUN  refused (exit)
  2025-12-06 is a Saturday.

Message
  BTO UBER 78p 12/06

Try instead
  BTO UBER 78p 12/05   (nearest expiry)

Could be
  2025-12-05
`,
    );
  });

  it('cannot be steered by what people write', () => {
    fc.assert(
      fc.property(anyText(80), (text) => {
        const hostile = `${text}\u001B]0;x\u0007`;
        const answer = { ...toAnswerJson(ANSWER), detail: hostile, candidates: [hostile] };
        const shown = answerText(hostile, answer, PLAIN);
        expect(STEERING.test(shown.replaceAll('\n', ''))).toBe(false);
      }),
      { numRuns: 150 },
    );
  });
});
