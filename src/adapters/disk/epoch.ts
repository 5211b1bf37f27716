/** The run epoch: rises with every start of this data directory, part of every client order id. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DiskError } from '#journal/ports.ts';
import { diskError, errorCode } from './errors.ts';
import { replaceFile } from './files.ts';

/**
 * The number of this start: `by` above every earlier one and above `atLeast` (the largest the
 * journal knows), also when the file was lost. On disk before it is given; call it under the lock.
 */
export async function bumpEpoch(directory: string, atLeast = 0, by = 1): Promise<number> {
  const path = join(directory, 'epoch');
  const epoch = Math.max(await readEpoch(path), atLeast) + by;
  try {
    await replaceFile(path, `${epoch}\n`);
  } catch (error) {
    throw diskError(`write ${path}`, error);
  }
  return epoch;
}

async function readEpoch(path: string): Promise<number> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0;
    throw diskError(`read ${path}`, error);
  }
  if (/^\d{1,15}\n?$/.test(text)) return Number(text);
  // Starting over would give out order ids again that the broker has seen.
  throw new DiskError('failed', `${path}: expected a whole number, was ${JSON.stringify(text)}`);
}
