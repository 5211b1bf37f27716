import { describe, expect, it } from 'vitest';
import type { DeskEntry } from '#audit/model.ts';
import { createTeller } from '#audit/teller.ts';
import { asOrderId } from '#kernel/ids.ts';
import { money, price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import {
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
  unknownThenFound,
  windowOver,
  working,
} from '../../fixtures/desk-courses.ts';
import { createDeskLog, RULES, say, start, UBER } from '../../fixtures/desk-log.ts';
import { sentences, tell } from '../../fixtures/telling.ts';

describe('the story of an alert, one sentence per record', () => {
  it('tells an entry from the message to the resting exit', () => {
    expect(sentences(exiting().entries, 'run.started')).toEqual([
      'The desk started: version 0.1.0, SIM, run 1.',
      'Took the buying power of 2025-12-02 as $16,000.00: sizing starts from it all day.',
      'Ana wrote: “Alert: BTO UBER 78p 12/05 @ 0.75”',
      'Understood as BTO UBER 78P 2025-12-05 @ 0.75.',
      'Risk approved 4 (by allocation) after 2 gates.',
      'Opened a trade: buy 4 contracts of UBER 78P 2025-12-05 at 0.75, never above 0.78, within 90 s.',
      'Sending an order: buy 4 at 0.75 (bid 0.74, ask 0.80).',
      'The broker took the entry order: order 1000.',
      'The entry order is working: order 1000.',
      'Raised the limit one tick to 0.76 (bid 0.74, ask 0.80), step 1 of 3, next at 10:30:44.',
      'Asking the broker to move the entry order to 0.76 (bid 0.74, ask 0.80).',
      'The broker took the new price: order 1001.',
      'The entry order is working: order 1001.',
      'The order at the old price is gone: order 1000.',
      'Raised the limit one tick to 0.77 (bid 0.74, ask 0.80), step 2 of 3, next at 10:31:07.',
      'Asking the broker to move the entry order to 0.77 (bid 0.74, ask 0.80).',
      'The broker took the new price: order 1002.',
      'The entry order is working: order 1002.',
      'The order at the old price is gone: order 1001.',
      'Bought 1 at 0.76: 1 of 4 at 0.76 on average.',
      'Bought 3 at 0.77: 4 of 4 at 0.7675 on average.',
      'The entry is over (filled): 4 of 4 bought at 0.7675 on average; 2 to be sold at the target.',
      'Sending an order: sell 2 at 1.54 to take the profit, good till cancelled (bid 0.74, ask 0.80).',
      'The broker took the exit order: order 2000.',
      'The exit order is working: order 2000.',
    ]);
  });

  it('tells the exit and the author getting out', () => {
    expect(sentences(sold().entries, 'run.started').slice(25)).toEqual([
      'Sold 2 at 1.54, the target: 2 left.',
      'Ana wrote: “STC UBER 78p 12/05 @ 1.30 all out”',
      'Understood as STC UBER 78P 2025-12-05 @ 1.30.',
      'Closing all that is held at 1.30, never below 1.20: author exit.',
      'Sending an order: sell 2 at 1.30 to close (bid 0.74, ask 0.80).',
      'The broker took the closing order: order 3000.',
      'Sold 2 at 1.30: 0 left.',
      'The close is over: 2 sold, 0 left.',
      'The trade is over, everything is sold: +$261.00.',
    ]);
  });

  it('tells the end of the window with a partial fill', () => {
    expect(sentences(windowOver().entries, 'entry.ending')).toEqual([
      'The time for the entry is over: taking back what is not filled.',
      'Asking the broker to cancel the entry order.',
      'The broker took the cancel: the entry order counts until it is seen cancelled.',
      'The entry order is cancelled: order 1002.',
      'The entry is over (window over): 2 of 4 bought at 0.77 on average; 1 to be sold at the target.',
    ]);
  });

  it('says why one contract gets no exit', () => {
    expect(sentences(oneContract().entries, 'entry.ended')).toEqual([
      'The entry is over (filled): 1 of 1 bought at 0.75 on average; no exit order, 50 % of 1 is less than 1.',
    ]);
  });

  it('says that an unanswered order counts, and that it was found', () => {
    expect(sentences(unknownThenFound().entries, 'order.answered')).toEqual([
      "No clear answer to the entry order (timed out after 5 s): it counts as live until the broker's own list says otherwise.",
      'Did not find the entry order at the broker; it still counts as live.',
      'Found the entry order at the broker. The entry order is working: order 1000.',
    ]);
  });

  it('gives the broker its own words, without the account number', () => {
    expect(sentences(rejected().entries, 'order.answered')).toEqual([
      'The broker refused the entry order (margin_check_failed): Account …2345 has insufficient buying power',
      'The entry is over (rejected): nothing was bought.',
      'The trade is over: nothing was filled.',
    ]);
  });

  it.each([
    ['chatter', chatter, 'Nothing to do (exit). No instruction was found.'],
    [
      'a refusal with what could be meant',
      refused,
      'Refused (exit). 2025-12-06 is a Saturday: nothing expires then. Could be: 2025-12-05, 2025-12-12. Suggested: “BTO UBER 78p 12/05 @ 0.75”.',
    ],
    [
      'a refusal by risk with its numbers',
      refusedByRisk,
      'Risk refused (spread_too_wide): spread 0.30 > 0.15 (20 % of mid 0.75).',
    ],
    ['a kill state', halted, 'The desk went from ACTIVE to HALT: news at two.'],
    [
      'a dry run',
      dryRun,
      'Dry run: would buy 4 contracts of UBER 78P 2025-12-05 at 0.75. Nothing was sent.',
    ],
  ])('tells %s', (_, course, sentence) => {
    expect(tell(course().entries).at(-1)?.text).toBe(sentence);
  });
});

describe('rarer records', () => {
  it('tells the last step without a next one', () => {
    const { log, trade } = working();
    const terms = { kind: 'limit', limit: price('0.78') } as const;
    const quote = trade.quote('0.74', '0.80');
    trade.add({ kind: 'entry.stepped', body: { step: 3, terms, quote, at: log.now() } });
    expect(tell(log.entries).at(-1)?.text).toBe(
      'Raised the limit one tick to 0.78 (bid 0.74, ask 0.80), step 3 of 3, the last, window ends 10:31:31.',
    );
  });

  it('tells a conversion to the market and to the offer', () => {
    const { log, trade } = working();
    const quote = trade.quote('0.74', '0.76');
    const at = log.now();
    trade.add({ kind: 'entry.converted', body: { terms: { kind: 'market' }, quote, at } });
    expect(tell(log.entries).at(-1)?.text).toBe(
      'Going to the market: the ask 0.76 is within reach of 0.75 (bid 0.74, ask 0.76).',
    );
    const limit = { kind: 'limit', limit: price('0.77') } as const;
    trade.add({ kind: 'entry.converted', body: { terms: limit, quote, at } });
    expect(tell(log.entries).at(-1)?.text).toBe(
      'Raised the limit to 0.77 to take the offer: the ask 0.76 is within reach (bid 0.74, ask 0.76).',
    );
  });

  it('tells of an order that provably never arrived and is sent again', () => {
    const { log, trade } = opened();
    trade.submit('entry', 0, { quantity: 4, limit: '0.75' });
    trade.answer('entry', 0, { kind: 'not_sent', reason: 'unreachable', detail: 'no route' });
    trade.submit('entry', 0, { quantity: 4, limit: '0.75' });
    trade.add({
      kind: 'order.ended',
      body: { cid: trade.cid('entry', 0), end: 'not_sent', at: log.now() },
    });
    expect(sentences(log.entries, 'order.answered')).toEqual([
      'The broker was not reached with the entry order (unreachable): no route',
      'Sending again what provably never arrived: buy 4 at 0.75 (bid 0.74, ask 0.80).',
      'Gave up the entry order: it never reached the broker.',
    ]);
  });

  it('tells what a person has to look at', () => {
    const { log, trade } = exiting();
    const at = log.now();
    trade.add({ kind: 'trade.blocked', body: { reason: 'exit_refused_twice', at } });
    trade.add({ kind: 'position.reduced', body: { by: 1, net: 3, at } });
    trade.add({ kind: 'trade.released', body: { reason: 'checked by hand', at } });
    log.add({
      kind: 'incident.raised',
      body: { code: 'over_fill', detail: 'filled 5 of 4', at },
      actor: 'engine',
    });
    log.add({
      kind: 'order.foreign',
      body: {
        orderId: asOrderId('77'),
        symbol: UBER.symbol,
        side: 'buy',
        quantity: quantity(2),
        at,
      },
      actor: 'engine',
    });
    log.add({
      kind: 'reconcile.differed',
      body: { findings: ['UBER: 3 here, 4 there', 'one more order'], at },
      actor: 'engine',
    });
    log.add({
      kind: 'operator.acted',
      body: { act: 'cancel_entry', reason: 'changed my mind', at },
      actor: 'local:operator',
    });
    expect(sentences(log.entries, 'trade.blocked')).toEqual([
      'Needs a person (exit refused twice): the desk only cancels for this trade now.',
      '1 left the account by other hands: 3 left.',
      'Released by engine: checked by hand.',
      'Needs a person (over fill): filled 5 of 4',
      'The account has an order this desk did not send: buy 2 UBER 78P 2025-12-05 (order 77).',
      'The broker differs from the record: UBER: 3 here, 4 there; one more order.',
      'local:operator: cancel entry (changed my mind).',
    ]);
  });

  it('tells a loss with its sign', () => {
    const { log, trade } = working();
    trade.add({
      kind: 'trade.ended',
      body: { reason: 'expired', result: money('-1234.5'), at: log.now() },
    });
    expect(tell(log.entries).at(-1)?.text).toBe(
      'The trade is over, the contract has expired: −$1,234.50.',
    );
  });
});

describe('what cannot be trusted', () => {
  it('shows what people write on one line, without control characters, masked and clipped', () => {
    const log = createDeskLog();
    start(log);
    const escape = '\u001B[2J\u001B]0;owned\u0007';
    say(log, `one${escape}\ntwo \u202Eevil\u200B 5WX12345 ${'x'.repeat(900)}`, {
      author: `Ana\u001B[31m\n`,
    });
    const text = tell(log.entries).at(-1)?.text ?? '';
    expect(text).toMatch(/^Ana \[31m wrote: “one \[2J \]0;owned two evil …2345 /);
    expect(text).not.toMatch(/\p{Cc}|\p{Cf}/u);
    expect(text.length).toBeLessThan(260);
  });

  it('names a record of a kind this version does not know', () => {
    const log = createDeskLog();
    start(log);
    const later = { ...log.entries[0], kind: 'signal.made' } as unknown as DeskEntry;
    expect(createTeller(RULES).tell(later).text).toBe('Recorded signal.made.');
  });
});
