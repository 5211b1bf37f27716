/** Tasks on the data directory, each in a thread of its own. */
import { Worker } from 'node:worker_threads';
import { type Outcome, OutcomeSchema, type Task } from './tasks.ts';

export interface Background {
  /** Resolves with what came of it; `failed` also when it was stopped. Never rejects. */
  run(task: Task): Promise<Outcome>;
  /** Ends what is under way: nothing half done is left behind. */
  stop(): Promise<void>;
}

const WORKER = new URL('worker.ts', import.meta.url);

export function createBackground(): Background {
  const running = new Set<Worker>();
  return {
    async run(task) {
      const worker = new Worker(WORKER, { workerData: task });
      running.add(worker);
      const outcome = await outcomeOf(worker);
      running.delete(worker);
      return outcome;
    },
    async stop() {
      await Promise.all([...running].map((worker) => worker.terminate()));
    },
  };
}

function outcomeOf(worker: Worker): Promise<Outcome> {
  return new Promise((resolve) => {
    const failed = (detail: string): void => resolve({ kind: 'failed', detail });
    worker.once('message', (message: unknown) => {
      const outcome = OutcomeSchema.safeParse(message);
      if (outcome.success) resolve(outcome.data);
      else failed('the thread answered something else');
    });
    worker.once('error', (error: unknown) => failed(String(error)));
    worker.once('exit', (code) => failed(`the thread ended with code ${code}`));
  });
}
