import { describe, expect, it } from 'vitest';
import { rowsOf } from '#history/project.ts';
import { exiting, refusedByRisk, sold, windowOver } from '../../fixtures/desk-courses.ts';
import { projectedOf } from '../../fixtures/history.ts';

const rowsIn = (course: ReturnType<typeof sold>) => rowsOf(projectedOf(course.entries));

describe('the rows of', () => {
  it('a trade say what was bought, what was sold and what came of it', () => {
    const { trades, orders, fills } = rowsIn(sold());
    expect(trades).toHaveLength(1);
    expect(trades[0]).toMatchObject({
      day: '2025-12-02',
      contract: 'UBER 78P 2025-12-05',
      underlying: 'UBER',
      bought: 4,
      held: 0,
      ended: 'sold',
      result: '261.00',
      phase: 'done',
    });
    expect(trades[0]?.ended_at).toMatch(/^2025-12-02T/);
    expect(orders.map(({ role, ended }) => `${role} ${ended}`)).toContain('exit filled');
    const sum = (role: string) =>
      fills
        .filter((fill) => fill.role === role)
        .reduce((all, { quantity }) => all + (quantity ?? 0), 0);
    expect([sum('entry'), sum('exit'), sum('close')]).toEqual([4, 2, 2]);
  });

  it('a trade that is open have no end and no result', () => {
    const { trades } = rowsIn(exiting());
    expect(trades[0]).toMatchObject({ ended: null, ended_at: null, result: null });
    expect(rowsIn(windowOver()).trades[0]).toMatchObject({
      bought: 2,
      entry_reason: 'window_over',
    });
  });

  it('a decision hold its gates and its arithmetic', () => {
    const { entries } = refusedByRisk();
    const { decisions, alerts } = rowsOf(projectedOf(entries));
    expect(decisions[0]).toMatchObject({ outcome: 'refused', code: 'spread_too_wide' });
    expect(decisions[0]?.gates).toContain('spread 0.30 > 0.15');
    expect(alerts[0]).toMatchObject({ outcome: 'refused', code: 'spread_too_wide' });
    expect(alerts[0]?.spans).toContain('"symbol"');
  });

  it('the audit are one for each record, with the record itself', () => {
    const { entries } = sold();
    const { audit, audit_days: days } = rowsOf(projectedOf(entries));
    expect(audit.map(({ seq }) => seq)).toEqual(entries.map(({ seq }) => seq));
    expect(JSON.parse(audit[0]?.record ?? '')).toMatchObject({ kind: 'run.started', seq: 1 });
    expect(days).toEqual([{ day: '2025-12-02', first_seq: 1, last_seq: 34, rows: 34 }]);
  });
});
