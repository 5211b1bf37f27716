/**
 * The desk's side of the bus: its record and its latest values, followed by whoever likes.
 *
 * Opened once the desk trades, and never in its way: a store that is away, slow, full or wiped is
 * seen in health, in the metrics and, when it lasts, as an incident.
 */

import type { Teller } from '#audit/teller.ts';
import { Follower, type FollowerHealth } from '#bus/follower.ts';
import type { StoreHealth } from '#bus/model.ts';
import type { BusStore } from '#bus/ports.ts';
import type { QueueFigures } from '#bus/queue.ts';
import { invariant } from '#kernel/invariant.ts';
import type { Random } from '#kernel/random.ts';
import type { Clock } from '#kernel/time.ts';
import type { ActOutcome } from '#operate/ports.ts';
import type { DeskApp } from '../desk-app.ts';
import { refused } from '../refused.ts';
import { RequestDesk } from '../roles/request-desk.ts';
import type { BusFigures } from './bus-metrics.ts';
import { createDeskValues, type DeskValues } from './desk-values.ts';
import type { OpenedStore } from './open-store.ts';
import { createRecordSource } from './record-source.ts';
import type { Seal } from './seal.ts';

/** What was recorded while stopping gets so long to be told. */
const LAST_WORD_MS = 1_000;

export type BusDesk = Pick<DeskApp, 'journal' | 'audit' | 'view' | 'desk' | 'snapshots'>;

export interface DeskBusRequest {
  readonly app: BusDesk;
  readonly opened: OpenedStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly seal: Seal;
  readonly quotes: () => Readonly<Record<string, unknown>>;
  /** What the desk says of itself every second. */
  readonly status: () => object;
  readonly requestAgeMsMax: number;
}

export interface BusHealth {
  readonly store: StoreHealth;
  readonly follower: FollowerHealth;
  readonly values: QueueFigures;
}

type Perform = ConstructorParameters<typeof RequestDesk>[0]['perform'];

interface Started {
  readonly follower: Follower;
  readonly values: DeskValues;
  readonly requests: RequestDesk | null;
}

export class DeskBus {
  readonly #request: DeskBusRequest;
  #started: Started | null = null;
  #takes = false;

  constructor(request: DeskBusRequest) {
    this.#request = request;
  }

  get store(): BusStore {
    return this.#request.opened.store;
  }

  /** Once the run is on record. `perform`: carries out what other roles ask; `null`: nobody may. */
  start(perform: Perform | null): void {
    const { app } = this.#request;
    const run = runOf(app);
    const values = this.#values(run);
    const follower = this.#follower(run, values);
    const requests = perform === null ? null : this.#requests(run, perform);
    this.#takes = requests !== null;
    this.#started = { follower, values, requests };
    app.snapshots.keepFor(() => follower.health().seq ?? app.journal.health().durableSeq);
    follower.start();
    requests?.start();
  }

  /** `null` until it has started. */
  figures(): BusFigures | null {
    if (this.#started === null) return null;
    const { follower, values, requests } = this.#started;
    const health = {
      store: this.store.health(),
      follower: follower.health(),
      values: values.figures(),
    };
    return { health, requests: requests?.figures() ?? null };
  }

  /** Whether the store comes to hold what is on disk now, within that time. */
  async current(withinMs: number): Promise<boolean> {
    return (await this.#started?.follower.current(withinMs)) ?? false;
  }

  /** Whatever latest values the store holds are dropped, and written anew from the desk. */
  flush(): ActOutcome {
    if (this.#started === null) return refused('not_started', 'the bus opens with the desk');
    const { follower, values } = this.#started;
    // Where another run has taken over, its word counts.
    if (follower.health().state === 'superseded') {
      return refused('superseded', 'another run of the desk writes there now');
    }
    values.renew();
    return { kind: 'done', detail: 'the latest values are dropped and written anew' };
  }

  /** Nothing more is taken from other roles, and they are told so. */
  async turnAway(): Promise<void> {
    if (this.#started === null || !this.#takes) return;
    const { follower, values, requests } = this.#started;
    this.#takes = false;
    // Where another run has taken over, its word counts.
    if (follower.health().state !== 'superseded') {
      const { valuesMax } = this.#request.opened.settings;
      await this.store.hot.put(values.changed() ?? values.whole(), valuesMax);
    }
    await requests?.stop();
  }

  /** What was recorded last is still told. */
  async close(): Promise<void> {
    await this.turnAway();
    if (this.#started !== null) {
      const { follower, values } = this.#started;
      await follower.current(LAST_WORD_MS);
      values.close();
      await follower.stop();
    }
    await this.store.close();
  }

  #values(run: string): DeskValues {
    const { app, opened, clock, seal, quotes, status } = this.#request;
    return createDeskValues({
      ...{ feed: app.view, quotes },
      status: () => {
        const takes = this.#takes;
        return sealedStatus(seal, { run, at: clock.now(), takes, ...status() });
      },
      limit: opened.settings.valuesMax,
      statusMs: opened.settings.leaseMs,
    });
  }

  #follower(run: string, values: DeskValues): Follower {
    const { app, opened, clock, random, seal } = this.#request;
    const { journal, audit, desk, snapshots } = app;
    const { recordsMax, behindMs } = opened.settings;
    const tellerAt = async (seq: number): Promise<Teller> => snapshots.tellerAt(seq);
    return new Follower({
      ...{ values, clock, random, recordsMax, behindMs },
      store: this.store.record,
      source: createRecordSource({ journal, seal, audit, tellerAt }),
      owner: { journal: journalOf(app), run, epoch: desk.book.epoch },
      onBehind(detail) {
        desk.incident('bus_behind', `what follows the desk is not up to date: ${detail}`);
      },
    });
  }

  #requests(run: string, perform: Perform): RequestDesk {
    const { seal, clock, requestAgeMsMax: ageMsMax } = this.#request;
    return new RequestDesk({ bus: this.store.bus, seal, clock, run, ageMsMax, perform });
  }
}

/** Whoever reads it must know that this desk wrote it: a value at Redis is anybody's. */
export function sealedStatus(seal: Seal, status: object): string {
  const text = JSON.stringify(status);
  return JSON.stringify({ text, mac: seal('status', text) });
}

/** A journal is known by the run that began it. */
function journalOf({ journal }: BusDesk): string {
  for (const { run } of journal.read(1)) return run;
  invariant(false, 'the run is on record before it is followed');
}

function runOf({ journal }: BusDesk): string {
  for (const { run } of journal.read(journal.health().lastSeq)) return run;
  invariant(false, 'the run is on record before it is followed');
}
