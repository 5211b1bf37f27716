import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MessageStory } from '#audit/model.ts';
import type { MessageKey } from '#kernel/ids.ts';
import { money, price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { ACKNOWLEDGEMENT_MAX, acknowledge } from '#publish/acknowledgement.ts';
import { anyText } from '../../fixtures/any-text.ts';
import {
  type Course,
  chatter,
  dryRun,
  exiting,
  halted,
  oneContract,
  opened,
  refused,
  refusedByRisk,
  rejected,
  sold,
  stepped,
  understood,
  unknownThenFound,
  windowOver,
  working,
} from '../../fixtures/desk-courses.ts';
import {
  alertFor,
  createDeskLog,
  decide,
  planFor,
  riskBody,
  say,
  start,
  UBER,
} from '../../fixtures/desk-log.ts';
import { lastMessage, lastTrade, tell } from '../../fixtures/telling.ts';

const reasonOf = (code: string) =>
  code === 'spread_too_wide' ? { means: 'Too wide.', remedy: 'Wait for a tighter market.' } : null;

function linesOf({ entries, message }: Course, key: MessageKey = message): readonly string[] {
  const trade = tell(entries).findLast((told) => told.trade !== null)?.trade ?? null;
  return acknowledge(lastMessage(entries, key), trade, reasonOf)?.split('\n') ?? [];
}

describe('the acknowledgement of an alert (R-12)', () => {
  it('begins with the badge and what was parsed', () => {
    expect(linesOf(working())[0]).toBe('[SIM] BTO UBER 78P 2025-12-05 @ 0.75 · 4 contracts');
  });

  it('says the quantity and why', () => {
    expect(linesOf(working())[1]).toBe('Size: 4, by allocation: 320.00 ÷ 75.00 = 4');
  });

  it.each([
    ['before anything was sent', opened, 'Entry: buy 4 at 0.75, about to be sent'],
    ['while it works', working, 'Entry: buy 4 at 0.75 (order 1000)'],
    ['after two steps', stepped, 'Entry: buy 4 at 0.77, step 2 of 3 (order 1002)'],
    ['filled', exiting, 'Entry: filled 4 of 4 at 0.7675 (order 1002)'],
    [
      'partly filled when the time was over',
      windowOver,
      'Entry: filled 2 of 4 at 0.77, then ended (window over) (order 1002)',
    ],
    [
      'refused by the broker',
      rejected,
      'Entry: nothing bought, rejected: Account …2345 has insufficient buying power (margin_check_failed)',
    ],
    ['found again', unknownThenFound, 'Entry: buy 4 at 0.75 (order 1000)'],
  ])('says entry price, step, fills and order id %s', (_, course, line) => {
    expect(linesOf(course())[2]).toBe(line);
  });

  it('says that an outcome is unknown, that an answer is awaited, that a send is repeated', () => {
    const { log, trade, ...course } = opened();
    const entryLine = () => linesOf({ ...course, log, entries: log.entries })[2];
    trade.submit('entry', 0, { quantity: 4, limit: '0.75' });
    expect(entryLine()).toBe('Entry: buy 4 at 0.75, sent, no answer yet');
    trade.answer('entry', 0, { kind: 'not_sent', reason: 'unreachable', detail: 'no route' });
    expect(entryLine()).toBe('Entry: buy 4 at 0.75, the broker was not reached, trying again');
    trade.submit('entry', 0, { quantity: 4, limit: '0.75' });
    trade.answer('entry', 0, { kind: 'ambiguous', detail: 'timed out' });
    expect(entryLine()).toBe(
      'Entry: buy 4 at 0.75, outcome unknown, being looked up at the broker',
    );
  });

  it.each([
    ['before a fill', working, 'Exit: once filled, 50 % of it at 100 % profit'],
    ['due', windowOver, 'Exit: sell 1, about to be sent'],
    ['resting', exiting, 'Exit: sell 2 at 1.54 (order 2000)'],
    ['sold', sold, 'Exit: sold 2 at 1.54 (order 2000)'],
    [
      'not placed for one contract',
      oneContract,
      'Exit: none, 50 % of 1 is less than 1; held until the author or an operator closes',
    ],
  ])('says exit price, quantity and order id %s', (_, course, line) => {
    expect(linesOf(course())[3]).toBe(line);
  });

  it('names every order that filled, and each exit with its own price', () => {
    const course = working();
    const { trade } = course;
    trade.see('entry', 0, { quantity: 4, status: 'cancelled', fills: [[2, '0.75']] });
    trade.submit('entry', 1, { quantity: 2, limit: '0.76' });
    trade.ack('entry', 1);
    trade.see('entry', 1, { quantity: 2, status: 'filled', fills: [[2, '0.76']] });
    for (const [n, limit] of ['1.50', '1.52'].entries()) {
      trade.submit('exit', n, { quantity: 1, limit });
      trade.ack('exit', n);
    }
    const [, , entry, exit] = linesOf(course);
    expect(entry).toMatch(/filled 4 of 4 at 0.755 \(orders 1000, 1001\)$/);
    expect(exit).toBe('Exit: sell 1 at 1.50 (order 2000), sell 1 at 1.52 (order 2001)');
    trade.see('exit', 0, { quantity: 1, status: 'filled', fills: [[1, '1.50']] });
    expect(linesOf(course)[3]).toBe(
      'Exit: sold 1 at 1.50 (order 2000), sell 1 at 1.52 (order 2001)',
    );
  });

  it.each([
    ['given back for a close', 'cancelled', null, 'Exit: cancelled (order 2000)'],
    [
      'refused',
      'rejected',
      { code: 'x', message: 'not enough to sell' },
      'Exit: refused: not enough to sell (order 2000)',
    ],
  ] as const)('says that the exit was %s', (_, status, rejection, line) => {
    const course = exiting();
    const seen = { quantity: 2, status, ...(rejection === null ? {} : { rejection }) };
    course.trade.see('exit', 0, seen);
    expect(linesOf(course)[3]).toBe(line);
  });

  it('ends with the close and the result', () => {
    expect(linesOf(sold()).slice(4)).toEqual([
      'Close: sold 2 at 1.30, 0 left (order 3000)',
      'Result: +$261.00 (sold)',
    ]);
    expect(linesOf(rejected()).slice(3)).toEqual(['Result: nothing was bought']);
  });

  it('answers the message that closes with its own part', () => {
    const course = sold();
    const closing = tell(course.entries).find(({ entry }) => entry.kind === 'close.requested');
    expect(linesOf(course, closing?.message?.key)).toEqual([
      '[SIM] STC UBER 78P 2025-12-05 @ 1.30 · closing UBER 78P 2025-12-05, bought 4',
      'Close: sold 2 at 1.30, 0 left (order 3000)',
      'Result: +$261.00 (sold)',
    ]);
  });

  it('answers an exit that came before any fill with the entry being taken back', () => {
    const { log, trade, entries } = working();
    const message = say(log, 'STC UBER 78p 12/05', { id: '2' });
    const alert = alertFor(UBER, null, { action: 'STC' });
    decide(log, message, { verdict: 'exit', alert }, trade.plan.tradeId);
    const body = { reason: 'author_exit', at: log.now() } as const;
    trade.add({ kind: 'entry.ending', body });
    expect(linesOf({ log, entries, message })).toEqual([
      '[SIM] STC UBER 78P 2025-12-05 · closing UBER 78P 2025-12-05, bought 0',
      'Entry: buy 4 at 0.75, taking it back (author exit) (order 1000)',
    ]);
  });

  it('answers it with its own part only, when there were other closes', () => {
    const course = sold();
    const closing = tell(course.entries).find(({ entry }) => entry.kind === 'close.requested');
    if (closing?.entry.kind !== 'close.requested') throw new Error('no close');
    const plan = { ...closing.entry.body.plan, message: null };
    course.log.wait(1_000);
    const body = { plan, why: 'operator', at: course.log.now() };
    course.trade.add({ kind: 'close.requested', body });
    course.trade.submit('close', 1, { quantity: 2, limit: '1.30' });
    const closes = (key: MessageKey) =>
      linesOf(course, key).filter((line) => line.startsWith('Close:'));
    const own = 'Close: sold 2 at 1.30, 0 left (order 3000)';
    const other = 'Close: sell 2 at 1.30 (operator), sent, no answer yet';
    expect(closes(course.message)).toEqual([own, other]);
    expect(closes(closing.message?.key ?? course.message)).toEqual([own]);
  });

  it('calls a person when one is needed', () => {
    const course = exiting();
    const at = course.log.now();
    course.trade.add({ kind: 'trade.blocked', body: { reason: 'exit_refused_twice', at } });
    expect(linesOf(course)).toContain('Needs a person: exit refused twice');
  });

  it('says why the entry is being taken back', () => {
    const course = halted();
    const { trade } = working();
    course.log.add({
      kind: 'entry.ending',
      body: { reason: 'kill_state', at: course.log.now() },
      actor: 'engine',
      trade: trade.plan.tradeId,
      message: course.message,
    });
    expect(linesOf(course)[2]).toBe(
      'Entry: buy 4 at 0.75, taking it back (kill state) (order 1000)',
    );
  });
});

describe('other answers', () => {
  it('refuses in one line with reason, choices and repair', () => {
    expect(linesOf(refused())).toEqual([
      '[SIM] Refused (exit): 2025-12-06 is a Saturday: nothing expires then. Could be: 2025-12-05, 2025-12-12. Try: “BTO UBER 78p 12/05 @ 0.75” (the nearest listed expiry)',
    ]);
  });

  it('refuses with what risk found, what was understood and what can be done', () => {
    expect(linesOf(refusedByRisk())).toEqual([
      '[SIM] Refused BTO UBER 78P 2025-12-05 @ 0.75 (spread_too_wide): spread 0.30 > 0.15 (20 % of mid 0.75). Wait for a tighter market.',
    ]);
  });

  it('falls back on the meaning of the code when there is no detail', () => {
    const log = createDeskLog();
    start(log);
    const message = say(log, 'BTO');
    decide(log, message, { verdict: 'refused', detail: '' });
    const story = { ...lastMessage(log.entries, message), code: 'spread_too_wide' };
    expect(acknowledge(story, null, reasonOf)).toBe(
      '[SIM] Refused (spread_too_wide): Too wide. Wait for a tighter market.',
    );
  });

  it('says that a message is held', () => {
    const { log, message, ...course } = understood();
    const body = { ...riskBody(), outcome: 'held', code: 'deviation' } as const;
    const gates = [
      { gate: 'deviation', outcome: 'hold', code: 'deviation', detail: '0.75 against mid 1.40' },
    ] as const;
    log.add({ kind: 'risk.decided', body: { ...body, gates }, actor: 'engine', message });
    expect(linesOf({ ...course, log, message })).toEqual([
      '[SIM] BTO UBER 78P 2025-12-05 @ 0.75: held for an operator, nothing is sent. 0.75 against mid 1.40',
    ]);
  });

  it('lists the intended orders of a dry run', () => {
    expect(linesOf(dryRun())).toEqual([
      '[DRY-RUN] BTO UBER 78P 2025-12-05 @ 0.75',
      'Size: 4, by allocation: 320.00 ÷ 75.00 = 4',
      'Would buy 4 UBER 78P 2025-12-05 at 0.75, never above 0.78',
      'Would then sell 2 at 1.50: 50 % of 4 at 100 % profit',
      'Dry run: nothing was sent',
    ]);
  });

  it('says in a dry run that one contract would get no exit, and lists a close', () => {
    const log = createDeskLog();
    start(log);
    const message = say(log, 'BTO', { dryRun: true });
    const plan = planFor(message, { quantity: quantity(1), dryRun: true });
    const close = {
      tradeId: plan.tradeId,
      message,
      quantity: quantity(2),
      scope: 'part',
      limit: price('1.30'),
      floor: price('1.20'),
      entry: plan.entry,
    } as const;
    const at = log.now();
    log.add({ kind: 'preview.made', body: { plan, close, at }, actor: 'engine', message });
    expect(linesOf({ log, entries: log.entries, message }).slice(2)).toEqual([
      'Would place no exit: 50 % of 1 is less than 1',
      'Would sell 2 at 1.30 to close',
      'Dry run: nothing was sent',
    ]);
  });

  it('is silent about chatter and about what is not decided yet', () => {
    expect(linesOf(chatter())).toEqual([]);
    const log = createDeskLog();
    const message = say(log, 'BTO UBER');
    expect(linesOf({ log, entries: log.entries, message })).toEqual([]);
  });

  it('shows an account by its last four characters only', () => {
    const log = createDeskLog();
    start(log, 'LIVE 5WX12345');
    const message = say(log, 'BTO');
    decide(log, message, { verdict: 'refused', detail: 'no' });
    expect(linesOf({ log, entries: log.entries, message })[0]).toMatch(/^\[LIVE \*{4}2345\] /);
  });
});

describe('whatever people write', () => {
  const answerTo = (detail: string, repair: string): string => {
    const log = createDeskLog();
    start(log);
    const message = say(log, detail);
    decide(log, message, {
      verdict: 'refused',
      detail,
      repairs: [{ text: repair, why: repair }],
      candidates: [detail, repair],
    });
    return acknowledge(lastMessage(log.entries, message), null, reasonOf) ?? '';
  };

  it('pings nobody, links nowhere, formats nothing', () => {
    const text = answerTo(
      '@everyone <@&123> <#5> **bold** `code` ~~old~~ ||spoiler|| [a](http://evil.example)',
      '@here\n> quoted\n# big',
    );
    expect(text).not.toMatch(/@(?:everyone|here|&)|<[@#]|\*\*|`|~~|\|\||\]\(|:\/\//);
    expect(text).toContain('everyone');
    expect(text.split('\n')).toHaveLength(1);
  });

  it('still ends with the way out when the reason is long', () => {
    const text = answerTo('because '.repeat(300), 'BTO UBER 78p 12/05');
    expect(text).toContain('because…');
    expect(text).toContain('Try: “BTO UBER 78p 12/05”');
  });

  it('stays under the limit', () => {
    fc.assert(
      fc.property(anyText(1_500), anyText(1_500), (detail, repair) => {
        const text = answerTo(detail, repair);
        expect(text.length).toBeLessThanOrEqual(ACKNOWLEDGEMENT_MAX);
        expect(text).not.toMatch(/@(?:everyone|here)/);
        expect(text.isWellFormed()).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('stays under the limit with many long closes', () => {
    const course = exiting();
    const { log, trade } = course;
    for (let n = 0; n < 40; n += 1) {
      trade.add({
        kind: 'close.requested',
        body: {
          plan: {
            tradeId: trade.plan.tradeId,
            message: null,
            quantity: quantity(1),
            scope: 'part',
            limit: price('1.30'),
            floor: price('1.20'),
            entry: trade.plan.entry,
          },
          why: 'because '.repeat(40),
          at: log.now(),
        },
      });
    }
    trade.add({
      kind: 'trade.ended',
      body: { reason: 'sold', result: money('1'), at: log.now() },
    });
    const story: MessageStory = lastMessage(log.entries, course.message);
    const text = acknowledge(story, lastTrade(log.entries), reasonOf) ?? '';
    expect(text.length).toBeLessThanOrEqual(ACKNOWLEDGEMENT_MAX);
    expect(text).toContain('Entry: filled 4 of 4');
  });
});
