/**
 * Keeps the store up with the journal: the one writer of the tables.
 *
 * In    the journal, pulled from the store's own position on.
 * Out   one transaction for rows and position together, again and again; health for people.
 * Rule  nothing waits for it, and it keeps nothing but the step it is trying to write: a store that
 *       is away for an hour costs no memory, because the journal holds what it misses.
 *
 * Invariants
 * 1. A step is written from the very position it was made for, or not at all.
 * 2. After any fault the store is asked where it stands: an outcome of a commit is never assumed.
 */
import type { Random } from '#kernel/random.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { failureText } from '#kernel/text.ts';
import type { Cancel, EpochMs } from '#kernel/time.ts';
import { backOffMs } from './back-off.ts';
import { Batches, type BatchParts } from './batches.ts';
import type { Position } from './model.ts';
import type {
  HistoryHealth,
  HistoryState,
  HistoryStore,
  Opened,
  Step,
  StoreFault,
  Telling,
} from './ports.ts';
import { recordDigest, standingOf } from './standing.ts';

export interface ProjectorParts extends BatchParts {
  readonly store: HistoryStore;
  readonly random: Random;
  /** A telling that has heard every record up to that one. */
  readonly tellingFrom: (seq: number) => Promise<Telling>;
  readonly on?: Partial<ProjectorEvents>;
}

export interface ProjectorEvents {
  opened(opened: Opened): void;
  /** A step was written. */
  wrote(step: { readonly records: number; readonly ms: number }): void;
  failed(fault: StoreFault): void;
  /** Told once for as long as it lasts. */
  behind(detail: string): void;
  refused(fault: StoreFault): void;
}

/** How long records gather once one is there. */
const GATHER_MS = 50;
/** Without any progress for so long, somebody should know. */
const BEHIND_MS = 60_000;

type Outcome = 'wrote' | 'idle' | StoreFault;

export class Projector {
  readonly #parts: ProjectorParts;
  readonly #batches: Batches;
  #position: Position | null = null;
  #identity: string | null = null;
  #telling: Telling | null = null;
  /** The last record the telling has heard. */
  #toldSeq = -1;
  /** Made and not known to be written, oldest first: two at most. */
  #steps: readonly Step[] = [];
  #isOpen = false;
  #isStopped = false;
  #isBusy = false;
  #hasTold = false;
  #faults = 0;
  #fault: StoreFault | null = null;
  #updatedAt: EpochMs | null = null;
  #progressAt: number;
  /** Since when the store has not been current; `null` while it is. */
  #behindSince: number | null;
  #loop: Promise<void> | null = null;
  #turns: Promise<unknown> = Promise.resolve();
  /** A record has come; something else has changed. */
  #record = Promise.withResolvers<undefined>();
  #nudge = Promise.withResolvers<undefined>();

  constructor(parts: ProjectorParts) {
    this.#parts = parts;
    this.#batches = new Batches(parts);
    this.#progressAt = parts.clock.mono();
    this.#behindSince = this.#progressAt;
  }

  start(): void {
    const undo = this.#parts.journal.onDurable(() => this.#record.resolve(undefined));
    this.#loop ??= this.#run().finally(undo);
  }

  /** Ends after the step in progress; the store is left as it stands. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#nudge.resolve(undefined);
    await this.#loop;
    this.#batches.close();
  }

  health(): HistoryHealth {
    const { journal, clock, store } = this.#parts;
    const seq = this.#position?.seq ?? null;
    const lagRecords = Math.max(0, journal.health().durableSeq - (seq ?? 0));
    const since = this.#behindSince;
    return {
      store: store.kind,
      state: this.#state(lagRecords),
      seq,
      lagRecords,
      lagSeconds: since === null ? 0 : Math.max(0, (clock.mono() - since) / 1_000),
      error: this.#fault?.detail ?? null,
      updatedAt: this.#updatedAt,
    };
  }

  /** Whether the store comes to hold what is on disk now, within that time. */
  async catchesUp(withinMs: number): Promise<boolean> {
    const { clock, journal } = this.#parts;
    const wanted = journal.health().durableSeq;
    const until = clock.mono() + withinMs;
    while (!this.#isOpen || this.#isBusy || (this.#position?.seq ?? -1) < wanted) {
      const left = until - clock.mono();
      if (left <= 0 || this.#isStopped) return false;
      await this.#pause(Math.min(left, 10)).over;
    }
    return true;
  }

  /** Does something with the store while no step is written; then goes on from where it stands. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      this.#isBusy = true;
      try {
        return await work();
      } finally {
        this.#isBusy = false;
        this.#isOpen = false;
        this.#faults = 0;
        this.#fault = null;
        this.#nudge.resolve(undefined);
      }
    });
  }

  /** Empties the store; it is filled again from the first record on. */
  async rebuild(): Promise<Result<void, StoreFault>> {
    return this.alone(async () => {
      const { store } = this.#parts;
      let opened = await store.open();
      if (!opened.ok && store.kind === 'embedded') {
        // What cannot even be opened is what this is for.
        const discarded = await store.discard();
        if (!discarded.ok) return discarded;
        opened = await store.open();
      }
      if (!opened.ok) return opened;
      const identity = this.#identityOf();
      if (identity === null) return ok(undefined);
      const begun = await store.begin(identity);
      if (!begun.ok) return begun;
      this.#forget();
      this.#position = begun.value;
      return ok(undefined);
    });
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const outcome = await this.#inTurn(() => this.#advance());
      if (outcome === 'idle') await this.#idle();
      else if (outcome !== 'wrote') await this.#leaveAlone(outcome);
    }
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turns.then(work);
    this.#turns = turn.catch(() => undefined);
    return turn;
  }

  /** One step further. What goes wrong here holds up the history, and nothing else. */
  async #advance(): Promise<Outcome> {
    try {
      if (!this.#isOpen) {
        const opened = await this.#open();
        if (!opened.ok) return opened.error;
      }
      const position = this.#position;
      if (!this.#isOpen || position === null) return 'idle';
      const step = this.#steps[0] ?? (await this.#make(position));
      return step === null ? 'idle' : await this.#write(step);
    } catch (error) {
      this.#forget();
      return { kind: 'defect', code: 'projection_failed', detail: failureText(error) };
    }
  }

  async #make(from: Position): Promise<Step | null> {
    if (this.#telling === null || this.#toldSeq !== from.seq) {
      this.#telling = await this.#parts.tellingFrom(from.seq);
      this.#toldSeq = from.seq;
    }
    const step = await this.#batches.next(from, this.#telling);
    if (step === null) return null;
    this.#toldSeq = step.to.seq;
    this.#steps = [...this.#steps, step];
    return step;
  }

  async #write(step: Step): Promise<Outcome> {
    const { store, clock, limits, on } = this.#parts;
    const started = clock.mono();
    const writing = store.take(step);
    if (limits.isAhead && this.#steps.length === 1) await this.#make(step.to);
    const taken = await writing;
    if (!taken.ok) return taken.error;
    this.#steps = this.#steps.slice(1);
    this.#position = step.to;
    this.#progress();
    on?.wrote?.({ records: step.to.seq - step.from.seq, ms: clock.mono() - started });
    return 'wrote';
  }

  #progress(): void {
    const { clock, journal } = this.#parts;
    this.#faults = 0;
    this.#fault = null;
    this.#hasTold = false;
    this.#updatedAt = clock.now();
    this.#progressAt = clock.mono();
    const isCurrent = (this.#position?.seq ?? 0) >= journal.health().durableSeq;
    this.#behindSince = isCurrent ? null : (this.#behindSince ?? clock.mono());
  }

  /** Reaches the store, asks where it stands, and makes sure that it may be filled. */
  async #open(): Promise<Result<void, StoreFault>> {
    const { store, journal, on } = this.#parts;
    const opened = await store.open();
    if (!opened.ok) return opened;
    on?.opened?.(opened.value);
    const identity = this.#identityOf();
    if (identity === null) return ok(undefined);
    const asked = await store.position();
    if (!asked.ok) return asked;
    const standing = standingOf(asked.value, {
      journal: identity,
      durableSeq: journal.health().durableSeq,
      digestAt: (seq) => this.#digestAt(seq),
    });
    if (standing.kind === 'refuse') return err(standing.fault);
    let position = asked.value;
    if (standing.kind === 'begin' || position === null) {
      const begun = await store.begin(identity);
      if (!begun.ok) return begun;
      position = begun.value;
    }
    this.#stand(position);
    this.#isOpen = true;
    this.#progress();
    return ok(undefined);
  }

  /** Digest of the first record; `null` while there is none. Read once: a segment is large. */
  #identityOf(): string | null {
    const { journal } = this.#parts;
    if (this.#identity !== null || journal.health().durableSeq === 0) return this.#identity;
    const [first] = journal.read(1);
    this.#identity = first === undefined ? null : recordDigest(first);
    return this.#identity;
  }

  /** Of the places this run has been at itself, nothing has to be read. */
  #digestAt(seq: number): string | null {
    const been = [this.#position, ...this.#steps.map(({ to }) => to)];
    const known = been.find((position) => position?.seq === seq && seq > 0);
    if (known) return known.digest;
    const [record] = this.#parts.journal.read(seq);
    return record === undefined ? null : recordDigest(record);
  }

  /** What was made before a fault is of use only where the store stands as it was made for. */
  #stand(position: Position): void {
    const at = this.#steps.findIndex(({ from }) => from.seq === position.seq);
    if (at >= 0) this.#steps = this.#steps.slice(at);
    else if (this.#toldSeq === position.seq) this.#steps = [];
    else this.#forget();
    this.#position = position;
  }

  #forget(): void {
    this.#steps = [];
    this.#telling = null;
    this.#toldSeq = -1;
  }

  /** Until there is another record, and a little longer for others to come with it. */
  async #idle(): Promise<void> {
    const { journal, clock } = this.#parts;
    this.#record = Promise.withResolvers();
    if (journal.health().durableSeq <= (this.#position?.seq ?? 0)) {
      this.#behindSince = null;
      await Promise.race([this.#record.promise, this.#nudged()]);
    }
    if (this.#isStopped) return;
    this.#behindSince ??= clock.mono();
    await this.#pause(GATHER_MS).over;
  }

  async #leaveAlone(fault: StoreFault): Promise<void> {
    const { random, clock, on } = this.#parts;
    this.#isOpen = false;
    this.#faults += 1;
    const isNews = this.#fault?.code !== fault.code;
    this.#fault = fault;
    this.#behindSince ??= clock.mono();
    if (isNews) on?.failed?.(fault);
    if (isNews && (fault.kind === 'refused' || fault.kind === 'defect')) on?.refused?.(fault);
    this.#tellIfBehind(fault);
    const pause = this.#pause(backOffMs(fault.kind, this.#faults, random));
    await Promise.race([pause.over, this.#nudged()]);
    pause.cancel();
  }

  #nudged(): Promise<undefined> {
    if (!this.#isStopped) this.#nudge = Promise.withResolvers();
    return this.#nudge.promise;
  }

  #tellIfBehind(fault: StoreFault): void {
    const { clock, on } = this.#parts;
    const now = clock.mono();
    // A time in which there was nothing to write counts for nothing.
    const since = Math.max(this.#progressAt, this.#behindSince ?? now);
    if (this.#hasTold || now - since < BEHIND_MS) return;
    this.#hasTold = true;
    const { lagRecords, lagSeconds } = this.health();
    const lag = `${lagRecords} records and ${Math.round(lagSeconds)} s behind`;
    on?.behind?.(`the history store is ${lag}: ${fault.detail}`);
  }

  #state(lagRecords: number): HistoryState {
    if (this.#isStopped) return 'stopped';
    if (this.#isBusy) return 'busy';
    if (this.#fault !== null) {
      return this.#fault.kind === 'away' || this.#fault.kind === 'again' ? 'away' : 'refused';
    }
    if (this.#position === null) return 'starting';
    return lagRecords === 0 ? 'current' : 'behind';
  }

  #pause(ms: number): { readonly over: Promise<undefined>; readonly cancel: Cancel } {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    return { over: promise, cancel: this.#parts.clock.after(ms, () => resolve(undefined)) };
  }
}
