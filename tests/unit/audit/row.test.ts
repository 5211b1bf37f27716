import { describe, expect, it } from 'vitest';
import type { AuditRow, DeskEntry } from '#audit/model.ts';
import { toRow } from '#audit/row.ts';
import {
  dryRun,
  halted,
  oneContract,
  refused,
  refusedByRisk,
  rejected,
  sold,
  unknownThenFound,
} from '../../fixtures/desk-courses.ts';
import { createDeskLog, start } from '../../fixtures/desk-log.ts';
import { tell } from '../../fixtures/telling.ts';

function rows(entries: readonly DeskEntry[]): readonly AuditRow[] {
  return tell(entries).map(toRow);
}

function rowOf(entries: readonly DeskEntry[], kind: string): AuditRow {
  const row = rows(entries).findLast((one) => one.kind === kind);
  if (row === undefined) throw new Error(`no ${kind}`);
  return row;
}

describe('an audit row (R-16)', () => {
  const entries = sold().entries;
  const last = rowOf(entries, 'trade.ended');

  it('has one row per record, in order', () => {
    expect(rows(entries).map(({ seq }) => seq)).toEqual(entries.map(({ seq }) => seq));
  });

  it('says when, in which run, under which badge, and who caused it', () => {
    expect(last).toMatchObject({
      seq: 34,
      at: '2025-12-02T15:32:47.400Z',
      run: 'r1',
      kind: 'trade.ended',
      badge: 'SIM',
      actor: 'engine',
      text: 'The trade is over, everything is sold: +$261.00.',
    });
  });

  it('has user id and channel id', () => {
    expect(last).toMatchObject({ userId: 'ana', channelId: 'room', messageKey: 'local:room:1' });
  });

  it('has the raw and the parsed alert', () => {
    expect(last.rawText).toBe('Alert: BTO UBER 78p 12/05 @ 0.75');
    expect(last.parsed).toEqual({
      text: 'BTO UBER 78P 2025-12-05 @ 0.75',
      action: 'BTO',
      asset: 'option',
      symbol: 'UBER',
      strike: '78.00',
      right: 'P',
      expiry: '2025-12-05',
      quantity: null,
      price: '0.75',
      priceHigh: null,
      partial: false,
    });
    expect(last).toMatchObject({ verdict: 'order', code: 'entry' });
  });

  it('has the computed quantity and its inputs', () => {
    expect(last).toMatchObject({ quantity: 4, quantityBound: 'by allocation' });
    expect(last.quantityInputs).toContainEqual({
      label: 'by allocation',
      value: '320.00 ÷ 75.00 = 4',
    });
  });

  it('has the entry orders with their ids and prices', () => {
    expect(last.entryOrders.map(({ orderId, price, state }) => [orderId, price, state])).toEqual([
      ['1000', '0.75', 'cancelled'],
      ['1001', '0.76', 'cancelled'],
      ['1002', '0.77', 'filled'],
    ]);
  });

  it('has the fills', () => {
    expect(last.fills.map(({ role, quantity, price }) => [role, quantity, price])).toEqual([
      ['entry', 1, '0.76'],
      ['entry', 3, '0.77'],
      ['exit', 2, '1.54'],
      ['close', 2, '1.30'],
    ]);
  });

  it('has the exit orders with their ids and prices', () => {
    expect(last.exitOrders.map(({ role, orderId, price }) => [role, orderId, price])).toEqual([
      ['exit', '2000', '1.54'],
      ['close', '3000', '1.30'],
    ]);
  });

  it('names the records it rests on', () => {
    expect(last.refs).toEqual({ received: 3, decided: 4, risk: 5, opened: 6 });
  });

  it('shows things as they stood then, not as they ended', () => {
    const early = rowOf(entries.slice(0, 9), 'order.seen');
    expect(early).toMatchObject({ fills: [], exitOrders: [] });
    expect(early.entryOrders).toHaveLength(1);
  });
});

describe('error details', () => {
  it.each([
    [
      'a refusal of the reader',
      refused().entries,
      'alert.decided',
      'exit: 2025-12-06 is a Saturday: nothing expires then.',
    ],
    [
      'a refusal of risk',
      refusedByRisk().entries,
      'risk.decided',
      'spread_too_wide: spread 0.30 > 0.15 (20 % of mid 0.75)',
    ],
    [
      'a rejection of the broker, account masked',
      rejected().entries,
      'order.answered',
      'margin_check_failed: Account …2345 has insufficient buying power',
    ],
    [
      'an unknown outcome',
      unknownThenFound().entries,
      'order.answered',
      'no clear answer: timed out after 5 s',
    ],
  ])('has %s', (_, entries, kind, error) => {
    expect(rowOf(entries, kind).error).toBe(error);
  });

  it('has none when all is well', () => {
    const errors = rows(oneContract().entries).map(({ error }) => error);
    expect(errors.every((error) => error === null)).toBe(true);
  });
});

describe('other rows', () => {
  it('has the user of an operator act without a message', () => {
    expect(rowOf(halted().entries, 'kill_state.changed')).toMatchObject({
      actor: 'local:operator',
      userId: 'operator',
      rawText: null,
      tradeId: null,
    });
  });

  it('has nobody for what the desk does by itself', () => {
    const log = createDeskLog();
    start(log);
    expect(rowOf(log.entries, 'run.started')).toMatchObject({ userId: null, channelId: null });
  });

  it('shows an attempt that was never executed: a dry run', () => {
    expect(rowOf(dryRun().entries, 'preview.made')).toMatchObject({
      badge: 'DRY-RUN',
      quantity: 4,
      symbol: 'UBER',
      entryOrders: [],
    });
  });
});
