/**
 * `strikewire start`: runs the desk until told to stop.
 *
 * A first signal stops it in order; a second one at once, which is as safe and only less tidy.
 * SIGUSR2 halts it, for whoever has nothing but the number of the process.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isatty } from 'node:tty';
import type { ListenFault } from '#adapters/http/server.ts';
import { KeyFileDamaged } from '#adapters/key-file/key-store.ts';
import { JournalUnwritable } from '#journal/ports.ts';
import { Secret } from '#kernel/secret.ts';
import { formatApiKey } from '#operate/keys.ts';
import type { Config } from '../config.ts';
import { errorCode } from '../config.ts';
import { LOG_FILE } from '../data-files.ts';
import { type DeskApp, openDeskApp, type StartFault } from '../desk-app.ts';
import { readDeskFile } from '../desk-file.ts';
import { EXIT, type Exit } from '../exit-codes.ts';
import type { LaneDependencies } from '../lane/lane-context.ts';
import { openLogFile } from '../log-file.ts';
import { createLog, type Log } from '../logging.ts';
import { probePort } from '../port-probe.ts';
import { type Access, openAccess, type Served, serve } from '../serve.ts';
import { VERSION } from '../version.ts';
import { CommandFailed, type Io } from './io.ts';
import { watchDesk, welcome } from './watch.ts';

export async function runStart(
  config: Config,
  read: LaneDependencies['read'],
  io: Io,
): Promise<Exit> {
  await checkPort(config);
  prepareDirectory(config.data.directory);
  const access = openAccess(config);
  checkKeys(access, config.data.directory);
  const log = openLog(config, access, io);
  const opened = await openDeskApp({
    config,
    version: VERSION,
    read,
    roleOf: (actor) => access.roleOf(actor),
  });
  if (!opened.ok) throw startFailure(opened.error);
  const app = opened.value;
  const served = await serve({ app, config, access, log });
  if (!served.ok) {
    await app.stop('the port could not be opened');
    throw listenFailure(served.error);
  }
  return run({ app, config, served: served.value, log }, io);
}

interface Running {
  readonly app: DeskApp;
  readonly config: Config;
  readonly served: Served;
  readonly log: Log;
}

async function run({ app, config, served, log }: Running, io: Io): Promise<Exit> {
  // A terminal that is held, or gone, must not hold up the desk.
  io.detach();
  const ended = endOf(app, io);
  await welcome({ app, config, url: served.url }, io);
  watchDesk(app, io);
  await app.start();
  log.info({ url: served.url, version: VERSION, directory: app.directory }, 'desk.started');
  const end = await ended;
  log.info({ reason: end.reason }, 'desk.stopping');
  if (end.exit === 'done') io.note(`\nStopping (${end.reason}); working entries are taken back…\n`);
  await served.close();
  await stopDesk(app, end);
  return finish(end, io);
}

/** Without a journal the desk takes its entries back and ends; there is nothing left to record. */
async function stopDesk(app: DeskApp, { exit, reason }: End): Promise<void> {
  try {
    await app.stop(reason);
  } catch (error) {
    if (exit !== 'journal_unwritable' || !(error instanceof JournalUnwritable)) throw error;
  }
}

interface End {
  readonly exit: Exit;
  readonly reason: string;
}

/** Resolves when the desk is to end: a signal, or a journal that takes nothing more. */
async function endOf(app: DeskApp, io: Io): Promise<End> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (asked) leaveAtOnce(io);
        asked = true;
        resolve({ exit: 'done', reason: signal });
      });
    }
    process.on('SIGUSR2', () => app.desk.raise('HALT', 'the signal SIGUSR2'));
    // Without a listener Node opens its debugger to everybody on this machine.
    process.on('SIGUSR1', () => undefined);
    app.journal.onFault((fault) => resolve({ exit: 'journal_unwritable', reason: fault }));
    // Who was waiting for a record learns of the fault too; it has been taken care of above.
    process.on('unhandledRejection', (error) => {
      if (!(error instanceof JournalUnwritable)) throw error;
    });
  });
}

/** The record is whole at every instant: leaving in the middle of a stop is safe, only not done. */
function leaveAtOnce(io: Io): never {
  io.note('Left at once: an entry may still be working. The next start looks after it.\n');
  process.exit(EXIT.refused.code);
}

function finish({ exit, reason }: End, io: Io): Exit {
  if (exit === 'done') io.note('Stopped. The record is complete.\n');
  else io.note(`The desk stopped itself: ${reason}.\n${EXIT[exit].remedy}\n`);
  return exit;
}

function prepareDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    const why = `cannot be made (${errorCode(error)}): choose another with --data`;
    throw new CommandFailed('journal_unwritable', `The data directory ${directory} ${why}.`);
  }
}

/** A key file that does not read lets nobody in: better known now than when somebody must act. */
function checkKeys({ store, localKey }: Access, directory: string): void {
  try {
    store.find(localKey.id);
  } catch (error) {
    if (!(error instanceof KeyFileDamaged)) {
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
async function checkPort({ data, http }: Config): Promise<void> {
  if (readDeskFile(data.directory).kind !== 'none') return;
  const fault = await probePort(http.host, http.port);
  if (fault !== 'EADDRINUSE') return;
  throw listenFailure({ kind: 'port_in_use', detail: `${http.host}:${http.port} is taken` });
}

/** To stderr; to a file when a person watches, so that the terminal stays readable. */
function openLog({ log, data, secrets }: Config, { localKey }: Access, io: Io): Log {
  const watched = io.isTerminal && isatty(2);
  const toFile = log.destination === 'file' || (log.destination === 'auto' && watched);
  const write = toFile
    ? openLogFile(join(data.directory, LOG_FILE))
    : (line: string) => io.note(line);
  return createLog({
    level: log.level,
    secrets: [
      new Secret(formatApiKey(localKey)),
      ...(secrets.adminKey === null ? [] : [secrets.adminKey]),
    ],
    write,
  });
}

function startFailure(fault: StartFault): CommandFailed {
  switch (fault.kind) {
    case 'locked': {
      const isHeld = fault.fault.kind === 'held' || fault.fault.kind === 'unclear';
      return new CommandFailed(
        isHeld ? 'directory_locked' : 'journal_unwritable',
        fault.fault.detail,
      );
    }
    case 'journal':
      return new CommandFailed(
        fault.fault.kind === 'disk' ? 'journal_unwritable' : 'journal_damaged',
        `The journal cannot be opened: ${fault.fault.detail}`,
      );
    case 'damaged':
      return new CommandFailed('journal_damaged', `The journal is damaged: ${fault.detail}`);
    case 'clock':
      return new CommandFailed('refused', fault.fault.detail);
    case 'broker':
      return new CommandFailed('refused', `The simulated broker cannot open: ${fault.detail}.`);
    case 'directory':
      return new CommandFailed('journal_unwritable', `The desk cannot use ${fault.detail}`);
  }
}

function listenFailure({ kind, detail }: ListenFault): CommandFailed {
  if (kind === 'port_in_use') {
    const hint = 'Stop that program, or choose another port with --port (0 takes any free one).';
    return new CommandFailed('port_in_use', `${detail}. ${hint}`);
  }
  return new CommandFailed('refused', `${detail}.`);
}
