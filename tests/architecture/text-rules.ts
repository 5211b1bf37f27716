/** Rules about how files are named, how they read and what they may mention. */
import { basename } from 'node:path';
import { Visitor } from 'oxc-parser';
import type { Rule } from './rule.ts';
import type { Source } from './source.ts';

const LINE_LENGTH_MAX = 100;
const EMPTY_WORDS = /^(?:utils?|helpers?|manager|base|common|misc|index|impl|types)$/;
const FILE_NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.(?:test|contract|property))?\.ts$/;

/** Only `.ci/run` knows what stands beside a clone; written apart so that this file passes too. */
const OUTSIDE = ['..', 'shared'].join('/');

const telling: Rule = {
  name: 'a file is named in kebab-case for its concept',
  violations(file) {
    const name = basename(file.path);
    const words = name.split('.')[0]?.split('-') ?? [];
    if (!FILE_NAME.test(name)) return [file.at(0, 'is not kebab-case')];
    return words.some((word) => EMPTY_WORDS.test(word))
      ? [file.at(0, 'is named for no concept')]
      : [];
  },
  refuses: [
    { path: 'src/risk/utils.ts', code: 'export const a = 1;' },
    { path: 'src/risk/index.ts', code: 'export const a = 1;' },
    { path: 'src/risk/order-helpers.ts', code: 'export const a = 1;' },
    { path: 'src/risk/riskGate.ts', code: 'export const a = 1;' },
    { path: 'tests/unit/Risk.test.ts', code: 'export const a = 1;' },
  ],
  allows: [
    { path: 'src/risk/kill-state.ts', code: 'export const a = 1;' },
    { path: 'tests/unit/risk/kill-state.test.ts', code: 'export const a = 1;' },
    { path: 'tests/contract/broker.contract.ts', code: 'export const a = 1;' },
  ],
};

/** Code is held to this by the formatter, which leaves comments as they are. */
const shortComments: Rule = {
  name: `a comment keeps to ${LINE_LENGTH_MAX} characters a line`,
  violations(file) {
    const commented = file.comments.flatMap(({ start, end }) => linesOf(file, start, end));
    const long = commented.filter(({ line }) => line.length > LINE_LENGTH_MAX);
    return long
      .filter(({ line }) => !/https?:/.test(line))
      .map(({ line, start }) => file.at(start, `is ${line.length} characters long`));
  },
  refuses: [
    { path: 'src/risk/size.ts', code: `// ${'word '.repeat(20)}` },
    { path: 'src/risk/size.ts', code: `/**\n * ${'word '.repeat(20)}\n */` },
    { path: 'src/risk/size.ts', code: `const price = 1; // ${'word '.repeat(17)}` },
  ],
  allows: [
    { path: 'src/risk/size.ts', code: `// ${'w'.repeat(97)}` },
    { path: 'src/risk/size.ts', code: `// https://example.com/${'a'.repeat(100)}` },
    { path: 'src/risk/size.ts', code: `const a = '${'word '.repeat(30)}';` },
  ],
};

const caughtOnPurpose: Rule = {
  name: 'a catch does something with what it caught',
  violations: (file) =>
    visit(file, (report) => ({
      CatchClause({ body, start }) {
        if (body.body.length === 0) report(start, 'catches and does nothing');
      },
    })),
  refuses: [
    { path: 'src/adapters/a/b.ts', code: 'try { a(); } catch {}' },
    { path: 'src/adapters/a/b.ts', code: 'try { a(); } catch (e) { /* fine */ }' },
  ],
  allows: [{ path: 'src/adapters/a/b.ts', code: 'try { a(); } catch { b(); }' }],
};

const oneReaderOfEnvironment: Rule = {
  name: 'only the configuration reads the environment',
  violations(file) {
    if (!file.path.startsWith('src/') || /^src\/app\/config[a-z-]*\.ts$/.test(file.path)) return [];
    return visit(file, (report) => ({
      MemberExpression({ object, property, start }) {
        const named = property.type === 'Identifier' && property.name === 'env';
        const ofProcess = object.type === 'Identifier' && object.name === 'process';
        if (named && ofProcess) report(start, 'reads process.env: take it from the configuration');
      },
      ImportDeclaration({ source, specifiers, start }) {
        if (source.value !== 'node:process') return;
        const names = specifiers.map(({ local }) => local.name);
        if (names.includes('env')) report(start, 'imports the environment');
      },
    }));
  },
  refuses: [
    { path: 'src/app/build.ts', code: `const a = process.env['HOME'];` },
    { path: 'src/adapters/a/b.ts', code: 'const { HOME } = process.env;' },
    { path: 'src/main.ts', code: `import { env } from 'node:process';` },
  ],
  allows: [
    { path: 'src/app/config.ts', code: `const a = process.env['HOME'];` },
    { path: 'src/app/config-env.ts', code: `const a = process.env['HOME'];` },
    { path: 'src/main.ts', code: 'const a = process.argv;' },
  ],
};

const selfContained: Rule = {
  name: 'nothing mentions what stands beside the clone',
  violations: ({ path, text }) => (text.includes(OUTSIDE) ? [`${path}: mentions ${OUTSIDE}`] : []),
  refuses: [{ path: 'src/app/config.ts', code: `const a = '${OUTSIDE}/data';` }],
  allows: [{ path: 'src/app/config.ts', code: `const a = 'STRIKEWIRE_MARKET_DATA';` }],
};

const plainNames: Rule = {
  name: 'a type is named for what it is, and its cases in snake_case',
  violations: (file) =>
    visit(file, (report) => ({
      TSInterfaceDeclaration({ id, start }) {
        if (/^I[A-Z][a-z]|Impl$/.test(id.name)) report(start, `names ${id.name} for its role`);
      },
      ClassDeclaration({ id, start }) {
        if (id !== null && id.name.endsWith('Impl')) report(start, `names ${id.name} for its role`);
      },
      TSPropertySignature({ key, typeAnnotation, start }) {
        if (key.type !== 'Identifier' || key.name !== 'kind') return;
        const type = typeAnnotation?.typeAnnotation;
        if (type?.type !== 'TSLiteralType' || type.literal.type !== 'Literal') return;
        const { value } = type.literal;
        if (typeof value === 'string' && !/^[a-z0-9]+(?:[._][a-z0-9]+)*$/.test(value)) {
          report(start, `has the kind '${value}', which is not snake_case`);
        }
      },
    })),
  refuses: [
    { path: 'src/risk/ports.ts', code: 'export interface IBroker {}' },
    { path: 'src/risk/gate.ts', code: 'class GateImpl {}' },
    { path: 'src/risk/model.ts', code: `type A = { readonly kind: 'gaveUp' };` },
    { path: 'src/risk/model.ts', code: `interface A { readonly kind: 'gave-up' }` },
  ],
  allows: [
    { path: 'src/risk/ports.ts', code: 'export interface Instrument {}' },
    { path: 'src/risk/model.ts', code: `type A = { readonly kind: 'gave_up' };` },
    { path: 'src/risk/model.ts', code: `type A = { readonly kind: 'order.filled' };` },
  ],
};

const statedSkips: Rule = {
  name: 'a test is skipped by its own words, with the reason',
  violations(file) {
    if (!file.path.startsWith('tests/')) return [];
    return visit(file, (report) => ({
      MemberExpression({ object, property, start }) {
        if (object.type !== 'Identifier' || property.type !== 'Identifier') return;
        if (!/^(?:it|test|describe)$/.test(object.name)) return;
        if (!/^(?:skip|skipIf|runIf|todo|only)$/.test(property.name)) return;
        report(start, `uses ${object.name}.${property.name}: call skip('reason') inside the test`);
      },
    }));
  },
  refuses: [
    { path: 'tests/unit/a.test.ts', code: `it.skip('a', () => {});` },
    { path: 'tests/unit/a.test.ts', code: `describe.skipIf(b)('a', () => {});` },
    { path: 'tests/unit/a.test.ts', code: `it.todo('a');` },
    { path: 'tests/unit/a.test.ts', code: `it.only('a', () => {});` },
  ],
  allows: [
    { path: 'tests/unit/a.test.ts', code: `it('a', ({ skip }) => { skip(b, 'no data'); });` },
    { path: 'tests/unit/a.test.ts', code: `it.each([1])('a', () => {});` },
  ],
};

export const TEXT_RULES: readonly Rule[] = [
  telling,
  shortComments,
  caughtOnPurpose,
  oneReaderOfEnvironment,
  selfContained,
  plainNames,
  statedSkips,
];

type Visit = ConstructorParameters<typeof Visitor>[0];

function visit(
  file: Source,
  visitor: (report: (start: number, what: string) => void) => Visit,
): readonly string[] {
  const found: string[] = [];
  new Visitor(visitor((start, what) => found.push(file.at(start, what)))).visit(file.program);
  return found;
}

/** The whole lines that the characters from `start` to `end` stand on. */
function linesOf({ text }: Source, start: number, end: number) {
  const first = text.lastIndexOf('\n', start - 1) + 1;
  let from = first;
  const lines = text.slice(first).split('\n');
  const until = text.slice(first, end).split('\n').length;
  return lines.slice(0, until).map((line) => {
    const here = { line, start: from };
    from += line.length + 1;
    return here;
  });
}
