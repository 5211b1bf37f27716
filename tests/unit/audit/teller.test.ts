import { describe, expect, it } from 'vitest';
import type { DeskEntry } from '#audit/model.ts';
import { createTeller } from '#audit/teller.ts';
import { decodeCanonical, encodeCanonical } from '#events/codec.ts';
import { asTradeId } from '#kernel/ids.ts';
import { price, ZERO_MONEY } from '#kernel/price.ts';
import { plus } from '#kernel/time.ts';
import { applyToTrade } from '#orders/core/apply.ts';
import { bought, held, sold as soldOf } from '#orders/core/exposure.ts';
import type { Trade, TradeRecord } from '#orders/model.ts';
import * as courses from '../../fixtures/desk-courses.ts';
import { createDeskLog, OPENING, open, RULES, say, start } from '../../fixtures/desk-log.ts';
import { lastMessage, lastTrade, tell } from '../../fixtures/telling.ts';

const { exiting, halted, opened, refusedByRisk, sold, stepped, unknownThenFound, working } =
  courses;

describe('the story of a message', () => {
  it('keeps what the reader and what risk said', () => {
    const { entries, message } = refusedByRisk();
    expect(lastMessage(entries, message)).toMatchObject({
      outcome: 'refused',
      verdict: 'order',
      code: 'spread_too_wide',
      detail: 'spread 0.30 > 0.15 (20 % of mid 0.75)',
      understood: 'BTO UBER 78P 2025-12-05 @ 0.75',
      refs: { received: 3, decided: 4, risk: 5 },
    });
  });

  it('goes from received to accepted, and names its trade', () => {
    const { entries } = opened();
    const outcomes = tell(entries).map(({ message }) => message?.outcome ?? null);
    expect(outcomes).toEqual([null, null, 'received', 'accepted', 'accepted', 'accepted']);
    expect(tell(entries).at(-1)?.message?.tradeId).toBe(tell(entries).at(-1)?.trade?.id);
  });

  it('links the message that closes to the trade it closes', () => {
    const { entries, trade } = sold();
    const closing = tell(entries).find(({ entry }) => entry.kind === 'close.requested');
    expect(closing?.message).toMatchObject({ key: 'local:room:2', tradeId: trade.plan.tradeId });
  });

  it('remembers an edit and a deletion beside the text that was posted', () => {
    const { log, message } = opened();
    const context = { actor: 'local:ana', message };
    log.add({ kind: 'message.edited', body: { text: 'never mind', at: log.now() }, ...context });
    log.add({ kind: 'message.deleted', body: { at: log.now() }, ...context });
    expect(lastMessage(log.entries, message)).toMatchObject({
      message: { text: 'Alert: BTO UBER 78p 12/05 @ 0.75' },
      editedText: 'never mind',
      deletedAt: log.now(),
    });
  });
});

describe('the story of a trade', () => {
  it('counts each fill once and averages for reading', () => {
    expect(lastTrade(exiting().entries).figures).toEqual({
      bought: 4,
      averageEntry: price('0.7675'),
      exitTarget: 2,
      exitPlaced: 2,
      exitSold: 0,
      averageExit: null,
      closeSold: 0,
      averageClose: null,
      held: 4,
    });
  });

  it('rounds an endless average to the nearest 0.0001', () => {
    const { log, trade } = working();
    trade.see('entry', 0, {
      quantity: 4,
      fills: [
        [1, '0.75'],
        [2, '0.76'],
      ],
    });
    expect(lastTrade(log.entries).figures.averageEntry).toBe(price('0.7567'));
  });

  it('follows the phases from entering to done', () => {
    const phases = tell(sold().entries).map(({ trade }) => trade?.phase ?? null);
    expect([...new Set(phases.filter((phase) => phase !== null))]).toEqual([
      'entering',
      'holding',
      'exiting',
      'closing',
      'done',
    ]);
  });

  it('asks for attention while it is blocked', () => {
    const { log, trade } = exiting();
    const at = log.now();
    trade.add({ kind: 'trade.blocked', body: { reason: 'close_refused', at } });
    expect(lastTrade(log.entries)).toMatchObject({ phase: 'attention', blocked: 'close_refused' });
    trade.add({ kind: 'trade.released', body: { reason: 'looked at', at } });
    expect(lastTrade(log.entries)).toMatchObject({ phase: 'exiting', blocked: null });
  });

  it('knows when the next step is due and when the window ends', () => {
    const placedAt = plus(OPENING, 1_000);
    const windowEndsAt = plus(placedAt, 90_000);
    expect(lastTrade(working().entries).schedule).toEqual({
      placedAt,
      windowEndsAt,
      nextStepAt: plus(placedAt, 20_100),
    });
    expect(lastTrade(exiting().entries).schedule).toEqual({
      placedAt,
      windowEndsAt,
      nextStepAt: null,
    });
  });

  it('never takes back what the broker once counted as filled', () => {
    const { log, trade } = working();
    trade.see('entry', 0, { quantity: 4, filled: 3 });
    trade.see('entry', 0, { quantity: 4, filled: 1 });
    expect(lastTrade(log.entries).orders[0]).toMatchObject({ reported: 3, filled: 0 });
  });

  it('learns nothing about an order from the answer to its cancel', () => {
    const { log, trade } = opened();
    trade.submit('entry', 0, { quantity: 4, limit: '0.75' });
    trade.answer('entry', 0, { kind: 'ambiguous', detail: 'timed out' });
    trade.cancel('entry', 0);
    trade.ack('entry', 0, 'cancel');
    expect(lastTrade(log.entries).orders[0]?.phase).toBe('unknown');
  });

  it('shows an order whose answer a crash cut off as unknown', () => {
    const { log, trade } = opened();
    trade.submit('entry', 0, { quantity: 4, limit: '0.75' });
    expect(lastTrade(log.entries).orders[0]?.phase).toBe('intended');
    start(log);
    trade.add({
      kind: 'order.missed',
      body: { cid: trade.cid('entry', 0), at: log.now() },
    });
    expect(lastTrade(log.entries).orders[0]?.phase).toBe('unknown');
  });

  it('ends an order only on proof, and takes a late fill after it', () => {
    const { log, trade } = stepped();
    trade.see('entry', 1, { quantity: 4, status: 'cancelled', fills: [[1, '0.76']] });
    const order = lastTrade(log.entries).orders[1];
    expect(order).toMatchObject({ phase: 'terminal', end: 'cancelled', filled: 1 });
    expect(lastTrade(unknownThenFound().entries).orders[0]).toMatchObject({
      phase: 'live',
      orderId: '1000',
    });
  });

  it('believes the broker when an order thought absent shows up', () => {
    const { log, trade } = opened();
    trade.submit('entry', 0, { quantity: 4, limit: '0.75' });
    trade.answer('entry', 0, { kind: 'ambiguous', detail: 'cut off' });
    const cid = trade.cid('entry', 0);
    trade.add({ kind: 'order.ended', body: { cid, end: 'absent', at: log.now() } });
    expect(lastTrade(log.entries).orders[0]).toMatchObject({ phase: 'terminal', end: 'absent' });
    trade.see('entry', 0, { quantity: 4 });
    expect(lastTrade(log.entries).orders[0]).toMatchObject({ phase: 'live', end: null });
  });

  it.each(Object.entries(courses).filter(([name]) => !NO_TRADE.has(name)))(
    'agrees with the trade core on what %s bought, sold and holds',
    (_, course) => {
      const { entries } = course();
      const core = coreTrade(entries);
      const { figures } = lastTrade(entries);
      expect(figures.bought).toBe(bought(core));
      expect(figures.exitSold + figures.closeSold).toBe(soldOf(core));
      expect(figures.held).toBe(held(core));
    },
  );
});

const NO_TRADE = new Set(['understood', 'chatter', 'refused', 'refusedByRisk', 'dryRun']);

function coreTrade(entries: readonly DeskEntry[]): Trade {
  let trade: Trade | null = null;
  for (const entry of entries) {
    if (isOfTrade(entry)) trade = applyToTrade(trade, entry);
  }
  if (trade === null) throw new Error('no trade');
  return trade;
}

function isOfTrade(entry: DeskEntry): entry is DeskEntry & TradeRecord {
  return entry.trade !== undefined;
}

describe('telling', () => {
  it.each(Object.entries(courses))(
    'tells %s the same after a journey through the journal',
    (_, course) => {
      const { entries } = course();
      const replayed = entries.map((entry) => {
        const decoded = decodeCanonical(encodeCanonical(entry));
        if (!decoded.ok) throw new Error(decoded.error.detail);
        return decoded.value as DeskEntry;
      });
      expect(tell(replayed)).toEqual(tell(entries));
    },
  );

  it('gives every record the badge of its trade, else of its message, else of the desk', () => {
    const badges = (environment: string) => {
      const log = createDeskLog();
      start(log, environment);
      say(log, 'hello');
      say(log, 'hello', { id: '2', dryRun: true });
      return tell(log.entries).map(({ badge }) => badge);
    };
    expect(badges('simulated')).toEqual(['SIM', 'SIM', 'SIM', 'DRY-RUN']);
    expect(badges('LIVE ****1234').slice(0, 2)).toEqual(['LIVE ****1234', 'LIVE ****1234']);
    expect(badges('LIVE 5WX12345')[0]).toBe('LIVE ****2345');
    expect(badges('production')[0]).toBe('LIVE');
    expect(tell(halted().entries).at(-1)?.badge).toBe('SIM');
  });

  it('tells of a trade it never saw opened without a story', () => {
    const { log, trade } = working();
    const teller = createTeller(RULES);
    const stray = { ...log.entries.at(-1), trade: asTradeId('t_stray') } as DeskEntry;
    expect(teller.tell(stray)).toMatchObject({
      trade: null,
      text: `The broker shows order 1000: it is working.`,
    });
    expect(trade.plan.tradeId).not.toBe('t_stray');
  });

  it('never forgets an open trade, however many others end', () => {
    const { log, trade } = working();
    for (let n = 10; n < 1_100; n += 1) {
      const other = open(log, say(log, 'BTO', { id: String(n) }));
      const body = { reason: 'no_fill', result: ZERO_MONEY, at: log.now() } as const;
      other.add({ kind: 'trade.ended', body });
    }
    trade.see('entry', 0, { quantity: 4, fills: [[4, '0.75']], status: 'filled' });
    expect(tell(log.entries).at(-1)?.trade?.figures.bought).toBe(4);
  });

  it('never forgets an open trade, however many messages follow', () => {
    const { log, trade } = working();
    for (let n = 10; n < 5_200; n += 1) say(log, 'gm', { id: String(n) });
    trade.see('entry', 0, { quantity: 4, fills: [[4, '0.75']], status: 'filled' });
    const told = tell(log.entries).at(-1);
    expect(told?.trade?.figures.bought).toBe(4);
    expect(told?.message?.message.text).toBe('Alert: BTO UBER 78p 12/05 @ 0.75');
  });
});
