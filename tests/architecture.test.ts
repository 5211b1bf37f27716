/**
 * The conventions of the code, kept by a test.
 *
 * What oxlint can say stands in `.oxlintrc.json` (and `tests/house/lint.test.ts` shows that it
 * bites); these are the rules it cannot. Each rule carries code it must refuse and code it must
 * allow.
 */
import { describe, expect, it } from 'vitest';
import { IMPORT_RULES } from './architecture/import-rules.ts';
import { violationsOf } from './architecture/rule.ts';
import { readSources } from './architecture/source.ts';
import { TEXT_RULES } from './architecture/text-rules.ts';
import { VALUE_RULES } from './architecture/value-rules.ts';

const sources = readSources();
const rules = [...IMPORT_RULES, ...VALUE_RULES, ...TEXT_RULES];

it('reads the sources it judges', () => {
  expect(sources.length).toBeGreaterThan(50);
  expect(sources.map(({ path }) => path)).toContain('src/kernel/price.ts');
});

describe.each(rules)('$name', (rule) => {
  it('everywhere in the project', () => {
    expect(sources.flatMap((file) => rule.violations(file))).toEqual([]);
  });

  it.each(rule.refuses)('or it is refused: $code in $path', (example) => {
    expect(violationsOf(rule, example)).not.toEqual([]);
  });

  it.each(rule.allows)('which allows: $code in $path', (example) => {
    expect(violationsOf(rule, example)).toEqual([]);
  });
});
