import { describe, expect, it } from 'vitest';
import type { AuditQuery, DeskEntry } from '#audit/model.ts';
import { createAuditView, exportRows, searchRecords } from '#audit/view.ts';
import { plus } from '#kernel/time.ts';
import { refused, sold } from '../../fixtures/desk-courses.ts';
import { createDeskLog, OPENING, RULES, say } from '../../fixtures/desk-log.ts';
import { tell } from '../../fixtures/telling.ts';

describe('recent', () => {
  it('gives the newest rows first', () => {
    const audit = createAuditView();
    for (const told of tell(sold().entries)) audit.take(told);
    expect(audit.recent(3).map(({ seq }) => seq)).toEqual([34, 33, 32]);
  });

  it('keeps a bounded number', () => {
    const log = createDeskLog();
    for (let n = 0; n < 2_500; n += 1) say(log, 'gm', { id: String(n) });
    const audit = createAuditView();
    for (const told of tell(log.entries)) audit.take(told);
    const rows = audit.recent(5_000);
    expect(rows).toHaveLength(1_000);
    expect(rows[0]?.seq).toBe(2_500);
  });
});

describe('what is kept from a record on', () => {
  it('is what was told since, or nothing where some of it is gone', () => {
    const log = createDeskLog();
    for (let n = 0; n < 2_500; n += 1) say(log, 'gm', { id: String(n) });
    const audit = createAuditView();
    expect(audit.keptFrom(1)).toBeNull();
    for (const told of tell(log.entries)) audit.take(told);
    const kept = audit.keptFrom(2_498) ?? [];
    expect(kept.map(({ entry }) => entry.seq)).toEqual([2_498, 2_499, 2_500]);
    expect(audit.keptFrom(2_501)).toEqual([]);
    expect(audit.keptFrom(1)).toBeNull();
  });
});

describe('search', () => {
  const entries = sold().entries;
  const search = (query: AuditQuery) =>
    searchRecords(entries, RULES, { limit: 100, ...query }).map(({ seq }) => seq);

  it('finds by the user who wrote, and not by another', () => {
    expect(search({ user: 'ana' })).toHaveLength(32);
    expect(search({ user: 'an' })).toEqual([]);
  });

  it('finds by underlying and by full symbol, in any case', () => {
    expect(search({ symbol: 'uber' })).toHaveLength(30);
    expect(search({ symbol: 'UBER  251205P00078000' })).toContain(34);
    expect(search({ symbol: 'UBE' })).toEqual([]);
  });

  it('finds by trade', () => {
    const trade = tell(entries).at(-1)?.trade?.id ?? '';
    expect(search({ trade })).toHaveLength(27);
    expect(search({ trade: 't_other' })).toEqual([]);
  });

  it('finds by kind and by its first part', () => {
    expect(search({ kind: 'entry.stepped' })).toEqual([15, 10]);
    expect(search({ kind: 'entry' })).toEqual([22, 15, 10]);
    expect(search({ kind: 'ent' })).toEqual([]);
  });

  it('finds by time, the end not included', () => {
    const at = entries[14]?.wall ?? OPENING;
    const range = { from: at, to: plus(at, 1) };
    expect(search(range)).toEqual([19, 18, 17, 16, 15]);
    expect(search({ to: entries[2]?.wall ?? OPENING })).toEqual([2, 1]);
  });

  it('finds by words in the message or in the sentence', () => {
    expect(search({ words: 'ALL OUT' })).toEqual([29, 28, 27]);
    expect(search({ words: 'old price is gone' })).toEqual([19, 14]);
  });

  it('takes all conditions together, and no more rows than asked for', () => {
    expect(search({ user: 'ana', kind: 'order', words: 'bought', limit: 1 })).toEqual([21]);
  });
});

describe('export', () => {
  const rowsOf = (entries: readonly DeskEntry[], from: number | null, to: number | null) => {
    const range = {
      from: from === null ? null : plus(OPENING, from),
      to: to === null ? null : plus(OPENING, to),
    };
    return [...exportRows(entries, RULES, range)];
  };

  it('gives every record, oldest first', () => {
    const { entries } = sold();
    const rows = rowsOf(entries, null, null);
    expect(rows.map(({ seq }) => seq)).toEqual(entries.map(({ seq }) => seq));
  });

  it('knows what came before the range it gives', () => {
    const { entries } = sold();
    const rows = rowsOf(entries, 60_000, null);
    expect(rows[0]?.rawText).toBe('Alert: BTO UBER 78p 12/05 @ 0.75');
    expect(rows.length).toBeLessThan(entries.length);
    expect(rowsOf(refused().entries, 1, null)).toEqual([]);
  });
});
