import { describe, expect, it } from 'vitest';
import { parseAlert } from '#alerts/parse.ts';
import { toParseLine } from '#alerts/parser/line.ts';
import { DEFAULT_PARSE_POLICY } from '#alerts/parser/settings.ts';
import {
  contextAt,
  type LabelledMessage,
  readLabelled,
} from '../../../fixtures/labelled-messages.ts';

const examples = readLabelled('worked-examples');

function lineOf({ id, text, posted_at: postedAt }: LabelledMessage) {
  return toParseLine(id, parseAlert(text, contextAt(postedAt)));
}

describe('the worked examples', () => {
  it('are all there', () => {
    expect(new Set(examples.map(({ id }) => Number.parseInt(id.slice(1), 10))).size).toBe(54);
  });

  it.each(examples)('$id reads as labelled: $text', (message) => {
    const line = lineOf(message);
    expect(line.result).toEqual(message.expect.result);
    expect(line.code).toBe(message.expect.code ?? line.code);
  });

  it.each(examples)('$id points at what it was read from: $text', (message) => {
    const { result, spans } = lineOf(message);
    const slice = (field: keyof typeof spans): string | undefined => {
      const span = spans[field];
      return span === undefined ? undefined : message.text.slice(span.from, span.to);
    };
    if (result === null) return;
    expect(
      slice('symbol')
        ?.replace(/[$.*/]/g, '')
        .toUpperCase(),
    ).toBe(result.symbol.replace('/', ''));
    expect(slice('action')).toMatch(/\S/);
    expect(slice('price') === undefined).toBe(result.price === null);
    expect(slice('quantity') === undefined).toBe(result.quantity === null);
    expect(slice('expiry') === undefined).toBe(result.expiry === null);
    expect(slice('strike') === undefined).toBe(result.strike === null);
  });

  it('stay refused without a channel rule when options alone may be traded', () => {
    const verbless = examples.filter(({ id }) => ['w19', 'w20', 'w21', 'w22', 'w52'].includes(id));
    const readings = verbless.map(({ text, posted_at: postedAt }) =>
      parseAlert(text, contextAt(postedAt, DEFAULT_PARSE_POLICY)),
    );
    expect(readings.map(({ verdict }) => verdict)).toEqual(verbless.map(() => 'refused'));
  });
});
