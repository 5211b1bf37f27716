/** The embedded database as seen from outside its thread: questions go over, answers come back. */
import { mkdir } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { FromDatabase, ToDatabase } from './pglite-messages.ts';
import { type Answer, StoreRefusal } from './session.ts';

/** A busy machine takes its time to make one, and nothing waits for it. */
const OPEN_MS = 180_000;
const CLOSE_MS = 5_000;

/** An error as the database gave it. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

type Message<M> = M extends unknown ? Omit<M, 'id'> : never;

export class Database {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, (answer: Answer | Error) => void>();
  #lastId = 0;
  #ended: Error | null = null;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (message: FromDatabase) => this.#hear(message));
    worker.on('error', (error: Error) => this.#end(error));
    worker.on('exit', () => this.#end(new Error('Connection terminated: the thread has ended')));
  }

  /** Opens what the directory holds, or makes it. */
  static async open(directory: string): Promise<Database> {
    await mkdir(directory, { recursive: true });
    const worker = new Worker(new URL('pglite-worker.ts', import.meta.url), {
      workerData: directory,
    });
    const damaged = (detail: string): StoreRefusal =>
      new StoreRefusal(
        'damaged',
        `The embedded database in ${directory} cannot be opened (${detail}). It holds only what the ` +
          'journal holds: `strikewire rebuild` throws it away and fills a new one.',
      );
    const opened = Promise.withResolvers<undefined>();
    const late = setTimeout(() => opened.reject(damaged(`no answer in ${OPEN_MS} ms`)), OPEN_MS);
    worker.once('message', (message: FromDatabase) => {
      if (message.kind === 'unopened') opened.reject(damaged(message.detail));
      else opened.resolve(undefined);
    });
    worker.once('error', (error: Error) => opened.reject(damaged(error.message)));
    worker.once('exit', () => opened.reject(damaged('its thread ended')));
    try {
      await opened.promise;
      return new Database(worker);
    } catch (error) {
      await worker.terminate();
      throw error;
    } finally {
      clearTimeout(late);
    }
  }

  get hasEnded(): boolean {
    return this.#ended !== null;
  }

  async ask(message: Message<ToDatabase>): Promise<Answer> {
    if (this.#ended !== null) throw this.#ended;
    this.#lastId += 1;
    const id = this.#lastId;
    const { promise, resolve } = Promise.withResolvers<Answer | Error>();
    this.#waiting.set(id, resolve);
    this.#worker.postMessage({ ...message, id }, []);
    const answer = await promise;
    if (answer instanceof Error) throw answer;
    return answer;
  }

  async close(): Promise<void> {
    if (this.#ended === null) {
      const late = new Promise<undefined>((resolve) => {
        setTimeout(() => resolve(undefined), CLOSE_MS).unref();
      });
      await Promise.race([this.ask({ kind: 'close' }).catch(() => undefined), late]);
    }
    await this.#worker.terminate();
  }

  #hear(message: FromDatabase): void {
    if (message.kind !== 'answered' && message.kind !== 'failed') return;
    const resolve = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.kind === 'failed') resolve?.(new DatabaseError(message.code, message.detail));
    else resolve?.({ rows: message.rows, affected: message.affected, command: '' });
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const resolve of this.#waiting.values()) resolve(this.#ended);
    this.#waiting.clear();
  }
}
