/** Leaves the tally of a vitest run in a file, for the process that started the run. */
import { writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import type { Tally } from './test-tally.ts';

/** Names the file; without it the reporter does nothing. */
export const TALLY_FILE_VARIABLE = 'VITEST_TALLY_FILE';

export function createTallyReporter(): Reporter {
  const file = process.env[TALLY_FILE_VARIABLE];
  if (file === undefined) return {};
  let partial = false;
  return {
    onInit(vitest) {
      partial = vitest.config.testNamePattern !== undefined;
    },
    onTestRunEnd(modules, errors) {
      const tests = modules.flatMap((module) => [...module.children.allTests()]);
      const outside = [...modules.flatMap(brokenParts), ...errors.map((error) => error.message)];
      const tally: Tally = {
        passed: tests.filter((test) => test.result().state === 'passed').length,
        failed: tests.filter((test) => test.result().state === 'failed').length,
        skips: tests.flatMap(skipOf),
        broken: [
          ...outside,
          ...tests.filter(isPending).map((test) => `${nameOf(test)}: no result`),
        ],
        partial,
      };
      writeFileSync(file, JSON.stringify(tally));
    },
  };
}

/** A file that did not load, and hooks of suites that failed. */
function brokenParts(module: TestModule): string[] {
  return [module, ...module.children.allSuites()].flatMap((part) =>
    part.errors().map((error) => `${module.relativeModuleId}: ${error.message}`),
  );
}

function skipOf(test: TestCase): Tally['skips'] {
  const result = test.result();
  if (result.state !== 'skipped') return [];
  return [{ test: nameOf(test), reason: result.note ?? null }];
}

function isPending(test: TestCase): boolean {
  return test.result().state === 'pending';
}

function nameOf(test: TestCase): string {
  return `${test.module.relativeModuleId} > ${test.fullName}`;
}
