import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAlert } from '#alerts/parse.ts';
import { toParseLine } from '#alerts/parser/line.ts';
import { contextAt, POSTED_AT, read, resultOf } from '../../fixtures/labelled-messages.ts';
import { type WrittenAlert, writtenEntry, writtenExit } from '../../fixtures/written-alerts.ts';

const written: fc.Arbitrary<WrittenAlert> = fc.oneof(writtenEntry, writtenExit);

/** Noise that changes nothing: before, behind, and around. */
const noise = fc.constantFrom<((text: string) => string)[]>(
  (text) => `@everyone ${text}`,
  (text) => `${text} <@&123456789012345678>`,
  (text) => `🚨 ${text} 🚨`,
  (text) => `**${text}**`,
  (text) => `||${text}||`,
  (text) => `\`\`\`\n${text}\n\`\`\``,
  (text) => `${text} https://chart.example/a?b=9.99`,
  (text) => `${text}\n> STC SPY 600p 10/16 @ 9.99`,
  (text) => text.replaceAll(' ', '  '),
  (text) => text.replaceAll(' ', '\u00a0'),
  (text) => `\u200b${text}\u200b`,
  (text) => `${text}\nNot financial advice.`,
  (text) => `Zeus: ${text}`,
  (text) => `[10:42 AM] ${text}`,
);

describe('a written alert', () => {
  it('reads as what was written, in every order and form of its parts', () => {
    fc.assert(
      fc.property(written, ({ text, result }) => {
        expect(resultOf(text)).toEqual(result);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads the same under pings, emoji, markup and quotations', () => {
    fc.assert(
      fc.property(written, fc.array(noise, { maxLength: 3 }), ({ text, result }, layers) => {
        const noisy = layers.reduce((inner, layer) => layer(inner), text);
        expect({ noisy, result: resultOf(noisy) }).toEqual({ noisy, result });
      }),
      { numRuns: 2000 },
    );
  });

  it('points, through any noise, at characters that say each field', () => {
    fc.assert(
      fc.property(written, noise, ({ text, result }, layer) => {
        const raw = layer(text);
        const { spans } = read(raw);
        const slice = (field: keyof typeof spans): string => {
          const span = spans[field];
          return span === undefined ? '' : raw.slice(span.from, span.to);
        };
        expect(slice('symbol').replace('$', '')).toBe(result.symbol);
        expect(Number(slice('strike').replaceAll('$', ''))).toBe(result.strike);
        expect(slice('right').toUpperCase().at(0)).toBe(result.right);
        expect(slice('expiry')).toMatch(/\w/);
        expect(Number(slice('price').replace('$', ''))).toBe(result.price);
        const quantity = result.quantity === null ? '' : `x${result.quantity}`;
        expect(slice('quantity')).toBe(quantity);
      }),
    );
  });

  it('reads, written in the plainest form, as the same again', () => {
    fc.assert(
      fc.property(written, ({ text }) => {
        const { alert } = read(text);
        if (alert === null) return;
        const { action, symbol, strike, right, expiry } = toParseLine('', read(text)).result ?? {};
        const plain = `${action} ${symbol} ${strike}${right} ${expiry}`;
        const again = read(plain).alert;
        expect(again).toEqual({
          ...alert,
          price: null,
          quantity: null,
          partial: false,
          fraction: null,
        });
      }),
    );
  });

  it('is no instruction behind a word that takes it back', () => {
    const backs = ['not', 'watching', 'would', 'if you', 'looking to', 'who', 'missed', 'loading'];
    fc.assert(
      fc.property(written, fc.constantFrom(...backs), ({ text }, back) => {
        expect(resultOf(`${back} ${text}`)).toBeNull();
      }),
    );
  });

  it('is no instruction with a number nobody can place', () => {
    const strays = fc.constantFrom('17.77', '$9.99', '33%', '1234', '6/7/8', '٣', '12k');
    fc.assert(
      fc.property(writtenEntry, strays, ({ text }, stray) => {
        expect(resultOf(`${text} and ${stray} other things`)).toBeNull();
      }),
    );
  });
});

const ALERT_CHARACTERS = 'BTOSCin 205cp10/16@.$-*_~|>\n%'.split('');

describe('any text', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc.string({ unit: fc.constantFrom(...ALERT_CHARACTERS), maxLength: 200 }),
  );

  it('is read without a throw, twice the same, with an alert only for an instruction', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const reading = parseAlert(text, contextAt(POSTED_AT));
        expect(parseAlert(text, contextAt(POSTED_AT))).toEqual(reading);
        const isInstruction = reading.verdict === 'order' || reading.verdict === 'exit';
        expect(reading.alert !== null).toBe(isInstruction);
        for (const { from, to } of Object.values(reading.spans)) {
          expect(0 <= from && from < to && to <= text.length).toBe(true);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
