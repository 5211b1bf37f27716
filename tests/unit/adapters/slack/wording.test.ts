import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { typedLine, worded } from '#adapters/slack/wording.ts';
import { anyText } from '../../../fixtures/any-text.ts';

const BUTTON = { id: 'release:1', label: 'Release', style: 'danger' } as const;

describe('text for Slack', () => {
  it('can neither ping nor link', () => {
    const { text } = worded('<!channel> <@U1> <https://x.example|here> R&D', []);
    expect(text).toBe('&lt;!channel&gt; &lt;@U1&gt; &lt;https://x.example|here&gt; R&amp;D');
  });

  it('never holds a bare angle bracket nor half an escape, whatever it says', () => {
    fc.assert(
      fc.property(anyText(20_000), (given) => {
        const { text } = worded(given, []);
        expect(text).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
      }),
      { numRuns: 50 },
    );
  });

  it('takes the buttons of an earlier text away', () => {
    expect(worded('done', []).blocks).toEqual([]);
  });

  it('keeps each section within what Slack takes', () => {
    const { blocks } = worded(`${'&'.repeat(2_999)}<`, [BUTTON]);
    const lengths = blocks.flatMap((block) =>
      block.type === 'section' ? [block.text.text.length] : [],
    );
    expect(lengths.length).toBeGreaterThan(4);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(3_000);
  });

  it('puts five buttons into a row, each with its own id and the style Slack has', () => {
    const buttons = Array.from({ length: 6 }, (_, n) => ({ ...BUTTON, id: `b${n}` }));
    const rows = worded('?', [
      ...buttons,
      { id: 'p', label: 'x'.repeat(99), style: 'plain' },
    ]).blocks;
    const shape = rows.flatMap((row) => (row.type === 'actions' ? [row.elements.length] : []));
    expect(shape).toEqual([5, 2]);
    expect(JSON.stringify(rows)).toContain('"action_id":"strikewire_6"');
    expect(JSON.stringify(rows)).not.toContain('"style":"plain"');
  });
});

describe('a typed line', () => {
  it.each([
    ['quote  UBER ', 'quote UBER'],
    ['allow add <@U1|mara> alert', 'allow add <@U1> alert'],
    ['buy 1 <http://BRK.B|BRK.B>', 'buy 1 BRK.B'],
    ['see <https://x.example>', 'see https://x.example'],
    ['a &lt;b&gt; &amp;amp;', 'a <b> &amp;'],
  ])('%s', (text, expected) => {
    expect(typedLine(text)).toBe(expected);
  });
});
