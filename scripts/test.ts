/** `npm test [-- VITEST ARGUMENTS]`: the suite, closed by the plain line `N passed, N failed`. */
import { fileURLToPath } from 'node:url';
import { runTests } from './run-tests.ts';
import { closingLines } from './test-tally.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const verdict = await runTests(root, process.argv.slice(2));
console.log(closingLines(verdict).join('\n'));
process.exitCode = verdict.failed === 0 ? 0 : 1;
