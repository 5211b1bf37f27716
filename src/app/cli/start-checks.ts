/** What every start looks at first, and what it says when it cannot go on. */
import { join } from 'node:path';
import { isatty } from 'node:tty';
import type { ListenFault } from '#adapters/http/server.ts';
import { KeyFileDamaged } from '#adapters/key-file/key-store.ts';
import { OperatorFileDamaged } from '#adapters/key-file/operator-store.ts';
import { Secret } from '#kernel/secret.ts';
import { formatApiKey } from '#operate/keys.ts';
import type { Access } from '../access.ts';
import type { Config } from '../config.ts';
import { errorCode } from '../config.ts';
import { LOG_FILE } from '../data-files.ts';
import { readDeskFile } from '../desk-file.ts';
import { openLogFile } from '../log-file.ts';
import { createLog, type Log } from '../logging.ts';
import { makeDirectory } from '../make-directory.ts';
import { probePort } from '../port-probe.ts';
import { givenSecrets } from '../secrets.ts';
import { CommandFailed, type Io } from './io.ts';

export function prepareDirectory(directory: string): void {
  try {
    makeDirectory(directory);
  } catch (error) {
    const why = `cannot be made (${errorCode(error)}): choose another with --data`;
    throw new CommandFailed('journal_unwritable', `The data directory ${directory} ${why}.`);
  }
}

/** A key file that does not read lets nobody in: better known now than when somebody must act. */
export function checkKeys({ keys, operators, localKey }: Access, directory: string): void {
  try {
    keys.find(localKey.id);
    operators.list();
  } catch (error) {
    if (!(error instanceof KeyFileDamaged || error instanceof OperatorFileDamaged)) {
      const why = `cannot be used by this user (${errorCode(error)})`;
      throw new CommandFailed('journal_unwritable', `The data directory ${directory} ${why}.`);
    }
    const remedy = 'Restore it, or remove it and make new keys with `strikewire key create`.';
    throw new CommandFailed('refused', `${error.message}. ${remedy}`);
  }
}

/**
 * Before anything is opened: a taken port is then the only thing that happened. Where a desk seems
 * to run already, the lock of the directory has the better explanation.
 */
export async function checkPort({ data, http }: Config): Promise<void> {
  if (readDeskFile(data.directory).kind !== 'none') return;
  const fault = await probePort(http.host, http.port);
  if (fault !== 'EADDRINUSE') return;
  throw listenFailure({ kind: 'port_in_use', detail: `${http.host}:${http.port} is taken` });
}

/** To stderr; to a file when a person watches, so that the terminal stays readable. */
export function openLog({ log, data, secrets }: Config, { localKey }: Access, io: Io): Log {
  const watched = io.isTerminal && isatty(2);
  const toFile = log.destination === 'file' || (log.destination === 'auto' && watched);
  const write = toFile
    ? openLogFile(join(data.directory, LOG_FILE))
    : (line: string) => io.note(line);
  return createLog({
    level: log.level,
    secrets: [new Secret(formatApiKey(localKey)), ...givenSecrets(secrets)],
    write,
  });
}

export function listenFailure({ kind, detail }: ListenFault): CommandFailed {
  if (kind === 'port_in_use') {
    const hint = 'Stop that program, or choose another port with --port (0 takes any free one).';
    return new CommandFailed('port_in_use', `${detail}. ${hint}`);
  }
  return new CommandFailed('refused', `${detail}.`);
}
