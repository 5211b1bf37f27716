import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandShapes, complete, helpText } from '#operate/commands/menu.ts';
import { lineIn, readLine, usageOf } from '#operate/commands/read-line.ts';
import { COMMANDS } from '#operate/commands/table.ts';
import { anyText } from '../../../fixtures/any-text.ts';
import { asker } from './desk.ts';

function said(line: string): string {
  const read = readLine(line);
  if (read.kind === 'unclear') return read.text;
  return [read.command.name, ...Object.values(read.values)].join(' | ');
}

describe('a message', () => {
  it.each([
    ['!tt status', 'status'],
    ['!TT  buy 2 UBER', 'buy 2 UBER'],
    ['!tt', ''],
    ['!ttstatus', null],
    [' !tt status', null],
    ['BTO !tt', null],
  ])('%s holds the line %s', (text, line) => {
    expect(lineIn(text)).toBe(line);
  });
});

describe('a line', () => {
  it.each([
    ['status', 'status'],
    ['  Status  ', 'status'],
    ['buy 2 UBER 78p 12/05 @ .75', 'buy | 2 UBER 78p 12/05 @ .75'],
    ['BTO 2 UBER 78p', 'buy | 2 UBER 78p'],
    ['auth status', 'auth status'],
    ['auth-refresh', 'auth refresh'],
    ['balance', 'account balance'],
    ['orders', 'account orders'],
    ['order status 77', 'order status | 77'],
    ['replace 77 .80', 'order replace | 77 | .80'],
    ['cancel t_1 changed my mind', 'order cancel | t_1 | changed my mind'],
    ['who am i', 'whoami'],
    ['dry-run BTO UBER 78p', 'preview | BTO UBER 78p'],
    ['pause', 'pause'],
    ['pause the news', 'pause | the news'],
    ['allow add <@U1> TRADE', 'allow add | <@U1> | trade'],
    ['help auth status', 'help | auth status'],
  ])('%s is %s', (line, expected) => {
    expect(said(line)).toBe(expected);
  });

  it.each([
    ['', 'Expected a command. “help” names them.'],
    ['statsu', 'There is no command “statsu”. Did you mean “status”? “help” names them all.'],
    ['blance', 'There is no command “blance”. Did you mean “balance”? “help” names them all.'],
    ['florble', 'There is no command “florble”. “help” names them all.'],
    ['auth', 'Expected one of: auth status · auth refresh'],
    ['auth stauts', 'Expected one of: auth status · auth refresh'],
    ['resume', 'The reason is missing. Expected: resume REASON, such as: resume the news is out'],
    [
      'replace 77 cheap',
      '“cheap” is no price such as 0.75. Expected: order replace ORDER LIMIT, such as: order replace 12345 0.80',
    ],
    ['status now please', '“now please” is one word too many. Expected: status'],
    [
      'allow add <@U1> everything',
      '“everything” is none of alert, trade, operate, admin. Expected: allow add WHO alert|trade|operate|admin, such as: allow add @mara trade',
    ],
  ])('%s is answered with what was expected', (line, expected) => {
    expect(said(line)).toBe(expected);
  });

  it('of any text is one command or one sentence, in one line', () => {
    fc.assert(
      fc.property(anyText(1_200), (line) => {
        expect(said(line)).not.toContain('\n');
      }),
    );
  });

  it('that is shown as an example is that command', () => {
    const examples = COMMANDS.flatMap(({ name, examples: lines }) =>
      lines.map((line) => [name, line] as const),
    );
    const names = examples.map(([, line]) => {
      const read = readLine(line);
      return read.kind === 'command' ? read.command.name : read.text;
    });
    expect(names).toEqual(examples.map(([name]) => name));
  });

  it('written out by a menu is the command it was chosen from', () => {
    for (const { name, options } of commandShapes()) {
      const values = options.map((option) => option.choices[0] ?? '1');
      const read = readLine([name, ...values].join(' '));
      expect(read.kind === 'command' ? read.command.name : read.text).toBe(name);
    }
  });
});

describe('the menu', () => {
  it('fits what Discord takes: 25 names, groups counted once', () => {
    const first = new Set(commandShapes().map(({ name }) => name.split(' ')[0]));
    expect(first.size).toBeLessThanOrEqual(25);
    for (const { name, description, options } of commandShapes()) {
      expect(name).toMatch(/^[a-z]{1,32}( [a-z]{1,32})?$/);
      expect(description.length).toBeLessThanOrEqual(100);
      const required = options.map((option) => option.required);
      expect(required).toEqual(required.toSorted((one, other) => Number(other) - Number(one)));
    }
  });

  it('gives no name to two commands', () => {
    const names = COMMANDS.flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('proposes what is there, what begins like it first', () => {
    const known = {
      symbols: () => ['UBER', 'SPY', 'AUBE'],
      trades: () => ['t_1'],
      held: () => ['slack:C1:1'],
      orders: () => ['77'],
    };
    const asked = { command: 'buy', option: 'order', typed: 'ub' };
    expect(complete(asked, known)).toEqual(['UBER', 'AUBE']);
    expect(complete({ command: 'order cancel', option: 'order', typed: '' }, known)).toEqual([
      '77',
      't_1',
    ]);
    expect(complete({ command: 'pause', option: 'reason', typed: '' }, known)).toEqual([]);
    expect(complete({ command: 'none', option: 'x', typed: '' }, known)).toEqual([]);
  });
});

describe('help', () => {
  it('names what this person can do here, and no more', () => {
    const text = helpText('', asker(['alert'], 'commands'));
    expect(text).toContain('quote CONTRACT');
    expect(text).not.toContain('buy ORDER');
    expect(text).not.toContain('halt');
  });

  it('says how a command is given', () => {
    const text = helpText('balance', asker(['trade']));
    expect(text).toContain('account balance');
    expect(text).toContain('Also: balance');
    expect(helpText('florble', asker([]))).toBe('There is no command “florble”.');
  });

  it('writes optional values in brackets', () => {
    const cancel = COMMANDS.find(({ name }) => name === 'order cancel');
    expect(cancel && usageOf(cancel)).toBe('order cancel ORDER [REASON]');
  });
});
