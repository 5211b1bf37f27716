/** Many seeds over several threads, and what they come to together. */
import { Worker } from 'node:worker_threads';
import type { Answer, Assignment } from './batch-worker.ts';
import type { Violation } from './model.ts';

export interface BatchRequest {
  readonly from: number;
  /** `Infinity`: until it is enough. */
  readonly seeds: number;
  /** Whether no more seeds are wanted; asked whenever a thread has done with some. */
  readonly isEnough?: (batch: Batch) => boolean;
  readonly threads: number;
  /** Multiplies the rates of all faults. */
  readonly faults: number;
  /** Every seed is run twice: the two must be the same to the last event. */
  readonly twice: boolean;
  readonly onProgress?: (batch: Batch) => void;
}

export interface FailedSeed {
  readonly seed: number;
  readonly violations: readonly Violation[];
}

export interface Batch {
  seeds: number;
  lifecycles: number;
  crashes: number;
  ambiguous: number;
  messageFaults: number;
  /** Seeds that were not the same when they were repeated. */
  readonly differing: number[];
  readonly failed: FailedSeed[];
  readonly marks: Map<string, number>;
  /** Of the whole batch, in whatever order its seeds were run. */
  traceHash: string;
  wallMs: number;
  /** Of all threads of this process. */
  cpuMs: number;
}

/** Room for the short-lived values of a world: with less, many are copied before they die. */
const resourceLimits = { maxYoungGenerationSizeMb: 96 };
/** Seeds given to a thread at a time. */
const CHUNK = 20;

export async function runBatch(request: BatchRequest): Promise<Batch> {
  const { from, seeds, threads } = request;
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  const batch: Batch = {
    seeds: 0,
    lifecycles: 0,
    crashes: 0,
    ambiguous: 0,
    messageFaults: 0,
    differing: [],
    failed: [],
    marks: new Map(),
    traceHash: '0'.repeat(16),
    wallMs: 0,
    cpuMs: 0,
  };
  const chunks = chunksOf(from, seeds, () => request.isEnough?.(batch) ?? false);
  await Promise.all(
    Array.from({ length: threads }, () => work(request, chunks, (answer) => take(batch, answer))),
  );
  const cpu = process.cpuUsage(cpuBefore);
  batch.cpuMs = (cpu.user + cpu.system) / 1_000;
  batch.wallMs = Math.round(performance.now() - startedAt);
  batch.failed.sort((a, b) => a.seed - b.seed);

  function take(into: Batch, answer: Answer): void {
    add(into, answer);
    into.wallMs = Math.round(performance.now() - startedAt);
    request.onProgress?.(into);
  }
  return batch;
}

type Chunk = Pick<Assignment, 'from' | 'seeds'>;

/** Shared by all threads: each takes the next. */
function* chunksOf(from: number, seeds: number, isEnough: () => boolean): Generator<Chunk> {
  for (let at = 0; at < seeds && !isEnough(); at += CHUNK) {
    yield { from: from + at, seeds: Math.min(CHUNK, seeds - at) };
  }
}

/** One thread: takes a chunk, does it, takes the next. */
async function work(
  { faults, twice }: BatchRequest,
  chunks: Iterator<Chunk>,
  take: (answer: Answer) => void,
): Promise<void> {
  const worker = new Worker(new URL('./batch-worker.ts', import.meta.url), { resourceLimits });
  try {
    for (let chunk = chunks.next(); !chunk.done; chunk = chunks.next()) {
      take(await answerTo(worker, { ...chunk.value, faults, twice }));
    }
  } finally {
    await worker.terminate();
  }
}

function answerTo(worker: Worker, assignment: Assignment): Promise<Answer> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (answer: Answer) => {
      worker.removeAllListeners('error');
      resolve(answer);
    });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
    worker.postMessage(assignment);
  });
}

function add(batch: Batch, answer: Answer): void {
  batch.seeds += answer.seeds;
  batch.lifecycles += answer.lifecycles;
  batch.crashes += answer.crashes;
  batch.ambiguous += answer.ambiguous;
  batch.messageFaults += answer.messageFaults;
  batch.differing.push(...answer.differing);
  batch.failed.push(...answer.failed);
  for (const [mark, times] of answer.marks) {
    batch.marks.set(mark, (batch.marks.get(mark) ?? 0) + times);
  }
  for (const hash of answer.hashes) batch.traceHash = combined(batch.traceHash, hash);
}

function combined(a: string, b: string): string {
  return (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(16).padStart(16, '0');
}
