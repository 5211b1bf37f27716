/**
 * `strikewire operator …`: people who log in at the page. Written to the data directory itself, so
 * that it works with the desk stopped; a running desk sees it at once.
 */

import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { isatty } from 'node:tty';
import { createOperatorFileStore, OperatorFileDamaged } from '#adapters/key-file/operator-store.ts';
import { createSystemClock, formatInstant } from '#kernel/time.ts';
import { OPERATOR_NAME, PASSWORD } from '#operate/api/access.ts';
import type { OperatorRecord, Role } from '#operate/model.ts';
import type { OperatorStore } from '#operate/ports.ts';
import { type Config, errorCode } from '../config.ts';
import { OPERATOR_FILE } from '../data-files.ts';
import type { Exit } from '../exit-codes.ts';
import { makeDirectory } from '../make-directory.ts';
import { noteOutside } from '../outside-acts.ts';
import { hashPassword, newPassword } from '../people/passwords.ts';
import { CommandFailed, type Io } from './io.ts';

export interface OperatorAdd {
  readonly name: string;
  readonly role: Role;
  /** Read a password instead of making one. */
  readonly ask: boolean;
  /** For the record. */
  readonly reason: string;
}

export async function runOperatorAdd(
  config: Config,
  { name, role, ask, reason }: OperatorAdd,
  io: Io,
): Promise<Exit> {
  const store = storeOf(config);
  const checked = OPERATOR_NAME.safeParse(name);
  if (!checked.success) {
    const expected = checked.error.issues[0]?.message ?? '';
    throw new CommandFailed('usage', `name: ${expected}, was "${name}".`);
  }
  if (guarded(config, () => store.find(name)) !== null) {
    const hint = `\`strikewire operator password ${name}\` gives a new password.`;
    throw new CommandFailed('refused', `There is an operator ${name} already. ${hint}`);
  }
  const password = ask ? await askPassword(io) : newPassword();
  const kept = { name, role, totp: null, recovery: [], createdAt: createSystemClock().now() };
  const digest = await hashPassword(password);
  guarded(config, () => {
    noteOutside(config.data.directory, `add operator ${name} as ${role}`, reason);
    store.put({ ...kept, password: digest });
  });
  io.note(`${name} may log in with the role ${role}.\n`);
  if (!ask) await showPassword(password, io);
  return 'done';
}

/** A new password; the person's sessions end. */
export async function runOperatorPassword(
  config: Config,
  { name, ask, reason }: Omit<OperatorAdd, 'role'>,
  io: Io,
): Promise<Exit> {
  const store = storeOf(config);
  existing(config, store, name);
  const password = ask ? await askPassword(io) : newPassword();
  const digest = await hashPassword(password);
  // As it is by now: a role may have been taken while the password was typed.
  const found = existing(config, store, name);
  guarded(config, () => {
    noteOutside(config.data.directory, `change operator ${name}: a new password`, reason);
    store.put({ ...found, password: digest });
  });
  io.note(`${name} has a new password; sessions under the old one have ended.\n`);
  if (!ask) await showPassword(password, io);
  return 'done';
}

export async function runOperatorRemove(
  config: Config,
  { name, reason }: Pick<OperatorAdd, 'name' | 'reason'>,
  io: Io,
): Promise<Exit> {
  const store = storeOf(config);
  existing(config, store, name);
  guarded(config, () => {
    noteOutside(config.data.directory, `remove operator ${name}`, reason);
    store.remove(name);
  });
  io.note(`${name} may not log in any more; their sessions have ended.\n`);
  return 'done';
}

export async function runOperatorList(
  config: Config,
  { json }: { readonly json: boolean },
  io: Io,
): Promise<Exit> {
  for (const { name, role, totp, createdAt } of guarded(config, () => storeOf(config).list())) {
    const shown = { name, role, totp: totp !== null, createdAt: formatInstant(createdAt) };
    const factor = shown.totp ? 'second factor' : 'password alone';
    const line = `${name.padEnd(20)} ${role.padEnd(10)} ${factor.padEnd(16)} ${shown.createdAt}`;
    await io.print(`${json ? JSON.stringify(shown) : line}\n`);
  }
  return 'done';
}

async function showPassword(password: string, io: Io): Promise<void> {
  io.note('Only its digest is stored, so hand it over now:\n');
  await io.print(`${password}\n`);
}

function existing(config: Config, store: OperatorStore, name: string): OperatorRecord {
  const found = guarded(config, () => store.find(name));
  if (found !== null) return found;
  throw new CommandFailed('refused', `There is no operator ${name}.`);
}

/** From a terminal without showing it; else the first line. */
async function askPassword(io: Io): Promise<string> {
  const isTyped = isatty(0);
  if (isTyped) io.note('Password (at least 12 characters): ');
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = isTyped ? { output: silent, terminal: true } : {};
  const lines = createInterface({ input: process.stdin, ...terminal });
  const line = await lines[Symbol.asyncIterator]().next();
  lines.close();
  if (isTyped) io.note('\n');
  const password = PASSWORD.safeParse(line.done === true ? '' : line.value);
  if (password.success) return password.data;
  throw new CommandFailed('usage', `password: ${password.error.issues[0]?.message ?? ''}.`);
}

function storeOf(config: Config): OperatorStore {
  const path = join(config.data.directory, OPERATOR_FILE);
  guarded(config, () => makeDirectory(dirname(path)));
  return createOperatorFileStore(path);
}

function guarded<T>({ data }: Config, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof OperatorFileDamaged) throw new CommandFailed('refused', error.message);
    const code = errorCode(error);
    const path = join(data.directory, OPERATOR_FILE);
    if (code === 'EEXIST') {
      const hint = `If no other command is at it, remove ${path}.new.`;
      throw new CommandFailed('refused', `The operators are being changed right now. ${hint}`);
    }
    if (code.startsWith('E')) {
      throw new CommandFailed('refused', `${path} cannot be used (${code}).`);
    }
    throw error;
  }
}
