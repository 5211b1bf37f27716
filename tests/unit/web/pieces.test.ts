import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { piecesOf } from '../../../web/src/parts/pieces.ts';
import { MESSAGE } from '../../fixtures/desk-views.ts';

describe('the pieces of a marked text', () => {
  it('name the field each was read from', () => {
    const marked = piecesOf(MESSAGE.text, MESSAGE.spans).filter(({ field }) => field !== null);
    expect(marked.map(({ field, text }) => `${field}=${text}`)).toEqual([
      'action=BTO',
      'symbol=UBER',
      'strike=78',
      'right=p',
      'expiry=12/05',
      'price=0.75',
    ]);
  });

  it('are the whole text, whatever the spans say', () => {
    const span = fc.record({ from: fc.nat(40), to: fc.nat(40) });
    const spans = fc.record({ action: span, symbol: span, price: span }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), spans, (text, given) => {
        const pieces = piecesOf(text, given);
        expect(pieces.map((piece) => piece.text).join('')).toBe(text);
        expect(pieces.every((piece) => piece.text !== '')).toBe(true);
      }),
    );
  });
});
