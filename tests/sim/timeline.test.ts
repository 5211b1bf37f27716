import { describe, expect, it } from 'vitest';
import { type LedgerEvent } from '../desk/evidence.ts';
import { openWorld, takeOpened } from '../desk/world.ts';
import type { SimOutcome, StoryEntry } from './model.ts';
import { clockOf, timeline } from './timeline.ts';
import { createVoices } from './timeline-voices.ts';

const OUTCOME: SimOutcome = {
  seed: 1991,
  violations: [{ invariant: 'S3', at: 43_100, what: '6 of 4 approved' }],
  lifecycles: 1,
  crashes: 1,
  ambiguous: 1,
  messageFaults: 1,
  marks: new Map(),
  traceHash: '00',
  fired: [
    { id: 'f1207', kind: 'response_lost', at: 120 },
    { id: 'c3', kind: 'crash', at: 4_000 },
  ],
  alerts: 12,
  story: [
    { at: 0, who: 'alert', text: 'ann in room: “BTO UBER 78p 12/05 @ 0.75”' },
    { at: 0, who: 'desk', text: '#1 Sending an order: buy 4 at 0.75.' },
    { at: 40, who: 'broker', text: 'takes #1 entry: 4 at 0.75 as order 1000' },
    { at: 120, who: 'fault', text: 'f1207: the answer is lost' },
    { at: 4_000, who: 'crash', text: 'c3: the process dies' },
  ],
};

const PAGE = `Seed 1991 fails after 0:43.100. S3: 6 of 4 approved
12 alerts in the seed, 1 traded. 2 faults: f1207 response lost, c3 crash.

  0:00.000  alert      ann in room: “BTO UBER 78p 12/05 @ 0.75”
            desk       #1 Sending an order: buy 4 at 0.75.
  0:00.040  broker     takes #1 entry: 4 at 0.75 as order 1000
! 0:00.120  fault      f1207: the answer is lost
! 0:04.000  crash      c3: the process dies
✗ 0:43.100  violation  S3: 6 of 4 approved
`;

function pageOf(story: readonly StoryEntry[], width?: number): readonly string[] {
  const outcome = { ...OUTCOME, violations: [], story };
  return timeline(outcome, width === undefined ? {} : { width })
    .split('\n')
    .slice(3, -1);
}

describe('the timeline of a seed', () => {
  it('tells who did what and when, and ends with what is broken', () => {
    expect(timeline(OUTCOME)).toBe(PAGE);
  });

  it('says once what is said again and again', () => {
    const missed = { who: 'desk', text: 'Did not find it.' } as const;
    const story = [1_000, 3_000, 5_000].map((at) => ({ at, ...missed }));
    expect(pageOf(story)).toEqual([
      '  0:01.000  desk       Did not find it. (3 times, until 0:05.000)',
    ]);
  });

  it('goes on in the next line, under the words', () => {
    const text = 'a sentence that is much longer than the page is wide, and then some';
    const lines = pageOf([{ at: 0, who: 'market', text }], 60);
    expect(lines).toEqual([
      '  0:00.000  market     a sentence that is much longer than the',
      '                       page is wide, and then some',
    ]);
  });

  it('tells a violation once, whoever has told it', () => {
    const told = { at: 43_100, who: 'violation', text: 'S3: 6 of 4 approved' } as const;
    const page = timeline({ ...OUTCOME, story: [...OUTCOME.story, told] });
    expect(page).toBe(PAGE);
  });

  it.each([
    [0, '0:00.000'],
    [83_456.4, '1:23.456'],
    [59_999.9, '1:00.000'],
    [3_600_000, '1:00:00.000'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(clockOf(ms)).toBe(text);
  });
});

describe('the voices', () => {
  it('tell what the desk recorded and what the broker did in the same words', async () => {
    const world = await openWorld();
    world.pin('UBER  261204P00078000', '0.74', '0.80');
    world.broker.script.onCall({ on: 'place', answer: { kind: 'ambiguous_with_effect' } });
    await world.say('BTO 2 UBER 78p 12/04 @ 0.75');
    await world.run(15_000);
    takeOpened();
    const voices = createVoices();
    const desk = world.records().flatMap((entry) => voices.desk(entry) ?? []);
    const { mutations, statuses } = world.broker.ledger;
    const events: readonly LedgerEvent[] = [
      ...mutations.map((entry) => ({ what: 'mutation', entry }) as const),
      ...statuses.map((entry) => ({ what: 'status', entry }) as const),
    ];
    expect(desk).toContain('#1 Sending an order: buy 2 at 0.75 (bid 0.74, ask 0.80).');
    expect(desk).toContain('#1 The entry order is working: order 100001.');
    expect(events.flatMap((event) => voices.broker(event) ?? [])).toEqual([
      'takes #1 entry: 2 at 0.75 as order 100001',
      'order 100001 (#1 entry) is working',
    ]);
  });
});
