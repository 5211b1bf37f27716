import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventLine, headerText, toldLine } from '#operate/terminal.ts';
import { COLOURED, PLAIN, widthOf } from '#operate/terminal-text.ts';
import { anyText } from '../../fixtures/any-text.ts';
import { exiting, refused, sold } from '../../fixtures/desk-courses.ts';
import { createDeskLog, OPENING, say, start } from '../../fixtures/desk-log.ts';
import { tell } from '../../fixtures/telling.ts';

const STEERING = /[\p{Cc}\p{Cf}]/u;
const WIDE = { palette: PLAIN, columns: 160 };

function linesOf(entries: Parameters<typeof tell>[0], options = WIDE): readonly string[] {
  return tell(entries).map((told) => toldLine(told, options) ?? '');
}

describe('an event in the terminal', () => {
  it('is a line with market time, badge, kind, contract and sentence, aligned', () => {
    const lines = linesOf(exiting().entries);
    expect([lines[2], lines[3], lines[9], lines[20], lines[24]]).toEqual([
      '10:30:01  SIM      chat   Ana wrote: “Alert: BTO UBER 78p 12/05 @ 0.75”\n',
      '10:30:01  SIM      read   Understood as BTO UBER 78P 2025-12-05 @ 0.75.\n',
      '10:30:21  SIM      price  UBER 78P 2025-12-05 · Raised the limit one tick to 0.76 (bid 0.74, ask 0.80), step 1 of 3, next at 10:30:44.\n',
      '10:30:47  SIM      fill   UBER 78P 2025-12-05 · Bought 3 at 0.77: 4 of 4 at 0.7675 on average.\n',
      '10:30:47  SIM      order  UBER 78P 2025-12-05 · The exit order is working: order 2000.\n',
    ]);
  });

  it('goes on under its own text when the terminal is narrow', () => {
    const lines = linesOf(refused().entries, { palette: PLAIN, columns: 70 });
    const [first = '', second = '', ...rest] = (lines[3] ?? '').trimEnd().split('\n');
    expect(first).toBe('10:30:00  SIM      read   Refused (exit). 2025-12-06 is a Saturday:');
    expect(second).toBe('                          nothing expires then. Could be: 2025-12-05,');
    expect([first, second, ...rest].every((line) => widthOf(line) <= 70)).toBe(true);
  });

  it('is silent about routine', () => {
    const { log } = exiting();
    const body = { key: 'ack:local:room:1', digest: 'x', at: log.now() };
    log.add({ kind: 'notice.delivered', body, actor: 'engine' });
    const reconciled = { orders: 1, positions: 1, at: log.now() };
    log.add({ kind: 'reconcile.passed', body: reconciled, actor: 'engine' });
    const told = tell(log.entries).slice(-2);
    expect(told.map((one) => toldLine(one, WIDE))).toEqual([null, null]);
  });

  it('leaves out the stations an order passes on its way, but never a fill', () => {
    const { log, trade } = exiting();
    trade.see('exit', 0, { quantity: 2, status: 'routed' });
    trade.see('exit', 0, { quantity: 2, status: 'cancel_requested', fills: [[1, '1.54']] });
    const [passing = null, fill = null] = tell(log.entries)
      .slice(-2)
      .map((one) => toldLine(one, WIDE));
    expect(passing).toBeNull();
    expect(fill).toContain('fill   UBER 78P 2025-12-05 · Sold 1 at 1.54, the target: 3 left.');
  });

  it('has colours only with a palette that has them', () => {
    const coloured = linesOf(sold().entries, { palette: COLOURED, columns: 160 }).join('');
    expect(coloured).toContain('\u001B[32m');
    expect(coloured.replaceAll('\u001B', '').replace(/\[\d+m/g, '')).toBe(
      linesOf(sold().entries).join(''),
    );
  });

  it('cannot be steered by what people write', () => {
    fc.assert(
      fc.property(anyText(80), (text) => {
        const log = createDeskLog();
        start(log);
        say(log, `${text}\u001B[2J\u009B31m\r\n`, { author: `${text}\u0007` });
        const line = linesOf(log.entries).at(-1) ?? '';
        expect(STEERING.test(line.replaceAll('\n', ''))).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  it('can be made from a timeline too', () => {
    const event = {
      at: OPENING,
      kind: 'run.ended',
      badge: 'LIVE ****1234',
      subject: '',
      text: 'a',
    };
    expect(eventLine(event, WIDE)).toBe('10:30:00  LIVE ****1234  desk   a\n');
  });
});

describe('the header', () => {
  const header = {
    version: '0.1.0',
    badge: 'SIM',
    page: 'http://127.0.0.1:4747/',
    market: 'simulated, seed 7',
    dataDirectory: '/tmp/desk',
    option: '',
  };

  it('says where the page is, how to send an alert, and that nothing leaves the machine', () => {
    expect(headerText(header, PLAIN)).toBe(
      [
        'Strikewire 0.1.0  SIM',
        '  page    http://127.0.0.1:4747/',
        '  alert   npx strikewire alert --example    makes one that is valid now',
        '          npx strikewire alert "BTO …"      sends one of your own',
        '  market  simulated, seed 7',
        '  record  /tmp/desk',
        '  safety  simulated broker: no order leaves this machine',
        '  stop    Ctrl-C: entries still working are cancelled, exits keep resting',
        '',
        '',
      ].join('\n'),
    );
  });

  it('warns of real money', () => {
    expect(headerText({ ...header, badge: 'LIVE ****1234', page: null }, PLAIN)).toContain(
      'REAL MONEY: orders go to LIVE ****1234',
    );
  });
});
