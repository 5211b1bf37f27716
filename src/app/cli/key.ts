/** `strikewire key create`: an API key, shown once. */
import { dirname, join } from 'node:path';
import { createKeyFileStore, KeyFileDamaged } from '#adapters/key-file/key-store.ts';
import { createSystemClock } from '#kernel/time.ts';
import type { Role } from '#operate/model.ts';
import { createKey } from '../access.ts';
import { type Config, errorCode } from '../config.ts';
import { KEY_FILE } from '../data-files.ts';
import type { Exit } from '../exit-codes.ts';
import { makeDirectory } from '../make-directory.ts';
import { noteOutside } from '../outside-acts.ts';
import { CommandFailed, type Io } from './io.ts';

export async function runKeyCreate(config: Config, role: Role, io: Io): Promise<Exit> {
  const path = join(config.data.directory, KEY_FILE);
  const key = makeKey(path, role);
  io.note(`A key for the role ${role}; only its digest is stored, so keep it now:\n`);
  await io.print(`${key}\n`);
  return 'done';
}

function makeKey(path: string, role: Role): string {
  try {
    const directory = dirname(path);
    makeDirectory(directory);
    noteOutside(directory, `make a key for the role ${role}`, '');
    const made = createKey(createKeyFileStore(path), { role, now: createSystemClock().now() });
    noteOutside(directory, `made key ${made.record.id}`, '');
    return made.key;
  } catch (error) {
    if (error instanceof KeyFileDamaged) throw new CommandFailed('refused', error.message);
    const code = errorCode(error);
    if (code === 'EEXIST') {
      const hint = `If no other command is making one, remove ${path}.new.`;
      throw new CommandFailed('refused', `Another key is being made right now. ${hint}`);
    }
    if (code.startsWith('E'))
      throw new CommandFailed('refused', `${path} cannot be written (${code}).`);
    throw error;
  }
}
