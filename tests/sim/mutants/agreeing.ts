/** Defects of agreeing with the broker: what is asked, how often, and what silence means. */
import type { Mutant } from './model.ts';

const RECONCILER = 'src/orders/reconcile/reconciler.ts';
const READER = 'src/orders/reader.ts';

export const AGREEING_MUTANTS: readonly Mutant[] = [
  {
    name: 'entries-before-reconciling',
    what: 'entries do not wait for the first comparison with the broker',
    patches: [
      {
        file: 'src/orders/desk.ts',
        find: 'return this.#reconciler.agrees && !this.#stoodStill();',
        replace: 'return true;',
      },
    ],
  },
  {
    name: 'no-periodic-reconciling',
    what: 'what the stream loses is never read',
    patches: [{ file: 'src/orders/desk.ts', find: '    this.#reconciler.beat();\n', replace: '' }],
  },
  {
    name: 'no-reading-after-a-standstill',
    what: 'a process that stood still goes on as if nothing had happened',
    patches: [
      {
        file: 'src/orders/desk.ts',
        find: 'return clock.mono() - this.#beatAt > BEAT_MS + settings.pauseMs;',
        replace: 'return clock.mono() - this.#beatAt > 1_000 * (BEAT_MS + settings.pauseMs);',
      },
    ],
  },
  {
    name: 'failed-position-query-means-flat',
    what: 'positions that could not be read count as none',
    patches: [
      {
        file: RECONCILER,
        find: `broker.positions());
    if (answer === null || this.#stopped) return null;
    this.#compare(answer.value);
    return answer.value.length;`,
        replace: `broker.positions());
    if (this.#stopped) return null;
    this.#compare(answer?.value ?? []);
    return 0;`,
      },
    ],
  },
  {
    name: 'hand-sale-ignored',
    what: 'contracts sold by hand still count as ours',
    patches: [
      {
        file: RECONCILER,
        find: 'for (const shortage of confirmed) this.#reduce(shortage);',
        replace: '',
      },
    ],
  },
  {
    name: 'one-reading-decides',
    what: 'a shortage counts at once, though a list may lag behind a fill',
    patches: [
      {
        file: RECONCILER,
        find: 'const confirmed = dated.filter(({ since }) => now - since >= settings.settleMs);',
        replace: 'const confirmed = dated;',
      },
      {
        file: 'src/orders/reconcile/positions.ts',
        find: 'if (trades.some((trade) => isUnsettled(trade, now, settleMs))) {',
        replace: 'if (trades.some((trade) => isUnsettled(trade, now, -1))) {',
      },
    ],
  },
  {
    name: 'foreign-writer-ignored',
    what: 'an order that carries our mark and is not on record is left alone',
    patches: [{ file: READER, find: 'if (isMarked) {', replace: 'if (isMarked && !isMarked) {' }],
  },
  {
    name: 'kill-state-forgotten-at-restart',
    what: 'a restart lifts whatever stop was in force',
    patches: [
      {
        file: 'src/orders/book.ts',
        find: '      this.#isRunning = true;\n',
        replace: "      this.#isRunning = true;\n      this.#killState = 'ACTIVE';\n",
      },
    ],
  },
  {
    name: 'pause-lets-entries-through',
    what: 'a paused desk takes new entries',
    patches: [
      {
        file: 'src/risk/kill-state.ts',
        find: 'PAUSE: { entries: false, steps: false,',
        replace: 'PAUSE: { entries: true, steps: true,',
      },
    ],
  },
  {
    name: 'stop-leaves-entries-working',
    what: 'a stop leaves entries that are working where they are',
    patches: [
      {
        file: 'src/orders/plan-view.ts',
        find: "entries: permitted.entries ? entries : 'kill_state',",
        replace: "entries: permitted.entries ? entries : 'wait',",
      },
    ],
  },
];
