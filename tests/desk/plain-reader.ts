import type { Action, Reading } from '#alerts/model.ts';
import { civilDate, type IsoDate, isoDate } from '#kernel/calendar.ts';
import { price } from '#kernel/price.ts';

const base = { contextExit: null, spans: {}, detail: 'test' } as const;

export function plainReading(text: string, posted: IsoDate): Reading {
  const option =
    /^(BTO|STC|STO) (?:(\d+) )?([A-Z]+) ([\d.]+)([cp]) (\d+)\/(\d+)(?: @ ([\d.]+))?( half)?$/.exec(
      text,
    );
  const stock = /^(BTO|STC) (?:(\d+) )?([A-Z]+) @ ([\d.]+)$/.exec(text);
  const future = /^(Long) ([A-Z]+) @ ([\d.]+)$/.exec(text);
  if (option) {
    const year = civilDate(posted).year;
    const action = option[1] as Action;
    return {
      ...base,
      verdict: action === 'BTO' || action === 'STO' ? 'order' : 'exit',
      code: 'entry',
      alert: {
        action,
        asset: 'option',
        symbol: option[3] ?? '',
        right: option[5] === 'c' ? 'C' : 'P',
        strike: price(option[4] ?? ''),
        expiry: isoDate(year, Number(option[6]), Number(option[7])),
        quantity: option[2] ? Number(option[2]) : null,
        price: option[8] ? price(option[8]) : null,
        priceHigh: null,
        partial: option[9] !== undefined,
        fraction: option[9] ? 0.5 : null,
      },
    };
  }
  if (stock || future) {
    const m = (stock ?? future) as RegExpExecArray;
    const action: Action = stock ? (m[1] as Action) : 'BTO';
    return {
      ...base,
      verdict: action === 'BTO' ? 'order' : 'exit',
      code: 'entry',
      alert: {
        action,
        asset: stock ? 'equity' : 'future',
        symbol: m[stock ? 3 : 2] ?? '',
        right: null,
        strike: null,
        expiry: null,
        quantity: stock && m[2] ? Number(m[2]) : null,
        price: price(m[stock ? 4 : 3] ?? ''),
        priceHigh: null,
        partial: false,
        fraction: null,
      },
    };
  }
  if (/out half/.test(text))
    return {
      ...base,
      verdict: 'update',
      code: 'exit',
      alert: null,
      contextExit: { symbol: null, partial: true, fraction: 0.5, price: null },
    };
  return { ...base, verdict: 'chatter', code: 'exit', alert: null };
}
