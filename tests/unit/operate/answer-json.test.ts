import { describe, expect, it } from 'vitest';
import { asMessageKey, asTradeId } from '#kernel/ids.ts';
import { price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { toAlertJson, toAnswerJson } from '#operate/answer-json.ts';
import type { AlertAnswer } from '#operate/ports.ts';
import { alertFor, PASSED, SIZING, UBER } from '../../fixtures/desk-log.ts';
import { futureOf, shareOf } from '../../fixtures/risk.ts';

const ANSWER: AlertAnswer = {
  message: asMessageKey('local:room:1'),
  verdict: 'order',
  code: 'entry',
  detail: 'A complete instruction to open.',
  alert: alertFor(UBER, '0.75'),
  spans: { symbol: { from: 11, to: 15 } },
  sizing: SIZING,
  gates: PASSED,
  orders: [
    {
      role: 'entry',
      side: 'buy',
      symbol: UBER.symbol,
      quantity: quantity(4),
      limit: price('0.75'),
      note: 'day',
    },
    {
      role: 'exit',
      side: 'sell',
      symbol: UBER.symbol,
      quantity: quantity(2),
      limit: null,
      note: '',
    },
  ],
  repairs: [{ text: 'x', why: 'y' }],
  candidates: ['a'],
  tradeId: asTradeId('t_1'),
  environment: 'SIM',
};

describe('the answer of alert --json', () => {
  it('has the documented keys, in their order, then the others', () => {
    expect(Object.keys(toAnswerJson(ANSWER))).toEqual([
      'verdict',
      'code',
      'alert',
      'sizing',
      'gates',
      'orders',
      'tradeId',
      'environment',
      'message',
      'detail',
      'spans',
      'repairs',
      'candidates',
    ]);
  });

  it('is JSON all through, limits as decimal strings', () => {
    const json: unknown = JSON.parse(JSON.stringify(toAnswerJson(ANSWER)));
    expect(json).toMatchObject({
      verdict: 'order',
      code: 'entry',
      sizing: { quantity: 4, bound: 'by allocation' },
      gates: [{ gate: 'kill_state', outcome: 'pass' }, { gate: 'spread' }],
      orders: [
        { role: 'entry', side: 'buy', symbol: UBER.symbol, quantity: 4, limit: '0.75' },
        { role: 'exit', limit: null },
      ],
      tradeId: 't_1',
      environment: 'SIM',
    });
  });

  it('leaves out the trade when there is none', () => {
    expect('tradeId' in toAnswerJson({ ...ANSWER, tradeId: null })).toBe(false);
  });

  it('has null for what was not reached', () => {
    expect(toAnswerJson({ ...ANSWER, alert: null, sizing: null })).toMatchObject({
      alert: null,
      sizing: null,
    });
  });
});

describe('the alert in JSON, as parse prints it', () => {
  it('has amounts as numbers and null for what is not written', () => {
    expect(toAlertJson(alertFor(UBER, '0.75'))).toEqual({
      action: 'BTO',
      asset: 'option',
      symbol: 'UBER',
      strike: 78,
      right: 'P',
      expiry: '2025-12-05',
      quantity: null,
      price: 0.75,
    });
  });

  it('has the upper end of a range and the mark of a part only when there is one', () => {
    const range = alertFor(UBER, '0.75', { priceHigh: price('0.85'), partial: true });
    expect(toAlertJson(range)).toMatchObject({ price: 0.75, price_high: 0.85, partial: true });
  });

  it.each([
    [shareOf(), 'equity', 'UBER'],
    [futureOf('MES'), 'future', 'MES'],
  ])('has no contract fields for %o', (instrument, asset, symbol) => {
    const json = toAlertJson(alertFor(instrument, null));
    expect(json).toMatchObject({ asset, symbol, strike: null, right: null, expiry: null });
  });
});
