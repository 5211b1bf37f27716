/** Rules about what imports what. */
import { importFault, placeOf } from './layout.ts';
import type { Rule } from './rule.ts';

const imports = (path: string, specifier: string) => ({
  path,
  code: `import { x } from '${specifier}';`,
});

const importTable: Rule = {
  name: 'a file imports only what stands before it',
  violations: (file) =>
    file.path.startsWith('src/')
      ? file.imports.flatMap(({ specifier, start }) => {
          const fault = importFault(file.path, specifier);
          return fault === null ? [] : [file.at(start, fault)];
        })
      : [],
  refuses: [
    imports('src/kernel/price.ts', '#market/quote.ts'),
    imports('src/kernel/price.ts', 'zod'),
    imports('src/kernel/ids.ts', 'node:crypto'),
    imports('src/kernel/digest.ts', 'node:fs'),
    imports('src/market/quote.ts', '#events/record.ts'),
    imports('src/market/quote.ts', '#alerts/model.ts'),
    imports('src/events/record.ts', '#journal/model.ts'),
    imports('src/journal/chain.ts', '#feeds/ports.ts'),
    imports('src/alerts/parser/grammar.ts', '#risk/model.ts'),
    imports('src/orders/desk.ts', '#publish/ports.ts'),
    imports('src/orders/desk.ts', '#risk/gates.ts'),
    imports('src/orders/core/decide.ts', '#risk/gates/ports.ts'),
    imports('src/orders/desk.ts', '#adapters/simulated/broker.ts'),
    imports('src/orders/desk.ts', '#app/config.ts'),
    imports('src/orders/desk.ts', '#main.ts'),
    imports('src/orders/desk.ts', 'pino'),
    imports('src/orders/desk.ts', 'node:events'),
    imports('src/orders/core/decide.ts', '../../risk/model.ts'),
    imports('src/orders/core/decide.ts', '#orders/core/apply.ts'),
    imports('src/orders/desk.ts', '#helpers/array.ts'),
    imports('src/helpers/array.ts', '#kernel/price.ts'),
    imports('src/adapters/simulated/broker.ts', '#adapters/memory/journal.ts'),
    imports('src/adapters/simulated/broker.ts', '#orders/core/decide.ts'),
    imports('src/adapters/simulated/broker.ts', '#app/config.ts'),
    { path: 'src/orders/desk.ts', code: `export { x } from '#adapters/simulated/broker.ts';` },
    { path: 'src/orders/desk.ts', code: `const x = await import('#app/config.ts');` },
    { path: 'src/orders/desk.ts', code: `import '#adapters/simulated/broker.ts';` },
    { path: 'src/orders/desk.ts', code: `import type { X } from '#risk/gates.ts';` },
  ],
  allows: [
    imports('src/kernel/digest.ts', 'node:crypto'),
    imports('src/kernel/price.ts', './brand.ts'),
    imports('src/market/quote.ts', '#kernel/price.ts'),
    imports('src/events/record.ts', '#market/quote.ts'),
    imports('src/orders/desk.ts', '#risk/model.ts'),
    imports('src/orders/desk.ts', '#journal/ports.ts'),
    imports('src/orders/desk.ts', './core/decide.ts'),
    imports('src/orders/core/decide.ts', '#orders/ports.ts'),
    imports('src/orders/core/decide.ts', '../ports.ts'),
    imports('src/orders/settings.ts', 'zod'),
    imports('src/adapters/simulated/broker.ts', '#orders/ports.ts'),
    imports('src/adapters/simulated/broker.ts', './matching.ts'),
    imports('src/adapters/simulated/book/level.ts', '#adapters/simulated/matching.ts'),
    imports('src/adapters/local/server.ts', 'fastify'),
    imports('src/adapters/local/server.ts', 'node:http'),
    imports('src/app/build.ts', '#adapters/simulated/broker.ts'),
    imports('src/app/build.ts', '#orders/desk.ts'),
    imports('src/main.ts', '#app/build.ts'),
    imports('tests/unit/orders/desk.test.ts', '#adapters/simulated/broker.ts'),
  ],
};

const noBarrel: Rule = {
  name: 'a file exports what is its own',
  violations: (file) =>
    file.imports
      .filter(({ passedOn }) => passedOn)
      .map(({ specifier, start }) =>
        file.at(start, `passes on ${specifier}: import it from there`),
      ),
  refuses: [
    { path: 'src/risk/model.ts', code: `export * from './gates.ts';` },
    { path: 'src/risk/model.ts', code: `export { gate } from './gates.ts';` },
    { path: 'src/risk/model.ts', code: `export type { Gate } from './gates.ts';` },
  ],
  allows: [{ path: 'src/risk/model.ts', code: `const a = 1;\nexport { a };` }],
};

const knownFolder: Rule = {
  name: 'a file of src stands in a folder of the layout',
  violations: (file) =>
    file.path.startsWith('src/') && placeOf(file.path) === null
      ? [file.at(0, 'is in no folder of the layout')]
      : [],
  refuses: [
    { path: 'src/services/order.ts', code: 'export const a = 1;' },
    { path: 'src/index.ts', code: 'export const a = 1;' },
  ],
  allows: [
    { path: 'src/operate/health.ts', code: 'export const a = 1;' },
    { path: 'scripts/check.ts', code: 'export const a = 1;' },
  ],
};

export const IMPORT_RULES: readonly Rule[] = [importTable, noBarrel, knownFolder];
