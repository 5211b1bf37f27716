/**
 * Tests of the desk that do not run a second time at tastytrade's stand-in, each with the reason:
 * what they need of the broker is the simulated one's alone. Everything else does run.
 */
export interface LeftOut {
  readonly file: string;
  /** The whole name of the test, or how it begins. */
  readonly test: string;
  readonly reason: string;
}

export const LEFT_OUT: readonly LeftOut[] = [
  {
    file: 'entry-price',
    test: 'R-08: a stale quote is none',
    reason: 'the venue has no quote of what nobody had subscribed before it went silent',
  },
  {
    file: 'changes',
    test: 'R-14: turned away and done all the same, in lists that lag: nothing is bought twice (unauthorized)',
    reason: 'the adapter looks for it itself and finds it: the desk hears of no refusal',
  },
  {
    file: 'interleavings',
    test: 'is looked for before another is sent',
    reason:
      'the adapter itself looks three times within seconds and sends again: broker-faults.test.ts has lists that lag less',
  },
  {
    file: 'interleavings',
    test: 'a pass begun before it does not count',
    reason: 'a stream that has ended takes up to 250 ms to be connected again, not 1',
  },
  {
    file: 'reconciliation',
    test: 'R-52: an unreachable broker keeps entries waiting and is tried until it answers',
    reason:
      'counts queries, and a stream that connects makes more: broker-faults.test.ts has the like',
  },
  {
    file: 'sessions',
    test: 'R-52: waits for the answer to what was sent though not for ever',
    reason: 'the adapter itself gives up an answer after ten seconds',
  },
];

export function leftOut(file: string, test: string): LeftOut | null {
  const name = /([a-z-]+)\.test\.ts$/.exec(file)?.[1];
  return LEFT_OUT.find((one) => one.file === name && one.test === test) ?? null;
}
