import { defineConfig } from 'vitest/config';
import { createTallyReporter } from './scripts/test-reporter.ts';

/** Pure code and no processes: these share workers, which makes them ten times faster. */
const QUICK = [
  'tests/unit/**/*.test.ts',
  'tests/property/**/*.test.ts',
  'tests/desk/**/*.test.ts',
  'tests/*.test.ts',
];

/** The program from outside: processes, commands, a browser. `npm run check` leaves these out. */
const OUTSIDE = [
  'tests/cli/**/*.test.ts',
  'tests/e2e/**/*.test.ts',
  'tests/integration/process/**/*.test.ts',
];

export default defineConfig({
  test: {
    allowOnly: false,
    // By default one core is left idle, which on two cores is half of them.
    maxWorkers: '100%',
    reporters: [['default', { summary: false }], createTallyReporter()],
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          include: QUICK,
          pool: 'threads',
          isolate: false,
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          // Everything else, whatever its folder: a test nobody runs is worse than none.
          include: ['tests/**/*.test.ts'],
          exclude: [...QUICK, ...OUTSIDE],
          pool: 'forks',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'outside',
          include: OUTSIDE,
          pool: 'forks',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
