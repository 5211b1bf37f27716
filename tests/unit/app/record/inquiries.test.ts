import { describe, expect, it } from 'vitest';
import { countAuthors } from '#app/record/authors.ts';
import { createSample } from '#app/record/estimate.ts';
import { type Inquiry, listAlerts, listTrades } from '#app/record/lists.ts';
import { oneAlert, oneTrade } from '#app/record/one.ts';
import type { DeskEntry } from '#audit/model.ts';
import type { Page } from '#operate/api/answers.ts';
import type { MessageView } from '#operate/api.ts';
import { chatter, rejected, sold, stepped } from '../../../fixtures/desk-courses.ts';
import { createDeskLog, say, start } from '../../../fixtures/desk-log.ts';
import { tell } from '../../../fixtures/telling.ts';

function ask<Answer>(inquiry: Inquiry<Answer>, entries: readonly DeskEntry[]): Answer {
  for (const told of tell(entries)) inquiry.take(told);
  return inquiry.answer();
}

const ALL = { cursor: null, limit: 50, from: null, to: null };
const ANY = { outcome: null, author: null, channel: null, code: null, symbol: null, words: null };

describe('an estimate', () => {
  it('says nothing of nothing, and gives no interval for one', () => {
    expect(createSample().estimate()).toEqual({ n: 0, mean: null, low: null, high: null });
    const one = createSample();
    one.add(4);
    expect(one.estimate()).toEqual({ n: 1, mean: 4, low: null, high: null });
  });

  it('is the 95 % interval of Student for a few', () => {
    const sample = createSample();
    for (const value of [1, 2, 3, 4, 5]) sample.add(value);
    const { mean, low, high } = sample.estimate();
    expect(mean).toBeCloseTo(3, 12);
    // 3 ± 2.776 × √2.5 / √5
    expect([low, high]).toEqual([expect.closeTo(1.037, 3), expect.closeTo(4.963, 3)]);
  });
});

describe('a list out of the record', () => {
  it('gives every message once, newest first, by the cursors it gave', () => {
    const log = createDeskLog();
    start(log);
    for (let n = 0; n < 25; n += 1) say(log, `message ${n}`, { id: `m${n}` });
    const seen: string[] = [];
    let cursor: number | null = null;
    for (let pages = 0; pages < 10; pages += 1) {
      const page: Page<MessageView> = ask(
        listAlerts({ ...ALL, ...ANY, cursor, limit: 4 }),
        log.entries,
      );
      seen.push(...page.items.map(({ text }) => text));
      if (page.next === null) break;
      cursor = Number(page.next);
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, n) => `message ${24 - n}`));
  });

  it('shows a message as it came to be, and a trade as it ended', () => {
    const { entries } = sold();
    const [message] = ask(listAlerts({ ...ALL, ...ANY }), entries).items;
    expect(message).toMatchObject({ outcome: 'accepted' });
    const { items, next } = ask(
      listTrades({ ...ALL, state: 'ended', author: null, symbol: null }),
      entries,
    );
    expect([items.length, next]).toEqual([1, null]);
    expect(items[0]).toMatchObject({ phase: 'done', ended: 'sold' });
    const open = listTrades({ ...ALL, state: 'open', author: null, symbol: null });
    expect(ask(open, entries).items).toEqual([]);
  });
});

describe('one trade', () => {
  it('is told from its message to its end, each record once and in order', () => {
    const { entries } = stepped();
    const opened = entries.find(({ kind }) => kind === 'trade.opened');
    const told = ask(oneTrade(opened?.trade ?? ''), entries);
    const seqs = told?.records.map(({ seq }) => seq) ?? [];
    expect(told?.records[0]?.kind).toBe('message.received');
    expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b));
    const steps = entries.filter(({ kind }) => kind === 'entry.stepped').length;
    expect(told?.chart.limits.filter(({ step }) => step !== null)).toHaveLength(steps);
    expect(told?.chart.band.length).toBeGreaterThan(0);
  });

  it('that is not on record is nothing, and so is a message', () => {
    const { entries } = chatter();
    expect(ask(oneTrade('t_aaaaaaaaaaaaaaaa'), entries)).toBeNull();
    expect(ask(oneAlert('local:desk:none'), entries)).toBeNull();
  });
});

describe('what authors called and what we got', () => {
  it('counts one author over its trades, and says nothing it cannot know', () => {
    const { items, records } = ask(countAuthors(), sold().entries);
    expect(records).toBe(sold().entries.length);
    expect(items[0]).toMatchObject({ trades: 1, filled: 1, ended: 1, peak: { n: 0, mean: null } });
    expect(items[0]?.result.n).toBe(1);
    expect(items[0]?.got.low).toBeNull();
  });

  it('counts an entry that never filled as called and not got', () => {
    const [author] = ask(countAuthors(), rejected().entries).items;
    expect(author).toMatchObject({ trades: 1, filled: 0, won: 0 });
    expect(author?.got).toEqual({ n: 0, mean: null, low: null, high: null });
    expect(author?.result.n).toBe(0);
  });
});
