/**
 * The labelled set as a whole: nothing invented, nothing wrong, and how much of each class is read.
 * A change of the grammar that costs a class its recall shows here, with the messages it lost.
 */
import { describe, expect, it } from 'vitest';
import { parseAlert } from '#alerts/parse.ts';
import { toParseLine } from '#alerts/parser/line.ts';
import {
  contextAt,
  type LabelledMessage,
  readLabelled,
} from '../../../fixtures/labelled-messages.ts';

const RECALL_MIN = 0.97;

const messages = [...readLabelled('labelled'), ...readLabelled('worked-examples')];
const judged = messages.map((message) => {
  const context = contextAt(message.posted_at);
  const { result, code } = toParseLine(message.id, parseAlert(message.text, context));
  return { ...message, got: result, code };
});
const trades = judged.filter(({ expect: { result } }) => result !== null);
const others = judged.filter(({ expect: { result } }) => result === null);

function classOf({ expect: { result } }: LabelledMessage): string {
  if (result === null) return 'no instruction';
  const opens = result.action === 'BTO' || result.action === 'STO';
  return `${result.asset} ${opens ? 'entry' : 'exit'}`;
}

describe('the labelled set', () => {
  it('is large, and half of it or more is no instruction', () => {
    expect(messages.length).toBeGreaterThan(1000);
    expect(others.length).toBeGreaterThanOrEqual(trades.length);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
  });

  it('lets no trade be invented', () => {
    expect(others.filter(({ got }) => got !== null).map(({ text }) => text)).toEqual([]);
  });

  it('lets no contract, side, action, quantity or price be wrong', () => {
    const read = trades.filter(({ got }) => got !== null);
    expect(read.map(({ id, got }) => ({ id, got }))).toEqual(
      read.map(({ id, expect: { result } }) => ({ id, got: result })),
    );
  });

  it.each([...new Set(trades.map((message) => classOf(message)))])('reads %s', (name) => {
    const ofClass = trades.filter((message) => classOf(message) === name);
    const missed = ofClass.filter(({ got }) => got === null).map(({ text }) => text);
    const missedMax = Math.floor(ofClass.length * (1 - RECALL_MIN));
    expect({ missed: missed.slice(missedMax) }).toEqual({ missed: [] });
  });

  it('gives the reason a label names', () => {
    const named = judged.filter(({ expect: { code } }) => code !== undefined);
    expect(named.length).toBeGreaterThan(100);
    expect(named.map(({ text, code }) => ({ text, code }))).toEqual(
      named.map(({ text, expect: { code } }) => ({ text, code })),
    );
  });
});
