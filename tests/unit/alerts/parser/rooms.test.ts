/**
 * Messages of rooms the parser was not written for, labelled by somebody who had not seen it.
 * Nothing may be invented or wrong; how much is read must not fall.
 */
import { describe, expect, it } from 'vitest';
import { readLabelled, resultOf } from '../../../fixtures/labelled-messages.ts';

const RECALL_MIN = 0.915;

const messages = readLabelled('rooms').map((message) => ({
  ...message,
  got: resultOf(message.text, message.posted_at),
}));
const trades = messages.filter(({ expect: { result } }) => result !== null);
const others = messages.filter(({ expect: { result } }) => result === null);

describe('messages of rooms the parser was not written for', () => {
  it('are many, and most are no instruction', () => {
    expect(trades.length).toBeGreaterThan(250);
    expect(others.length).toBeGreaterThan(2 * trades.length);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
  });

  it('let no trade be invented', () => {
    expect(others.filter(({ got }) => got !== null).map(({ text }) => text)).toEqual([]);
  });

  it('let nothing of a trade be wrong', () => {
    const read = trades.filter(({ got }) => got !== null);
    expect(read.map(({ id, got }) => ({ id, got }))).toEqual(
      read.map(({ id, expect: { result } }) => ({ id, got: result })),
    );
  });

  it('are read as often as ever', () => {
    const missed = trades.filter(({ got }) => got === null).map(({ text }) => text);
    const missedMax = Math.floor(trades.length * (1 - RECALL_MIN));
    expect({ missed: missed.slice(missedMax) }).toEqual({ missed: [] });
  });
});
