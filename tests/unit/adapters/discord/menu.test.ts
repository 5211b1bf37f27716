import { describe, expect, it } from 'vitest';
import { lineOf, menuOf, typingIn } from '#adapters/discord/menu.ts';
import { InteractionSchema } from '#adapters/discord/wire.ts';
import type { CommandShape } from '#publish/ports.ts';

type Option = CommandShape['options'][number];

const option = (name: string, change: Partial<Option> = {}): Option => ({
  ...{ name, description: name, kind: 'text', required: false, choices: [], completes: false },
  ...change,
});
const shape = (name: string, ...options: readonly Option[]): CommandShape => ({
  ...{ name, description: `Does ${name}`, options },
});

const SHAPES = [
  shape('buy', option('quantity', { kind: 'integer' }), option('what', { required: true })),
  shape('auth status'),
  shape('auth refresh'),
  shape('order'),
  shape('order status', option('id', { required: true, completes: true })),
];

function chosen(data: object) {
  const own = { id: '1', application_id: '2', type: 2, token: 't', data };
  return InteractionSchema.parse(own);
}

const sub = (name: string, options: object[] = []) => ({ name, type: 1, options });

describe('the menu', () => {
  it('holds every command below one, two words as a group', () => {
    const { body, left } = menuOf('tt', SHAPES);
    expect(body).toMatchObject({ name: 'tt' });
    expect(body.options?.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'buy 1',
      'auth 2',
      'order 1',
      'order-status 1',
    ]);
    expect(left).toEqual([]);
  });

  it('puts required values first, as Discord demands', () => {
    const [buy] = menuOf('tt', SHAPES).body.options ?? [];
    const names = buy !== undefined && 'options' in buy ? buy.options?.map(({ name }) => name) : [];
    expect(names).toEqual(['what', 'quantity']);
  });

  it('says what it has no room for', () => {
    const many = Array.from({ length: 27 }, (_, n) => shape(`command${n}`));
    const { body, left } = menuOf('tt', many);
    expect(body.options).toHaveLength(25);
    expect(left).toEqual(['command25', 'command26']);
  });
});

describe('a chosen command', () => {
  it('reads as one line, its values in the order of the command', () => {
    const values = [
      { name: 'what', type: 3, value: ' UBER 78p\n12/05  @ .75 ' },
      { name: 'quantity', type: 4, value: 2 },
    ];
    const line = lineOf(chosen({ name: 'tt', options: [sub('buy', values)] }), 'tt', SHAPES);
    expect(line).toBe('buy 2 UBER 78p 12/05 @ .75');
  });

  it('reads in its own words from a group and from a joined name', () => {
    const group = { name: 'auth', type: 2, options: [sub('status')] };
    expect(lineOf(chosen({ name: 'tt', options: [group] }), 'tt', SHAPES)).toBe('auth status');
    const joined = sub('order-status', [{ name: 'id', type: 3, value: 'o_1' }]);
    const line = lineOf(chosen({ name: 'tt', options: [joined] }), 'tt', SHAPES);
    expect(line).toBe('order status o_1');
  });

  it.each<[string, object]>([
    ['of another name', { name: 'other', options: [sub('buy')] }],
    ['that is not offered', { name: 'tt', options: [sub('sell')] }],
    ['without anything chosen', { name: 'tt' }],
  ])('%s is none of ours', (_, data) => {
    expect(lineOf(chosen(data), 'tt', SHAPES)).toBeNull();
  });

  it('says which value is being typed', () => {
    const typed = { name: 'id', type: 3, value: 'o_', focused: true };
    const data = { name: 'tt', options: [sub('order-status', [typed])] };
    expect(typingIn(chosen(data), 'tt', SHAPES)).toEqual({
      ...{ command: 'order status', option: 'id', typed: 'o_' },
    });
  });
});
