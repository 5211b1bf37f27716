import { describe, expect, it } from 'vitest';
import { date } from '#kernel/calendar.ts';
import { price } from '#kernel/price.ts';
import {
  formatFuture,
  formatFutureOption,
  formatStreamerFuture,
  formatStreamerFutureOption,
  parseContract,
  parseFuture,
  parseFutureOption,
  parseStreamerFuture,
} from '#market/future-symbols.ts';

const NEAR = date('2026-10-06');
const ES = { root: 'ES', year: 2026, month: 12 };

describe('a future', () => {
  it('has one digit of its year with a broker and two with dxFeed', () => {
    expect(formatFuture(ES)).toBe('/ESZ6');
    expect(formatStreamerFuture(ES, 'XCME')).toBe('/ESZ26:XCME');
    expect(parseFuture('/ESZ6', NEAR)).toEqual({ ok: true, value: ES });
    expect(parseStreamerFuture('/ESZ26:XCME')).toEqual({
      ok: true,
      value: { ...ES, venue: 'XCME' },
    });
  });

  it.each([
    ['/ESZ26', 'ES', 2026, 12],
    ['/6EH7', '6E', 2027, 3],
    ['/M2KM7', 'M2K', 2027, 6],
    ['/ZNU6', 'ZN', 2026, 9],
    ['/MESU6', 'MES', 2026, 9],
    ['/CLF7', 'CL', 2027, 1],
  ])('%s is read', (text, root, year, month) => {
    expect(parseFuture(text, NEAR)).toEqual({ ok: true, value: { root, year, month } });
  });

  it.each([
    ['/ESZ5', 2025],
    ['/ESZ6', 2026],
    ['/ESZ9', 2029],
    ['/ESZ0', 2030],
    ['/ESZ4', 2034],
  ])('%s, read in 2026, is of %d', (text, year) => {
    expect(parseFuture(text, NEAR)).toMatchObject({ ok: true, value: { year } });
  });

  it('of a known root is named by its month alone', () => {
    expect(parseContract('ES', 'Z6', NEAR)).toEqual({ ok: true, value: ES });
    expect(parseContract('ES', 'Z26', NEAR)).toEqual({ ok: true, value: ES });
    expect(parseContract('ES', 'Dec', NEAR)).toMatchObject({ error: { kind: 'bad_contract' } });
  });

  it.each(['ESZ6', '/ES', '/ESA6', '/esz6', '/ESZ126', '/ES Z6', '/', ''])('is not %j', (text) => {
    expect(parseFuture(text, NEAR)).toMatchObject({ ok: false, error: { kind: 'not_a_symbol' } });
  });

  it.each(['/ESZ6:XCME', '/ESZ26', '/ESZ26:XNAS', '/ESZ26:XCME '])(
    'is not %j at dxFeed',
    (text) => {
      expect(parseStreamerFuture(text)).toMatchObject({ error: { kind: 'not_a_symbol' } });
    },
  );
});

describe('a future option', () => {
  it.each([
    {
      symbol: './ESU3 E3AN3 230717C5600',
      streamer: './E3AN23C5600:XCME',
      future: { root: 'ES', year: 2023, month: 9 },
      series: { root: 'E3A', year: 2023, month: 7 },
      expiry: date('2023-07-17'),
      right: 'C',
      strike: price('5600'),
    },
    {
      symbol: './GCQ5 OGN5  250625P2915',
      streamer: './OGN25P2915:XCME',
      future: { root: 'GC', year: 2025, month: 8 },
      series: { root: 'OG', year: 2025, month: 7 },
      expiry: date('2025-06-25'),
      right: 'P',
      strike: price('2915'),
    },
    {
      symbol: './MESZ6EX2Z6 261211C6900',
      streamer: './EX2Z26C6900:XCME',
      future: { root: 'MES', year: 2026, month: 12 },
      series: { root: 'EX2', year: 2026, month: 12 },
      expiry: date('2026-12-11'),
      right: 'C',
      strike: price('6900'),
    },
    {
      symbol: './6EZ6 EUUZ6 261204P1.145',
      streamer: './EUUZ26P1.145:XCME',
      future: { root: '6E', year: 2026, month: 12 },
      series: { root: 'EUU', year: 2026, month: 12 },
      expiry: date('2026-12-04'),
      right: 'P',
      strike: price('1.145'),
    },
  ] as const)('$symbol is read and written', ({ symbol, streamer, ...parts }) => {
    expect(parseFutureOption(symbol)).toEqual({ ok: true, value: parts });
    expect(formatFutureOption(parts)).toBe(symbol);
    expect(formatStreamerFutureOption(parts, 'XCME')).toBe(streamer);
  });

  it('of December may expire in the year before its series', () => {
    const read = parseFutureOption('./CLG7 LOG7  261230C70');
    expect(read).toMatchObject({ ok: true, value: { series: { year: 2027, month: 2 } } });
  });

  it.each([
    ['without padding', './ESU3E3AN3230717C5600', 'not_a_symbol'],
    ['without its dot', '/ESU3 E3AN3 230717C5600', 'not_a_symbol'],
    ['with a day that does not exist', './ESU3 E3AN3 230732C5600', 'no_such_date'],
    ['with a strike of 0', './ESU3 E3AN3 230717C0', 'bad_strike'],
    ['with needless zeros', './ESU3 E3AN3 230717C5600.0', 'not_a_symbol'],
    ['with a future that is none', './ES   E3AN3 230717C5600', 'bad_contract'],
  ])('is refused %s', (_, text, kind) => {
    expect(parseFutureOption(text)).toMatchObject({ ok: false, error: { kind } });
  });
});
