/**
 * The whole record, read in a thread of its own: started when first asked, let go when nobody asks.
 *
 * Promises
 * 1. However long the record, the desk's own thread does nothing but pass answers on.
 * 2. A few questions at a time: what is one too many is refused at once.
 * 3. A question that nobody waits for any more is given up.
 */
import { Worker } from 'node:worker_threads';
import type { Journal } from '#journal/ports.ts';
import type { Cancel, Clock } from '#kernel/time.ts';
import type { Answers, FromThread, Question, ToThread } from './questions.ts';

export interface RecordReader {
  /** Rejects with `RecordUnread` when it cannot be answered. */
  ask<Kind extends Question['kind']>(
    question: Extract<Question, { readonly kind: Kind }>,
    onProgress?: (records: number) => void,
  ): Promise<Answers[Kind]>;
  /** JSON Lines, in pieces. */
  lines(question: Extract<Question, { readonly kind: 'export' }>): AsyncIterable<string>;
  close(): Promise<void>;
}

/** busy: ask again later · failed: the record could not be read, in words. */
export class RecordUnread extends Error {
  override readonly name = 'RecordUnread';
  readonly why: 'busy' | 'failed';

  constructor(why: 'busy' | 'failed', detail: string) {
    super(detail);
    this.why = why;
  }
}

const AT_ONCE_MAX = 8;
const IDLE_MS = 60_000;
const THREAD = new URL('thread.ts', import.meta.url);

interface Waiting {
  progress(records: number): void;
  lines(text: string): void;
  answer(value: unknown): void;
  failed(error: RecordUnread): void;
}

interface Parts {
  readonly directory: string;
  readonly journal: Pick<Journal, 'health'>;
  readonly clock: Clock;
}

export function createRecordReader(parts: Parts): RecordReader {
  const thread = createThread(parts);

  function ask(question: Question, waiting: Omit<Waiting, 'failed' | 'answer'>): Asked {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const id = thread.begin(question, { ...waiting, answer: resolve, failed: reject });
    return { id, answer: promise };
  }

  return {
    async ask(question, onProgress = () => undefined) {
      const { answer } = ask(question, { progress: onProgress, lines: () => undefined });
      return answerOf(question.kind, await answer);
    },
    async *lines(question) {
      const pieces: string[] = [];
      let wake: () => void = () => undefined;
      let isOver = false;
      const { id, answer } = ask(question, {
        progress: () => undefined,
        lines(text) {
          pieces.push(text);
          wake();
        },
      });
      const ended = answer.finally(() => {
        isOver = true;
        wake();
      });
      // Looked at below; not before the last piece is out.
      ended.catch(() => undefined);
      try {
        while (!isOver || pieces.length > 0) {
          const piece = pieces.shift();
          if (piece === undefined) {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
            continue;
          }
          yield piece;
          thread.tell({ id, go: true });
        }
        await ended;
      } finally {
        if (!isOver) thread.tell({ id, stop: true });
      }
    },
    close: () => thread.close(),
  };
}

interface Asked {
  readonly id: number;
  readonly answer: Promise<unknown>;
}

/** The thread runs this program's own code: what it answers is of the kind that was asked. */
function answerOf<Kind extends Question['kind']>(_: Kind, value: unknown): Answers[Kind];
function answerOf(_: Question['kind'], value: unknown): unknown {
  return value;
}

function createThread({ directory, journal, clock }: Parts) {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let lastId = 0;
  let stopIdling: Cancel = () => undefined;

  function open(): Worker {
    const made = new Worker(THREAD, { workerData: { directory } });
    made.unref();
    made.on('message', hear);
    made.on('error', (error: unknown) => fail(made, String(error)));
    made.on('exit', (code) => fail(made, `the thread ended with code ${code}`));
    return made;
  }

  function fail(ended: Worker, detail: string): void {
    if (worker !== ended) return;
    worker = null;
    for (const one of waiting.values()) one.failed(new RecordUnread('failed', detail));
    waiting.clear();
  }

  function hear(message: FromThread): void {
    const one = waiting.get(message.id);
    if (one === undefined) return;
    if (message.kind === 'progress') one.progress(message.records);
    if (message.kind === 'lines') one.lines(message.text);
    if (message.kind === 'progress' || message.kind === 'lines') return;
    waiting.delete(message.id);
    if (message.kind === 'answer') one.answer(message.value);
    else one.failed(new RecordUnread('failed', message.detail));
    if (waiting.size === 0) stopIdling = clock.after(IDLE_MS, () => void close());
  }

  async function close(): Promise<void> {
    stopIdling();
    const ended = worker;
    if (ended === null) return;
    fail(ended, 'the desk stops');
    await ended.terminate();
  }

  return {
    close,
    begin(ask: Question, one: Waiting): number {
      if (waiting.size >= AT_ONCE_MAX) {
        one.failed(new RecordUnread('busy', 'the record is being read for others; ask again'));
        return 0;
      }
      stopIdling();
      worker ??= open();
      lastId += 1;
      waiting.set(lastId, one);
      const message: ToThread = { id: lastId, ask, toSeq: journal.health().durableSeq };
      worker.postMessage(message, []);
      return lastId;
    },
    tell(message: ToThread): void {
      worker?.postMessage(message, []);
    },
  };
}
