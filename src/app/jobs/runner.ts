/**
 * Runs the jobs of a desk, one at a time, each on record when it begins and when it ends.
 *
 * In    the record (which keys have run), the clock, and the work of each job this desk has.
 * Rule  looks again and again instead of setting timers: a machine that slept, a clock that was set
 *       and a start all come out the same. Nothing here is waited for by an order.
 */
import { type Journal, JournalUnwritable } from '#journal/ports.ts';
import { failureText } from '#kernel/text.ts';
import { type Cancel, type Clock, formatInstant } from '#kernel/time.ts';
import { isZoneKnown } from '#market/session.ts';
import type { JobView } from '#operate/api/answers.ts';
import { decideJob, type JobDecision } from '#operate/jobs/decide.ts';
import type { JobMemory, JobRun } from '#operate/jobs/memory.ts';
import type { JobsSettings } from '#operate/jobs/settings.ts';
import { JOB_NAMES, JOBS, type JobName } from '#operate/jobs/table.ts';
import type { ActOutcome, JobsControl, Timetable } from '#operate/ports.ts';
import type { Desk } from '#orders/desk.ts';
import type { JobOutcome } from '#orders/model.ts';
import type { JobFigures } from './job-metrics.ts';

/** What a job has done, for the record. */
export interface WorkDone {
  readonly detail: string;
  readonly figures: Readonly<Record<string, number>>;
}

/** Throws `WorkFailed` when it could not be done; ends early once the signal is given. */
export type Work = (signal: AbortSignal) => Promise<WorkDone>;

/** A job could not be done, with what to do about it. */
export class WorkFailed extends Error {
  override readonly name = 'WorkFailed';
}

export interface JobsParts {
  readonly clock: Clock;
  readonly desk: Pick<Desk, 'record' | 'incident'>;
  readonly memory: JobMemory;
  readonly timetable: Timetable;
  readonly settings: JobsSettings;
  readonly journal: Pick<Journal, 'health'>;
}

interface Underway {
  readonly name: JobName;
  readonly stop: AbortController;
  readonly over: Promise<void>;
}

const LOOK_EVERY_MS = 30_000;

export class Jobs implements JobsControl {
  readonly #parts: JobsParts;
  readonly #work = new Map<JobName, Work>();
  #underway: Underway | null = null;
  #cancel: Cancel | null = null;
  #stopped = false;

  constructor(parts: JobsParts) {
    this.#parts = parts;
  }

  /** Takes a job in; those without work are not there. */
  offer(name: JobName, work: Work): void {
    this.#work.set(name, work);
  }

  start(): void {
    if (this.#parts.settings.enabled) this.#look();
  }

  /** Nothing is begun any more; what is under way is told to end, and waited for. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    this.#underway?.stop.abort();
    await this.#underway?.over;
  }

  async run(name: string, actor: string, reason: string): Promise<ActOutcome> {
    const job = this.#offered().find((known) => known === name);
    if (job === undefined) {
      const names = this.#offered().join(', ');
      return {
        kind: 'refused',
        code: 'unknown_job',
        detail: `no job ${name}; there are: ${names}`,
      };
    }
    if (this.#stopped) return { kind: 'refused', code: 'stopping', detail: 'the desk is stopping' };
    if (this.#underway !== null) {
      const detail = `${this.#underway.name} is running: jobs run one at a time`;
      return { kind: 'refused', code: 'job_running', detail };
    }
    const why = reason === '' ? '' : ` (${reason})`;
    const key = `${job}@hand-${formatInstant(this.#parts.clock.now())}`;
    await this.#begin(job, { key, by: `${actor}${why}` });
    return { kind: 'done', detail: `${job} has begun` };
  }

  list(): readonly JobView[] {
    return this.#offered().map((name) => this.#viewOf(name));
  }

  /** For the metrics. */
  figures(): readonly JobFigures[] {
    const { clock, memory } = this.#parts;
    return this.#offered().map((name) => {
      const doneAt = memory.lastDone(name);
      return {
        name,
        lastDoneAgeMs: doneAt === null ? null : clock.now() - doneAt,
        lastTookMs: memory.runsOf(name).findLast(({ ended }) => ended !== null)?.ended?.ms ?? null,
        failures: memory.failuresOf(name),
      };
    });
  }

  #offered(): readonly JobName[] {
    return JOB_NAMES.filter((name) => this.#work.has(name));
  }

  /** Begins the first that is due; sees to it that somebody looks again. */
  #look(): void {
    if (this.#stopped) return;
    this.#cancel?.();
    this.#cancel = this.#parts.clock.after(LOOK_EVERY_MS, () => this.#look());
    if (this.#underway !== null || !this.#parts.journal.health().writable) return;
    for (const name of this.#offered()) {
      const decision = this.#decide(name);
      if (decision.kind !== 'run') continue;
      void this.#begin(name, decision);
      return;
    }
  }

  #decide(name: JobName): JobDecision {
    const { clock, memory, timetable, settings } = this.#parts;
    const pattern = this.#patternOf(name);
    const question = { name, pattern, rule: JOBS[name], policy: settings, now: clock.now() };
    return decideJob(question, memory, timetable);
  }

  #patternOf(name: JobName): string | null {
    const { enabled, schedule } = this.#parts.settings;
    return enabled && schedule[name] !== 'never' ? schedule[name] : null;
  }

  /** Resolves once its beginning is on disk: from then on the key is taken, whatever happens. */
  async #begin(name: JobName, { key, by }: { readonly key: string; readonly by: string }) {
    const stop = new AbortController();
    const { clock, desk } = this.#parts;
    const started = Promise.withResolvers<void>();
    const over = (async () => {
      try {
        const body = { job: name, key, by, at: clock.now() };
        await desk.record([{ kind: 'job.started', body, actor: 'engine' }], 'sync').durable;
        started.resolve();
        await this.#carryOut(name, key, stop);
      } catch (error) {
        started.resolve();
        // Then the desk is ending over it, and the next start finds the job interrupted.
        if (error instanceof JournalUnwritable) return;
        desk.incident('job_failed', `${name}: ${failureText(error)}`);
      }
    })();
    this.#underway = { name, stop, over };
    void over.finally(() => {
      this.#underway = null;
      if (this.#parts.settings.enabled) this.#look();
    });
    await started.promise;
  }

  async #carryOut(name: JobName, key: string, stop: AbortController): Promise<void> {
    const { clock, desk, settings } = this.#parts;
    const from = clock.mono();
    const undo = clock.after(settings.timeoutMs, () => stop.abort());
    const result = await this.#attempt(name, stop.signal);
    undo();
    const ms = Math.round(clock.mono() - from);
    const body = { job: name, key, ...result, ms, at: clock.now() };
    await desk.record([{ kind: 'job.ended', body, actor: 'engine' }], 'sync').durable;
    if (result.outcome === 'failed') this.#tell(name, result.detail);
  }

  async #attempt(name: JobName, signal: AbortSignal): Promise<WorkDone & Ending> {
    try {
      const work = this.#work.get(name);
      if (work === undefined) throw new WorkFailed('this desk has no such job');
      return { outcome: 'done', ...(await Promise.race([work(signal), abortOf(signal)])) };
    } catch (error) {
      const outcome = signal.aborted ? 'interrupted' : 'failed';
      const took = `not over after ${this.#parts.settings.timeoutMs / 1_000} s`;
      const why = this.#stopped ? 'the desk is stopping' : took;
      return { outcome, detail: signal.aborted ? why : wordsOf(error), figures: {} };
    }
  }

  #tell(name: JobName, detail: string): void {
    const { memory, settings, desk } = this.#parts;
    const failures = memory.failuresOf(name);
    if (failures === 0 || failures % settings.failuresMax !== 0) return;
    desk.incident('job_failed', `${name} failed ${failures} times in a row: ${detail}`);
  }

  #viewOf(name: JobName): JobView {
    const { clock, memory, timetable } = this.#parts;
    const pattern = this.#patternOf(name);
    const now = clock.now();
    const next = pattern === null || !isZoneKnown(now) ? null : timetable.next(pattern, now);
    const decision = this.#decide(name);
    const nextAt = decision.kind === 'wait' ? decision.until : next;
    const last = memory.runsOf(name).at(-1);
    return {
      name,
      description: JOBS[name].does,
      schedule: pattern,
      nextAt: nextAt === null ? null : formatInstant(nextAt),
      running: this.#underway?.name === name,
      last: last === undefined ? null : lastOf(last),
    };
  }
}

/** Work that does not listen to the signal is left behind. */
async function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new WorkFailed('ended')), { once: true });
  });
}

function wordsOf(error: unknown): string {
  return failureText(error instanceof WorkFailed ? error.message : error);
}

interface Ending {
  readonly outcome: JobOutcome;
}

function lastOf({ startedAt, ended, by }: JobRun): NonNullable<JobView['last']> {
  return {
    startedAt: formatInstant(startedAt),
    finishedAt: ended === null ? null : formatInstant(ended.at),
    outcome: ended?.outcome ?? 'running',
    detail: ended?.detail ?? '',
    by,
  };
}
