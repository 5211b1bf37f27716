import { describe, expect, it } from 'vitest';
import { type Position, ROWS_VERSION } from '#history/model.ts';
import { type JournalStanding, standingOf } from '#history/standing.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);

function journal(change: Partial<JournalStanding> = {}): JournalStanding {
  return { journal: A, durableSeq: 10, digestAt: (seq) => `digest ${seq}`, ...change };
}

function position(change: Partial<Position> = {}): Position {
  return { journal: A, seq: 7, digest: 'digest 7', rowsVersion: ROWS_VERSION, ...change };
}

function codeOf(held: Position | null, of: JournalStanding = journal()): string {
  const standing = standingOf(held, of);
  return standing.kind === 'refuse' ? standing.fault.code : standing.kind;
}

describe('a store', () => {
  it('that is empty is filled from the first record', () => {
    expect(codeOf(null)).toBe('begin');
  });

  it('goes on from where it stands', () => {
    expect(codeOf(position())).toBe('go_on');
    expect(codeOf(position({ seq: 0, digest: '' }))).toBe('go_on');
    expect(codeOf(position({ seq: 10, digest: 'digest 10' }))).toBe('go_on');
  });

  it('of another journal is refused, by both names, with what to do', () => {
    const standing = standingOf(position({ journal: B }), journal());
    expect(standing).toMatchObject({ kind: 'refuse', fault: { code: 'other_journal' } });
    const detail = standing.kind === 'refuse' ? standing.fault.detail : '';
    expect(detail).toContain(B.slice(0, 12));
    expect(detail).toContain(A.slice(0, 12));
    expect(detail).toContain('stores.schema');
    expect(detail).toContain('strikewire rebuild');
  });

  it('that is ahead of its journal is refused: an older copy was put back', () => {
    expect(codeOf(position({ seq: 11 }))).toBe('journal_shorter');
  });

  it('filled from records the journal does not have is refused', () => {
    expect(codeOf(position({ digest: 'something else' }))).toBe('other_history');
    expect(codeOf(position(), journal({ digestAt: () => null }))).toBe('other_history');
  });

  it('filled by older rules is filled anew; by newer ones it is left alone', () => {
    expect(codeOf(position({ rowsVersion: ROWS_VERSION - 1 }))).toBe('begin');
    expect(codeOf(position({ rowsVersion: ROWS_VERSION + 1 }))).toBe('newer_rows');
  });
});
