/** One mutant in a thread of its own: hunted, and the verdict sent back. */
import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { mutantNamed } from './catalogue.ts';
import { loadInstead } from './hook.ts';
import { hunt } from './hunt.ts';

const WorkSchema = z.object({
  /** `null` for the desk as it is. */
  name: z.string().nullable(),
  from: z.int(),
  to: z.int(),
});

// Each worker would compile the whole desk anew.
enableCompileCache();
const { name, ...seeds } = WorkSchema.parse(workerData);
if (name !== null) loadInstead(mutantNamed(name));
// Only now: what was imported before the hook is the desk as it is.
const { simulate } = await import('../simulate.ts');
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
parentPort?.postMessage(await hunt(simulate, seeds));
