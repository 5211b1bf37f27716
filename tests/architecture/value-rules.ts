/** Rules about values and types: who may mint a brand, what a parameter may be. */
import { type ParamPattern, type TSType, Visitor } from 'oxc-parser';
import type { Rule } from './rule.ts';
import type { Source } from './source.ts';

/**
 * Modules that own the rule of a brand and mint it. Everywhere else a value is narrowed by a parser
 * or a guard.
 */
const MINTS: readonly string[] = [
  'src/kernel/calendar.ts',
  'src/kernel/ids.ts',
  'src/kernel/percent.ts',
  'src/kernel/price.ts',
  'src/kernel/quantity.ts',
  'src/kernel/time.ts',
  'src/market/instrument.ts',
  'src/risk/approve.ts',
];

const noAssertion: Rule = {
  name: 'a type is asserted only where its brand is minted',
  violations(file) {
    if (file.path.startsWith('tests/') || MINTS.includes(file.path)) return [];
    return collect(file, (report) => ({
      TSAsExpression({ typeAnnotation, start }) {
        if (!isConst(typeAnnotation)) report(start, 'asserts a type with `as`: parse or narrow it');
      },
      TSTypeAssertion({ start }) {
        report(start, 'asserts a type: parse or narrow it');
      },
    }));
  },
  refuses: [
    { path: 'src/orders/desk.ts', code: 'const a = b as Price;' },
    { path: 'src/orders/desk.ts', code: 'const a = b as unknown as Price;' },
    { path: 'src/adapters/local/server.ts', code: 'const a = <Price>b;' },
    { path: 'scripts/check.ts', code: 'const a = JSON.parse(b) as Report;' },
  ],
  allows: [
    { path: 'src/kernel/price.ts', code: 'const a = b as Price;' },
    { path: 'src/orders/desk.ts', code: `const a = ['x', 'y'] as const;` },
    { path: 'src/orders/desk.ts', code: 'const a = b satisfies Price;' },
  ],
};

const noBooleanParameter: Rule = {
  name: 'a parameter says what it means: none is a boolean',
  violations(file) {
    if (!file.path.startsWith('src/')) return [];
    const check = (report: Report, params: readonly ParamPattern[]): void => {
      for (const param of params) {
        if (isBooleanParameter(param)) report(param.start, 'takes a boolean: name the choice');
      }
    };
    return collect(file, (report) => ({
      FunctionDeclaration: ({ params }) => check(report, params),
      FunctionExpression: ({ params }) => check(report, params),
      ArrowFunctionExpression: ({ params }) => check(report, params),
      TSDeclareFunction: ({ params }) => check(report, params),
      TSMethodSignature: ({ params }) => check(report, params),
      TSFunctionType: ({ params }) => check(report, params),
    }));
  },
  refuses: [
    { path: 'src/risk/size.ts', code: 'export function size(strict: boolean) {}' },
    { path: 'src/risk/size.ts', code: 'export const size = (a: number, strict = false) => a;' },
    { path: 'src/risk/ports.ts', code: 'export interface A { size(strict?: boolean): void }' },
    { path: 'src/risk/size.ts', code: 'class A { size(strict: boolean) {} }' },
    { path: 'src/risk/model.ts', code: 'export type Size = (strict: boolean) => void;' },
  ],
  allows: [
    { path: 'src/risk/size.ts', code: 'export function size(options: { strict: boolean }) {}' },
    {
      path: 'src/risk/size.ts',
      code: 'export function isBig(a: number): boolean { return a > 1; }',
    },
  ],
};

const noInheritance: Rule = {
  name: 'a class inherits from an error or from nothing',
  violations: (file) =>
    collect(file, (report) => ({
      ClassDeclaration({ superClass, start }) {
        if (superClass === null) return;
        const parent = superClass.type === 'Identifier' ? superClass.name : '';
        if (!parent.endsWith('Error')) report(start, 'inherits: hold the other one, or pass it in');
      },
    })),
  refuses: [{ path: 'src/orders/desk.ts', code: 'class Desk extends Base {}' }],
  allows: [
    { path: 'src/orders/desk.ts', code: 'class Desk {}' },
    { path: 'src/orders/desk.ts', code: 'class DeskFault extends Error {}' },
  ],
};

export const VALUE_RULES: readonly Rule[] = [noAssertion, noBooleanParameter, noInheritance];

type Report = (start: number, what: string) => void;
type Visit = ConstructorParameters<typeof Visitor>[0];

function collect(file: Source, visit: (report: Report) => Visit): readonly string[] {
  const found: string[] = [];
  new Visitor(visit((start, what) => found.push(file.at(start, what)))).visit(file.program);
  return found;
}

function isConst(type: TSType): boolean {
  if (type.type !== 'TSTypeReference' || type.typeName.type !== 'Identifier') return false;
  return type.typeName.name === 'const';
}

function isBooleanParameter(param: ParamPattern): boolean {
  if (param.type === 'AssignmentPattern') {
    return param.right.type === 'Literal' && typeof param.right.value === 'boolean';
  }
  if (param.type !== 'Identifier') return false;
  return param.typeAnnotation?.typeAnnotation.type === 'TSBooleanKeyword';
}
