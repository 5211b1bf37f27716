import { describe, expect, it } from 'vitest';
import type { AnswerJson } from '#operate/api.ts';
import { courseOf } from '../../../web/src/now/course.ts';
import { type Call, incidentsLike, needsPerson } from '../../../web/src/now/needs-person.ts';
import { MESSAGE, TRADE } from '../../fixtures/desk-views.ts';

const ANSWER: AnswerJson = {
  verdict: 'order',
  code: 'approved',
  alert: {
    action: 'BTO',
    asset: 'option',
    symbol: 'UBER',
    strike: 78,
    right: 'P',
    expiry: '2025-12-05',
    quantity: null,
    price: 0.75,
  },
  sizing: MESSAGE.sizing,
  gates: MESSAGE.gates,
  orders: [],
  tradeId: TRADE.id,
  environment: 'SIM',
  message: MESSAGE.key,
  detail: '',
  spans: {},
  repairs: [],
  candidates: [],
};

const states = (answer: AnswerJson, trade: typeof TRADE | null = null) =>
  courseOf(answer, trade).map(({ name, state }) => `${name} ${state}`);

describe('the course of an alert', () => {
  it('goes on from reading to the exit while the entry works', () => {
    expect(states(ANSWER, TRADE)).toEqual([
      'Read done',
      'Checked done',
      'Order now',
      'Fill ahead',
      'Exit ahead',
    ]);
  });

  it('ends where a message is no instruction', () => {
    expect(states({ ...ANSWER, verdict: 'chatter', alert: null })).toEqual(['Read failed']);
  });

  it('ends at the gate that refused, with its numbers', () => {
    const refusing = {
      gate: 'spread',
      outcome: 'refuse',
      code: 'wide',
      detail: '0.40 > 0.15',
    } as const;
    const course = courseOf({ ...ANSWER, verdict: 'refused', gates: [refusing] }, null);
    expect(course.at(-1)).toEqual({
      name: 'Checked',
      state: 'failed',
      detail: 'Refused: 0.40 > 0.15',
    });
  });

  it('waits for a person where a gate holds', () => {
    const holding = { gate: 'deviation', outcome: 'hold', code: 'far', detail: 'too far' } as const;
    expect(states({ ...ANSWER, gates: [holding] })).toEqual(['Read done', 'Checked now']);
  });

  it('says that nothing was sent in a dry run', () => {
    const { tradeId: _, ...dry } = ANSWER;
    expect(courseOf(dry, null).at(-1)?.detail).toContain('Nothing was sent');
  });

  it('says that nothing is held when nobody sold', () => {
    const entry = { ...TRADE.entry, status: 'ended', reason: 'window_over' } as const;
    const over = { ...TRADE, entry, phase: 'done', ended: 'no_fill' } as const;
    expect(states(ANSWER, over)).toContain('Fill failed');
  });
});

describe('what needs a person', () => {
  it('is held messages, trades that stand still and incidents nobody noted, newest first', () => {
    const held = {
      ...MESSAGE,
      key: 'held',
      outcome: 'held',
      receivedAt: '2025-12-02T15:31:00.000Z',
    } as const;
    const stuck = {
      ...TRADE,
      attention: 'an order is unresolved',
      openedAt: '2025-12-02T15:30:00.000Z',
    };
    const incident = { at: '2025-12-02T15:32:00.000Z', code: 'orphan', text: '', tradeId: null };
    const calls = needsPerson({
      messages: new Map([
        ['a', MESSAGE],
        ['held', held],
      ]),
      trades: new Map([[stuck.id, stuck]]),
      incidents: [
        { ...incident, seq: 8, acknowledged: null },
        { ...incident, seq: 9, acknowledged: { by: 'key:a', at: incident.at, note: '' } },
      ],
    });
    expect(calls.map(({ kind, seq }) => `${kind} ${seq}`)).toEqual([
      'incident 8',
      `held ${held.seq}`,
      `trade ${stuck.seq}`,
    ]);
  });

  it('is noted for all incidents of one code at the newest of them, where there are several', () => {
    const call = (seq: number, title: string, kind: Call['kind'] = 'incident'): Call => ({
      ...{ key: String(seq), at: '2025-12-02T15:32:00.000Z', detail: '', path: null },
      ...{ seq, title, kind },
    });
    const calls = [
      call(9, 'orphan'),
      call(8, 'late'),
      call(7, 'orphan'),
      call(6, 'orphan', 'trade'),
    ];
    expect(calls.map((one) => incidentsLike(one, calls))).toEqual([[9, 7], [], [], []]);
  });
});
