import { describe, expect, it } from 'vitest';
import type { DeskEntry } from '#audit/model.ts';
import { ZERO_MONEY } from '#kernel/price.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';
import type { DeskSnapshot, DeskUpdate, TradeView } from '#operate/api.ts';
import { acknowledgingOf, createDeskView, type DeskView } from '#operate/view.ts';
import {
  chatter,
  dryRun,
  exiting,
  halted,
  oneContract,
  refused,
  refusedByRisk,
  rejected,
  sold,
  stepped,
  unknownThenFound,
  windowOver,
} from '../../fixtures/desk-courses.ts';
import { createDeskLog, decide, OPENING, open, say, start } from '../../fixtures/desk-log.ts';
import { tell } from '../../fixtures/telling.ts';

function viewOf(entries: readonly DeskEntry[]): DeskView {
  const view = createDeskView({ clock: createVirtualClock(OPENING), journal: () => null });
  for (const told of tell(entries)) view.take(told);
  return view;
}

function snapshotOf(entries: readonly DeskEntry[]): DeskSnapshot {
  return viewOf(entries).snapshot();
}

function tradeOf(entries: readonly DeskEntry[]): TradeView {
  const [trade] = snapshotOf(entries).trades;
  if (trade === undefined) throw new Error('no trade in the view');
  return trade;
}

describe('messages in the view', () => {
  it.each([
    ['chatter', chatter, { outcome: 'ignored', verdict: 'chatter', understood: null }],
    [
      'a refusal with its repair',
      refused,
      {
        outcome: 'refused',
        repairs: [{ text: 'BTO UBER 78p 12/05 @ 0.75', why: 'the nearest listed expiry' }],
        candidates: ['2025-12-05', '2025-12-12'],
      },
    ],
    [
      'a refusal by risk',
      refusedByRisk,
      { outcome: 'refused', verdict: 'order', code: 'spread_too_wide', tradeId: null },
    ],
    ['a dry run', dryRun, { outcome: 'previewed', badge: 'DRY-RUN', tradeId: null }],
  ])('shows %s', (_, course, shown) => {
    expect(snapshotOf(course().entries).messages[0]).toMatchObject(shown);
  });

  it('shows an alert with its spans, its sizing, its gates and its trade', () => {
    const { entries, trade } = exiting();
    expect(snapshotOf(entries).messages[0]).toMatchObject({
      key: 'local:room:1',
      author: { id: 'ana', name: 'Ana' },
      channel: 'room',
      text: 'Alert: BTO UBER 78p 12/05 @ 0.75',
      outcome: 'accepted',
      understood: 'BTO UBER 78P 2025-12-05 @ 0.75',
      spans: { strike: { from: 16, to: 18 } },
      alert: { strike: 78, price: 0.75 },
      sizing: { quantity: 4 },
      tradeId: trade.plan.tradeId,
    });
  });

  it('keeps the newest 200, newest first', () => {
    const log = createDeskLog();
    for (let n = 0; n < 250; n += 1) say(log, `message ${n}`, { id: String(n) });
    const { messages, desk } = snapshotOf(log.entries);
    expect(messages).toHaveLength(200);
    expect(messages[0]?.text).toBe('message 249');
    expect(desk.counters.messages).toBe(250);
  });
});

describe('trades in the view', () => {
  it('shows a working entry with its limit, steps and times', () => {
    expect(tradeOf(stepped().entries)).toMatchObject({
      badge: 'SIM',
      symbol: 'UBER  251205P00078000',
      contract: 'UBER 78P 2025-12-05',
      author: 'local:ana',
      phase: 'entering',
      quantity: 4,
      entry: {
        status: 'open',
        limit: '0.77',
        collar: '0.78',
        steps: 2,
        stepsMax: 3,
        placedAt: '2025-12-02T15:30:01.000Z',
        windowEndsAt: '2025-12-02T15:31:31.000Z',
        filled: 0,
        averagePrice: null,
      },
      quote: { bid: '0.74', ask: '0.80' },
      held: 0,
      result: null,
    });
  });

  it('shows the resting exit', () => {
    expect(tradeOf(exiting().entries)).toMatchObject({
      phase: 'exiting',
      entry: { status: 'ended', reason: 'filled', filled: 4, averagePrice: '0.7675' },
      exit: { target: 2, limit: '1.54', quantity: 2, filled: 0, note: null },
      held: 4,
    });
  });

  it('shows the end: everything sold, the result, nothing held', () => {
    expect(tradeOf(sold().entries)).toMatchObject({
      phase: 'done',
      ended: 'sold',
      result: '261.00',
      held: 0,
      exit: { filled: 2, averagePrice: '1.54', closed: 2 },
    });
  });

  it('says why one contract has no exit', () => {
    expect(tradeOf(oneContract().entries).exit).toMatchObject({
      target: 0,
      limit: null,
      note: 'no exit order: 50 % of 1 is less than 1',
    });
  });

  it.each([
    ['a partial fill at the end of the window', windowOver, { filled: 2, reason: 'window_over' }],
    ['a rejection', rejected, { filled: 0, reason: 'rejected' }],
  ])('shows %s', (_, course, entry) => {
    expect(tradeOf(course().entries).entry).toMatchObject({ status: 'ended', ...entry });
  });

  it('shows each order with what became of it', () => {
    const orders = tradeOf(sold().entries).orders.map(({ role, orderId, limit, end, filled }) => [
      role,
      orderId,
      limit,
      end,
      filled,
    ]);
    expect(orders).toEqual([
      ['entry', '1000', '0.75', 'cancelled', 0],
      ['entry', '1001', '0.76', 'cancelled', 0],
      ['entry', '1002', '0.77', 'filled', 4],
      ['exit', '2000', '1.54', 'filled', 2],
      ['close', '3000', '1.30', 'filled', 2],
    ]);
    expect(tradeOf(rejected().entries).orders[0]?.rejection).toBe(
      'Account …2345 has insufficient buying power',
    );
    expect(tradeOf(unknownThenFound().entries.slice(0, 8)).orders[0]?.phase).toBe('unknown');
  });

  it('tells the whole story in order, from the message that opened to the one that closed', () => {
    const { timeline } = tradeOf(sold().entries);
    const seqs = timeline.map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: 32 }, (_, place) => place + 3));
    expect(timeline[0]?.text).toBe('Ana wrote: “Alert: BTO UBER 78p 12/05 @ 0.75”');
    expect(timeline[24]?.text).toContain('STC UBER');
  });

  it('tells of an exit that came before any fill, beginning with its message', () => {
    const { log, trade } = stepped();
    const message = say(log, 'STC UBER', { id: '2' });
    decide(log, message, { verdict: 'exit' }, trade.plan.tradeId);
    const kinds = tradeOf(log.entries).timeline.map(({ kind }) => kind);
    expect(kinds.slice(-2)).toEqual(['message.received', 'alert.decided']);
  });

  it('bounds a timeline and keeps how it began', () => {
    const { log, trade } = exiting();
    for (let n = 0; n < 300; n += 1) trade.see('exit', 0, { quantity: 2 });
    const { timeline } = tradeOf(log.entries);
    expect(timeline).toHaveLength(200);
    expect(timeline[0]?.kind).toBe('message.received');
    expect(timeline.at(-1)?.seq).toBe(log.entries.length);
  });

  it('puts open trades first and forgets ended ones beyond a hundred', () => {
    const log = createDeskLog();
    start(log);
    const first = open(log, say(log, 'BTO', { id: 'open' }));
    for (let n = 0; n < 120; n += 1) {
      const trade = open(log, say(log, 'BTO', { id: `ended-${n}` }));
      const body = { reason: 'no_fill', result: ZERO_MONEY, at: log.now() } as const;
      trade.add({ kind: 'trade.ended', body });
    }
    const { trades, desk } = snapshotOf(log.entries);
    expect(trades).toHaveLength(100);
    expect(trades[0]?.id).toBe(first.plan.tradeId);
    expect(desk.counters).toMatchObject({ trades: 121, openTrades: 1 });
  });
});

describe('the line at the top', () => {
  it('counts what happened', () => {
    expect(snapshotOf(sold().entries).desk.counters).toEqual({
      messages: 2,
      instructions: 2,
      refused: 0,
      chatter: 0,
      trades: 1,
      openTrades: 0,
      ordersSent: 3,
      priceSteps: 2,
      fills: 4,
      incidents: 0,
    });
    expect(snapshotOf(refused().entries).desk.counters).toMatchObject({ refused: 1 });
    expect(snapshotOf(refusedByRisk().entries).desk.counters).toMatchObject({
      instructions: 1,
      refused: 1,
    });
    expect(snapshotOf(chatter().entries).desk.counters).toMatchObject({ chatter: 1 });
  });

  it('counts a message that risk refused once, though two records say so', () => {
    const { log, message } = refused();
    const decided = refusedByRisk().entries.find(({ kind }) => kind === 'risk.decided');
    if (decided?.kind !== 'risk.decided') throw new Error('risk decided nothing');
    log.add({ kind: 'risk.decided', body: decided.body, actor: 'engine', message });
    expect(snapshotOf(log.entries).desk.counters).toMatchObject({ refused: 1 });
  });

  it('shows the kill state and why', () => {
    expect(snapshotOf(halted().entries).desk).toMatchObject({
      killState: 'HALT',
      killReason: 'news at two',
    });
  });

  it('shows badge, version, clock and the account as last read', () => {
    expect(snapshotOf(exiting().entries).desk).toMatchObject({
      environment: 'SIM',
      version: '0.1.0',
      clock: '2025-12-02T15:30:00.000Z',
      account: { initialBuyingPower: '100000.00', pendingDebit: '0.00' },
    });
    const log = createDeskLog();
    start(log);
    expect(snapshotOf(log.entries).desk.account).toMatchObject({
      initialBuyingPower: '16000.00',
      availableBuyingPower: null,
    });
  });

  it('shows how the journal is, as whoever holds it says', () => {
    const journal = { writable: true, lastSeq: 7, durableSeq: 7, freeBytes: null, fault: null };
    const view = createDeskView({ clock: createVirtualClock(OPENING), journal: () => journal });
    expect(view.snapshot().desk.journal).toEqual(journal);
  });

  it('lists what needs a person', () => {
    const { log, trade } = exiting();
    const at = log.now();
    trade.add({ kind: 'trade.blocked', body: { reason: 'close_refused', at } });
    const incident = { code: 'clock_skew', detail: '12 s', at };
    log.add({ kind: 'incident.raised', body: incident, actor: 'engine' });
    expect(snapshotOf(log.entries).incidents).toMatchObject([
      { code: 'clock_skew', tradeId: null },
      { code: 'trade_blocked', tradeId: trade.plan.tradeId },
    ]);
  });
});

describe('a desk in trouble', () => {
  it('lists the newest fifty incidents and counts all', () => {
    const log = createDeskLog();
    for (let n = 0; n < 60; n += 1) {
      const body = { code: 'clock_skew', detail: `${n} s`, at: log.now() };
      log.add({ kind: 'incident.raised', body, actor: 'engine' });
    }
    const { incidents, desk } = snapshotOf(log.entries);
    expect(incidents).toHaveLength(50);
    expect(incidents[0]?.text).toContain('59 s');
    expect(desk.counters.incidents).toBe(60);
  });
});

describe('updates', () => {
  function updatesOf(entries: readonly DeskEntry[]): readonly DeskUpdate[] {
    const updates: DeskUpdate[] = [];
    const view = viewOf([]);
    view.onUpdate((update) => updates.push(update));
    for (const told of tell(entries)) view.take(told);
    return updates;
  }

  it('tells what each record changed', () => {
    const kinds = updatesOf(exiting().entries).map(({ kind, seq }) => `${seq} ${kind}`);
    expect(kinds.slice(0, 12)).toEqual([
      '1 desk',
      '2 desk',
      '3 message',
      '3 desk',
      '4 message',
      '4 desk',
      '5 message',
      '5 desk',
      '6 message',
      '6 trade',
      '6 desk',
      '7 trade',
    ]);
  });

  it('brings whoever applies them to the snapshot', () => {
    const { entries } = sold();
    const messages = new Map<string, unknown>();
    const trades = new Map<string, unknown>();
    for (const update of updatesOf(entries)) {
      if (update.kind === 'message') messages.set(update.message.key, update.message);
      if (update.kind === 'trade') trades.set(update.trade.id, update.trade);
    }
    const snapshot = snapshotOf(entries);
    expect([...messages.values()].toReversed()).toEqual(snapshot.messages);
    expect([...trades.values()]).toEqual(snapshot.trades);
  });

  it('reaches nobody after it was undone', () => {
    const heard: DeskUpdate[] = [];
    const view = viewOf([]);
    const undo = view.onUpdate((update) => heard.push(update));
    undo();
    for (const told of tell(exiting().entries)) view.take(told);
    expect(heard).toEqual([]);
  });

  it('is the same after a replay as it was live, and plain JSON', () => {
    const { entries } = sold();
    const snapshot = snapshotOf(entries);
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
    expect(snapshotOf(entries)).toEqual(snapshot);
  });
});

describe('an incident somebody has taken note of', () => {
  it('says who, when and what they noted, for good', () => {
    const log = createDeskLog();
    const at = OPENING;
    const incident = { code: 'clock_skew', detail: '12 s', at };
    log.add({ kind: 'incident.raised', body: incident, actor: 'engine' });
    const seq = log.entries.at(-1)?.seq ?? 0;
    const view = viewOf(log.entries);
    expect(view.incidents()[0]?.acknowledged).toBeNull();
    const body = { act: acknowledgingOf(seq), reason: 'looked into', at };
    log.add({ kind: 'operator.acted', body, actor: 'operator:alice' });
    expect(viewOf(log.entries).incidents()[0]).toMatchObject({
      seq,
      acknowledged: { by: 'operator:alice', note: 'looked into' },
    });
  });

  it('is the one that was named, and no other', () => {
    const log = createDeskLog();
    const at = OPENING;
    log.add({ kind: 'incident.raised', body: { code: 'a', detail: '', at }, actor: 'engine' });
    const body = { act: acknowledgingOf(999), reason: '', at };
    log.add({ kind: 'operator.acted', body, actor: 'operator:alice' });
    expect(viewOf(log.entries).incidents()[0]?.acknowledged).toBeNull();
  });
});
