/** The thread snapshots are taken and old records verified in: the desk's own is for trading. */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { runTask, TaskSchema } from './tasks.ts';

/** A third of the share of a thread that trades, where there are more than cores. */
const NICE = 5;

// Linux gives each thread a priority of its own: elsewhere the whole desk would get this one.
if (process.platform === 'linux') setPriority(NICE);
const outcome = await runTask(TaskSchema.parse(workerData));
parentPort?.postMessage(outcome, []);
