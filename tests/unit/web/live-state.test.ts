import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AT_FIRST,
  foldLive,
  type LiveEvent,
  type LiveState,
  newestMessages,
  orderedTrades,
  type Update,
} from '../../../web/src/api/live-state.ts';
import { EMPTY_DESK, MESSAGE, TRADE } from '../../fixtures/desk-views.ts';

const NOW = Date.parse('2025-12-02T15:30:00Z');

function told(...events: readonly LiveEvent[]): LiveState {
  return events.reduce((state, event) => foldLive(state, event, NOW), AT_FIRST);
}

const snapshot: LiveEvent = { kind: 'snapshot', snapshot: EMPTY_DESK };
const update = (given: Update): LiveEvent => ({ kind: 'update', update: given });
const message = (key: string, seconds: number): LiveEvent => {
  const receivedAt = new Date(NOW + seconds * 1000).toISOString();
  return update({ kind: 'message', seq: seconds, message: { ...MESSAGE, key, receivedAt } });
};

describe('what the page knows of the desk', () => {
  it('is live by whatever the desk says, and gone when the link says so', () => {
    expect(told().link).toBe('connecting');
    expect(told(snapshot).link).toBe('live');
    const gone = told(snapshot, { kind: 'link', link: 'gone' });
    expect(gone.link).toBe('gone');
    const pulse = { clock: '2025-12-02T15:30:01.000Z', quotes: {} };
    expect(foldLive(gone, { kind: 'pulse', pulse }, NOW)).toMatchObject({
      link: 'live',
      heardAt: NOW,
      clockOffsetMs: 1000,
    });
  });

  it('keeps what it knew while the desk is gone, and takes the next snapshot as all there is', () => {
    const before = told(snapshot, message('a', 1), { kind: 'link', link: 'gone' });
    expect([...before.messages.keys()]).toEqual(['a']);
    expect(foldLive(before, snapshot, NOW).messages.size).toBe(0);
  });

  it('takes the newest word on a message and on a trade', () => {
    const state = told(
      snapshot,
      message('a', 1),
      update({ kind: 'trade', seq: 2, trade: TRADE }),
      update({ kind: 'trade', seq: 3, trade: { ...TRADE, phase: 'done' } }),
    );
    expect(state.trades.get(TRADE.id)?.phase).toBe('done');
    expect(state.trades.size).toBe(1);
  });

  it('shows an incident once, whoever took note of it since', () => {
    const incident = {
      seq: 7,
      at: MESSAGE.postedAt,
      code: 'orphan',
      text: 'An order.',
      tradeId: null,
    };
    const by = { by: 'key:a', at: MESSAGE.postedAt, note: '' };
    const state = told(
      update({ kind: 'incident', seq: 7, incident: { ...incident, acknowledged: null } }),
      update({ kind: 'incident', seq: 8, incident: { ...incident, acknowledged: by } }),
    );
    expect(state.incidents).toHaveLength(1);
    expect(state.incidents[0]?.acknowledged).toEqual(by);
  });

  it('keeps what the desk answered in a room by the message it answers', () => {
    const post = (key: string, text: string): LiveEvent =>
      update({ kind: 'post', post: { key, inReplyTo: 'a', text } });
    const state = told(post('p1', 'one'), post('p2', 'two'), post('p1', 'one, edited'));
    expect(state.posts.get('a')?.map(({ text }) => text)).toEqual(['two', 'one, edited']);
  });

  it('never grows past its bounds, and drops the oldest messages', () => {
    const many = Array.from({ length: 260 }, (_, at) => message(`m${at}`, at));
    const state = told(snapshot, ...many);
    expect(state.messages.size).toBe(200);
    expect(newestMessages(state.messages)[0]?.key).toBe('m259');
    expect(state.messages.has('m0')).toBe(false);
  });

  it('never drops an open trade for ended ones', () => {
    const trade = (id: string, phase: 'done' | 'exiting', seconds: number): LiveEvent => {
      const openedAt = new Date(NOW + seconds * 1000).toISOString();
      return update({ kind: 'trade', seq: seconds, trade: { ...TRADE, id, phase, openedAt } });
    };
    const ended = Array.from({ length: 150 }, (_, at) => trade(`t${at}`, 'done', at + 1));
    const state = told(trade('open', 'exiting', 0), ...ended);
    expect(state.trades.size).toBe(100);
    expect(orderedTrades(state.trades)[0]?.id).toBe('open');
  });

  it('ignores a kind of change it does not know', () => {
    const before = told(snapshot);
    const news: unknown = { kind: 'weather', seq: 1 };
    expect(foldLive(before, { kind: 'update', update: asUpdate(news) }, NOW).trades).toBe(
      before.trades,
    );
  });

  it('orders messages newest first, whatever order they came in', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 10_000 }), { maxLength: 30 }), (at) => {
        const state = told(...at.map((seconds) => message(`m${seconds}`, seconds)));
        const shown = newestMessages(state.messages).map(({ key }) => Number(key.slice(1)));
        expect(shown).toEqual(at.toSorted((a, b) => b - a));
      }),
    );
  });
});

/** A newer desk's change, which today's types cannot name. */
function asUpdate(value: unknown): Update {
  const isUpdate = (given: unknown): given is Update => typeof given === 'object';
  if (!isUpdate(value)) throw new Error('not an update');
  return value;
}
