/**
 * A store that follows a desk, with everything that can happen to it: what the tests of this folder
 * are written against, so that each store is put through the same.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeskApp } from '#app/desk-app.ts';

/** What was missed is there so soon after the store's return. */
const BACK_MS = 30_000;

export interface StoreUnderTest {
  readonly faults: Readonly<Record<string, StoreFault>>;
  /** Follows the desk's record, whether the store is there or not. */
  follow(app: DeskApp): Followed;
  close(): Promise<void>;
}

/** Something that happens to the store, and how it is over. */
export interface StoreFault {
  /** Whether nothing can be written while it lasts. */
  readonly stops: boolean;
  begin(): Promise<void>;
  end(): Promise<void>;
}

export interface Followed {
  /** Records on disk that the store does not hold yet. */
  lag(): number;
  /** Whether the store comes to hold everything, within that time. */
  current(withinMs: number): Promise<boolean>;
  /** The first thing the store says otherwise than the journal; `null`: they agree. */
  difference(): Promise<string | null>;
  stop(): Promise<void>;
}

/** Leaves the test out, with the reason. */
export type Skip = (note: string) => never;

export interface StoreKind {
  readonly name: string;
  /** A server of the test's own. */
  open(skip: Skip): Promise<StoreUnderTest>;
  /** Names of `faults`, known before there is a server. */
  readonly faultNames: readonly string[];
}

/** The first difference once the store has had its time to catch up. */
export async function differenceOf(followed: Followed): Promise<string | null> {
  if (!(await followed.current(BACK_MS))) return `${followed.lag()} records are missing`;
  const until = performance.now() + 5_000;
  for (;;) {
    const difference = await followed.difference();
    if (difference === null || performance.now() > until) return difference;
    await sleep(20);
  }
}
