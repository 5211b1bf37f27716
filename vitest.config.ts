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
  'tests/integration/history/**/*.test.ts',
  'tests/crash/**/*.test.ts',
  'tests/acceptance/process/**/*.test.ts',
  // Minutes of both cores: what every change must stand, and no watcher wants to wait for.
  'tests/sim/gate.test.ts',
  'tests/sim/mutants/kills.test.ts',
];

export default defineConfig({
  test: {
    allowOnly: false,
    // A database in each of hundreds of desks costs minutes; tests of history ask for theirs.
    env: { STRIKEWIRE_STORES_SQL: 'none' },
    // By default one core is left idle, which on two cores is half of them.
    maxWorkers: '100%',
    // Of vitest's own accord one second, which a busy machine takes for nothing at all.
    expect: { poll: { timeout: 30_000 } },
    reporters: [['default', { summary: false }], createTallyReporter()],
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          include: QUICK,
          pool: 'threads',
          isolate: false,
          testTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          // The desk once more, its orders at tastytrade's stand-in.
          name: 'tastytrade',
          include: ['tests/desk/**/*.test.ts'],
          setupFiles: ['tests/acceptance/leave-out.ts'],
          env: { STRIKEWIRE_TEST_BROKER: 'tastytrade' },
          pool: 'threads',
          isolate: false,
          testTimeout: 180_000,
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
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'outside',
          include: OUTSIDE,
          globalSetup: 'tests/e2e/build-page.ts',
          pool: 'forks',
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
