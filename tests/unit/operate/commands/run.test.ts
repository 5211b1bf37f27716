import { describe, expect, it } from 'vitest';
import { PERMISSIONS } from '#alerts/model.ts';
import { asOrderId } from '#kernel/ids.ts';
import { money } from '#kernel/price.ts';
import { CONFIRM_MS } from '#operate/commands/confirmations.ts';
import { commandButton, lineOfButton } from '#operate/commands/run.ts';
import { asker, bench, readAlert, snapshotOf } from './desk.ts';

const BUY = 'buy 2 UBER 78p 12/04 @ .75';

describe('an order given in chat', () => {
  it.each([
    ['buy 2 UBER 78p 12/04 @ .75', 'BTO 2 UBER 78p 12/04 @ .75'],
    ['sell 1 UBER 78p 12/04 @ 1.50', 'STC 1 UBER 78p 12/04 @ 1.50'],
    ['buy 10 shares of UBER @ 71.20', 'BTO 10 shares of UBER @ 71.20'],
  ])('%s is read as the alert %s', async (line, alert) => {
    const { say, placed } = bench();
    await say(line);
    expect(placed.map(({ text }) => readAlert(text).alert)).toEqual([readAlert(alert).alert]);
  });

  it('is what the same words mean as an alert, whatever they are', async () => {
    const pairs = WORDS.flatMap((one) => WORDS.map((other) => `${one} ${other}`));
    const placed = await Promise.all(
      pairs.map(async (words) => {
        const { say, placed: orders } = bench();
        await say(`buy ${words}`);
        return orders.map(({ text }) => readAlert(text).alert);
      }),
    );
    const meant = pairs.map((words) => readAlert(`BTO ${words}`));
    expect(placed).toEqual(
      meant.map(({ alert, verdict }) => {
        return alert?.action === 'BTO' && verdict === 'order' ? [alert] : [];
      }),
    );
    expect(placed.flat().length).toBeGreaterThan(2);
  });

  it('that cannot be read is answered with what was expected, and not placed', async () => {
    const { say, done } = bench();
    const answer = await say('buy something nice');
    expect(answer.text).toContain('Expected an order such as 2 UBER 78p 12/05 @ .75');
    expect(done).toEqual([]);
  });

  it.each(['buy STC 1 UBER 78p 12/04 @ 1', 'sell BTO 1 UBER 78p 12/04 @ 1'])(
    '%s contradicts itself and is not placed',
    async (line) => {
      const { say, done } = bench();
      await say(line);
      expect(done).toEqual([]);
    },
  );

  it('delivered twice is placed once, and answered alike', async () => {
    const { say, done } = bench();
    const by = asker(['trade']);
    const [one, other] = await Promise.all([
      say(BUY, by, { id: 'same' }),
      say(BUY, by, { id: 'same' }),
    ]);
    expect(done).toHaveLength(1);
    expect(one).toBe(other);
  });

  it('that comes late is not placed', async () => {
    const { say, done, clock, notes } = bench();
    const at = clock.now();
    clock.advance(31_000);
    expect((await say(BUY, asker(['trade']), { at })).text).toContain('too late');
    expect([done, notes.length]).toEqual([[], 1]);
  });

  it('is on record before it is placed', async () => {
    const { say, done, notes } = bench();
    await say(BUY);
    expect(notes).toEqual([`slack:U1 | ${BUY} | BTO 2 UBER 78P 2026-12-04 @ 0.75`]);
    expect(done).toHaveLength(1);
  });

  it('is not placed when it cannot be put on record', async () => {
    const { say, done } = bench({ note: () => Promise.reject(new Error('the disk is full')) });
    expect((await say(BUY)).text).toContain('the disk is full');
    expect(done).toEqual([]);
  });

  it('is not placed where no orders are taken', async () => {
    const { say } = bench({}, { orders: 'refused' });
    expect((await say(BUY)).text).toBe('[SIM] Orders: not available here.');
  });
});

const WORDS = ['2 UBER 78p', '12/04', '@ .75', 'STC', 'UBER', '78p 12/04 @ .75', '@', 'half'];

describe('an order that must be confirmed', () => {
  it('is placed on the yes of the same person, once', async () => {
    const { say, done, placed } = bench({}, { confirms: 'orders' });
    const asked = await say(BUY, undefined, { id: 'original' });
    expect(asked.text).toContain('BTO 2 UBER 78P 2026-12-04 @ 0.75');
    expect(done).toEqual([]);
    const line = lineOfButton(asked.buttons[0]?.id ?? '') ?? '';
    const confirmed = await say(line);
    expect(confirmed.text).toContain('Trade t_1');
    expect(placed.map(({ id }) => id)).toEqual(['original']);
    expect((await say(line)).text).toContain('nothing of yours');
    expect(done).toHaveLength(1);
  });

  it.each([
    ['another person', asker(PERMISSIONS, 'commands', { id: 'U2' })],
    ['the same id on another platform', asker(PERMISSIONS, 'commands', { platform: 'discord' })],
    ['the same person elsewhere', asker(PERMISSIONS, 'commands', { channelId: 'C2' })],
    ['the same person, without the permission by now', asker(['operate'])],
    ['a bot of the same id', asker(PERMISSIONS, 'commands', { kind: 'bot' })],
  ])('is not placed by %s', async (_who, by) => {
    const { say, done } = bench({}, { confirms: 'orders' });
    await say(BUY);
    await say('confirm code1', by);
    expect(done).toEqual([]);
  });

  it('is not placed after its time', async () => {
    const { say, done, clock } = bench({}, { confirms: 'orders' });
    await say(BUY);
    clock.advance(CONFIRM_MS + 1);
    expect((await say('confirm code1')).text).toContain('more than 60 s ago');
    expect(done).toEqual([]);
  });

  it('gives way to a newer one', async () => {
    const { say, done } = bench({}, { confirms: 'orders' });
    await say(BUY);
    await say('buy 3 UBER 78p 12/04 @ .80');
    await say('confirm code1');
    expect(done).toEqual([]);
    await say('confirm code2');
    expect(done).toEqual(['place BTO 3 UBER 78p 12/04 @ .80']);
  });

  it('is not placed when its words mean something else by then', async () => {
    let symbol = 'UBER';
    const { say, done } = bench(
      { read: (text) => readAlert(text.replace('UBER', symbol)) },
      { confirms: 'orders' },
    );
    await say(BUY);
    symbol = 'LYFT';
    expect((await say('confirm code1')).text).toContain('something else');
    expect(done).toEqual([]);
  });

  it('is not placed in another environment than the one that was shown', async () => {
    let environment = 'SANDBOX';
    const { desk, ...rest } = snapshotOf();
    const feed = { snapshot: () => ({ ...rest, desk: { ...desk, environment } }) };
    const { say, done } = bench({ feed }, { confirms: 'orders' });
    await say(BUY);
    environment = 'LIVE ****1234';
    await say('confirm code1');
    expect(done).toEqual([]);
  });

  it('keeps nobody from stopping at once, and asks before everything is sold', async () => {
    const { say, done } = bench({}, { confirms: 'orders' });
    await say('halt');
    await say('flatten');
    expect(done).toEqual(['kill HALT by slack:U1: asked for in chat']);
    await say('confirm code1');
    expect(done).toHaveLength(2);
  });
});

describe('a button', () => {
  it('gives its command for whoever presses it, and for nobody else', async () => {
    const { id } = commandButton('alert approve slack:C1:1', 'Approve', 'primary');
    const { say, done } = bench();
    await say(lineOfButton(id) ?? '', asker(['trade'], 'control'));
    expect(done).toEqual([]);
    await say(lineOfButton(id) ?? '', asker(['operate'], 'control'));
    expect(done).toEqual(['approve slack:C1:1']);
  });

  it('of somebody else is none of ours', () => {
    expect(lineOfButton('repair:1')).toBeNull();
  });
});

describe('an answer', () => {
  it('names the environment', async () => {
    expect((await bench().say('whoami')).text).toBe(
      '[SIM] slack:U1\nmay: alert, trade, operate, admin\nthis channel is for commands',
    );
  });

  it.each([
    ['status', 'ACTIVE'],
    ['environment', 'SIM'],
    ['quote SPY', 'quote of SPY'],
    ['trades', 'No trades.'],
    ['alerts', 'No alerts.'],
    ['auth status', 'valid until 17:00'],
    ['accounts', '****1234'],
    ['balance', 'not available here'],
    ['positions', 'not available here'],
    ['orders', 'not available here'],
    ['order status 1', 'not available here'],
    ['certification result', 'passed'],
    ['allow show', 'slack:U1 alert'],
    ['florble', 'There is no command'],
  ])('to %s says %s', async (line, expected) => {
    expect((await bench().say(line)).text).toContain(expected);
  });

  it('tells money and orders as the broker does', async () => {
    const each = money('12345.67');
    const { say } = bench({
      broker: {
        balances: async () => ({
          ok: true,
          value: {
            buyingPower: each,
            netLiquidation: each,
            cash: each,
            restriction: 'closing only',
          },
        }),
        positions: async () => ({ ok: false, error: { kind: 'unreachable', detail: 'timeout' } }),
        orders: async () => ({ ok: true, value: [] }),
        orderById: async () => ({ ok: true, value: null }),
      },
    });
    expect((await say('balance')).text).toContain('buying power 12345.67');
    expect((await say('positions')).text).toContain('could not be asked (unreachable): timeout');
    expect((await say('orders')).text).toContain('No orders');
    expect((await say(`order status ${asOrderId('7')}`)).text).toContain('knows no order 7');
  });

  it('comes within five seconds, and the rest later', async () => {
    const quote = Promise.withResolvers<{ kind: 'told'; lines: string[] }>();
    const { say, clock } = bench({ quote: () => quote.promise });
    const asked = say('quote UBER');
    await Promise.resolve();
    clock.advance(4_999);
    const first = await asked;
    expect(first.text).toBe('[SIM] Working on it …');
    quote.resolve({ kind: 'told', lines: ['0.75 / 0.80'] });
    expect((await first.later)?.text).toBe('[SIM] 0.75 / 0.80');
  });

  it('takes names for nobody', async () => {
    const { say, done } = bench();
    expect((await say('allow add @mara trade')).text).toContain('Names are never compared');
    await say('allow remove <@U2> trade');
    await say('allow remove discord:123 trade');
    expect(done).toEqual(['remove slack:U2 trade', 'remove discord:123 trade']);
  });

  it('takes the limit of an order as it is written', async () => {
    const { say, done } = bench();
    await say('replace 77 .80');
    await say('replace 77 $1.05');
    await say('replace 77 0');
    expect(done).toEqual(['replace 77 800000000', 'replace 77 1050000000']);
  });
});
