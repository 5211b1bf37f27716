import { describe, expect, it } from 'vitest';
import { auditGaps } from '#audit/gaps.ts';
import type { DeskEntry } from '#audit/model.ts';
import * as courses from '../../fixtures/desk-courses.ts';
import { createDeskLog, say, start } from '../../fixtures/desk-log.ts';

const { exiting, opened, sold, unknownThenFound, windowOver, working } = courses;

describe('the completeness check', () => {
  it.each(Object.entries(courses))('finds nothing missing in %s', (_, course) => {
    expect(auditGaps(course().entries)).toEqual([]);
  });

  it.each([
    ['message.received', 'message_missing'],
    ['risk.decided', 'risk_missing'],
    ['trade.opened', 'opening_missing'],
    ['order.intended', 'intent_missing'],
    ['order.answered', 'answer_missing'],
    ['alert.decided', 'decision_missing'],
  ] as const)('finds that %s was left out', (kind, gap) => {
    expect(auditGaps(without(exiting().entries, kind)).map((one) => one.kind)).toContain(gap);
  });

  it('finds a hole in the sequence', () => {
    const { entries } = exiting();
    expect(auditGaps(entries.filter(({ seq }) => seq !== 7))).toContainEqual({
      kind: 'sequence',
      seq: 8,
      what: 'expected record 7, was 8',
    });
  });

  it('finds an order whose fate nobody told', () => {
    const { entries, trade } = unknownThenFound();
    const untold = entries.filter(({ kind }) => kind !== 'order.seen');
    expect(auditGaps(untold)).toEqual([
      {
        kind: 'resolution_missing',
        seq: 8,
        what: `nobody has told what became of ${trade.cid('entry', 0)}`,
      },
    ]);
  });

  it('asks for a resolution, not for an answer, when a crash came between', () => {
    const { log, trade } = opened();
    trade.submit('entry', 0, { quantity: 4, limit: '0.75' });
    expect(auditGaps(log.entries).map(({ kind }) => kind)).toEqual(['answer_missing']);
    start(log);
    expect(auditGaps(log.entries).map(({ kind }) => kind)).toEqual(['resolution_missing']);
    trade.see('entry', 0, { quantity: 4 });
    expect(auditGaps(log.entries)).toEqual([]);
  });

  it('knows that an order shown by the broker has arrived, whatever its answer says later', () => {
    const { log, trade } = opened();
    trade.submit('entry', 0, { quantity: 4, limit: '0.75' });
    trade.see('entry', 0, { quantity: 4 });
    trade.answer('entry', 0, { kind: 'ambiguous', detail: 'no answer' });
    expect(auditGaps(log.entries)).toEqual([]);
  });

  it('names a message that was never decided', () => {
    const log = createDeskLog();
    start(log);
    say(log, 'BTO UBER 78p 12/05 @ 0.75');
    expect(auditGaps(log.entries)).toEqual([
      { kind: 'decision_missing', seq: 3, what: 'message local:room:1 was never decided' },
    ]);
  });

  it('wants an answer to every cancel', () => {
    const { entries } = windowOver();
    const silent = entries.filter(
      (entry) => !(entry.kind === 'order.answered' && entry.body.op === 'cancel'),
    );
    expect(auditGaps(renumbered(silent)).map(({ kind }) => kind)).toEqual(['answer_missing']);
  });

  it('wants no resolution of a cancel: the order itself tells', () => {
    const { log, trade } = working();
    trade.cancel('entry', 0);
    trade.answer('entry', 0, { kind: 'ambiguous', detail: 'timed out' }, 'cancel');
    expect(auditGaps(log.entries)).toEqual([]);
  });

  it('is quiet about a complete life', () => {
    expect(auditGaps(sold().entries)).toEqual([]);
  });
});

/** Without the first record of that kind, and without a hole in the sequence. */
function without(entries: readonly DeskEntry[], kind: string): readonly DeskEntry[] {
  const at = entries.findIndex((entry) => entry.kind === kind);
  return renumbered(entries.filter((_, place) => place !== at));
}

function renumbered(entries: readonly DeskEntry[]): readonly DeskEntry[] {
  return entries.map((entry, place) => ({ ...entry, seq: place + 1 }));
}
