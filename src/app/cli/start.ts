/**
 * `strikewire start`: runs the desk until told to stop.
 *
 * A first signal stops it in order; a second one at once, which is as safe and only less tidy.
 * SIGUSR2 halts it, for whoever has nothing but the number of the process.
 */
import { randomInt } from 'node:crypto';
import { JournalUnwritable } from '#journal/ports.ts';
import { createRandom } from '#kernel/random.ts';
import { ok } from '#kernel/result.ts';
import { createSystemClock, formatInstant } from '#kernel/time.ts';
import { openAccess } from '../access.ts';
import { olderThanKnown } from '../backup/known.ts';
import { DeskBus } from '../bus/desk-bus.ts';
import { openBusStore } from '../bus/open-store.ts';
import { createSeal } from '../bus/seal.ts';
import { createCertificateLookup } from '../certify/certificate-of.ts';
import type { Config, readConfig } from '../config.ts';
import { backupDirectory } from '../data-files.ts';
import { type DeskApp, openDeskApp, type StartFault } from '../desk-app.ts';
import { EXIT, type Exit } from '../exit-codes.ts';
import { copiedFacts } from '../history/copied-facts.ts';
import { createDeskHistory, type DeskHistory } from '../history/desk-history.ts';
import { createHistoryStore } from '../history/open-store.ts';
import { offerHistoryWork } from '../jobs/history-work.ts';
import type { LaneDependencies } from '../lane/lane-context.ts';
import { liveQuotes } from '../live-quotes.ts';
import type { Log } from '../logging.ts';
import { type Served, type ServeRequest, serve } from '../serve.ts';
import { storeFigures } from '../store-figures.ts';
import { VERSION } from '../version.ts';
import { type End, endInOrder } from './ending.ts';
import { CommandFailed, type Io } from './io.ts';
import { checkKeys, checkPort, listenFailure, openLog, prepareDirectory } from './start-checks.ts';
import { watchDesk, welcome } from './watch.ts';

export async function runStart(
  given: Config,
  read: LaneDependencies['read'],
  io: Io,
  again?: () => ReturnType<typeof readConfig>,
): Promise<Exit> {
  const { run: roles } = given.roles;
  if (!roles.includes('desk')) return (await import('./start-api.ts')).runApi(given, io);
  const config = roles.includes('api') ? given : withoutApi(given);
  await checkPort(config);
  prepareDirectory(config.data.directory);
  await refuseOlderCopy(config);
  const access = openAccess(config);
  checkKeys(access, config.data.directory);
  const log = openLog(config, access, io);
  const opened = await openDeskApp({
    config,
    version: VERSION,
    read,
    roleOf: (actor) => access.roleOf(actor),
    certificate: createCertificateLookup(config, () => createSystemClock().now()),
    onTrouble: (detail) => log.warn({ detail }, 'chat.trouble'),
    onSnapshot: (event, fields) => log.info(fields, event),
    ...(again !== undefined && { reload: () => fitted(again(), roles) }),
  });
  if (!opened.ok) throw startFailure(opened.error);
  const app = opened.value;
  const history = await historyOf({ app, config, access, log });
  const bus = busOf(app, config);
  const served = await serve({
    ...{ app, config, access, log, history },
    bus: () => bus.figures(),
    flushBus: () => bus.flush(),
  });
  if (!served.ok) {
    await app.stop('the port could not be opened');
    throw listenFailure(served.error);
  }
  return run({ app, config, served: served.value, log, history, bus }, io);
}

/** As this process would run it. */
function fitted(read: ReturnType<typeof readConfig>, roles: Config['roles']['run']) {
  return read.ok && !roles.includes('api') ? ok(withoutApi(read.value)) : read;
}

/** The commands of its own machine reach it still, and nobody else. */
function withoutApi(config: Config): Config {
  return { ...config, http: { ...config.http, host: '127.0.0.1' } };
}

interface Running {
  readonly app: DeskApp;
  readonly config: Config;
  readonly served: Served;
  readonly log: Log;
  readonly history: DeskHistory | null;
  readonly bus: DeskBus;
}

async function run({ app, config, served, log, history, bus }: Running, io: Io): Promise<Exit> {
  // A terminal that is held, or gone, must not hold up the desk.
  io.detach();
  const ended = endOf(app, io);
  await welcome({ app, config, url: served.url }, io);
  watchDesk(app, io);
  if (history !== null) offerHistoryWork(app.jobs, history);
  app.alarms.lookAt(() => storeFigures(history, bus));
  await app.start();
  history?.start();
  const { redisUrl, rolesSecret } = config.secrets;
  // Other roles may ask where they can prove who they are.
  const isAsked = redisUrl !== null && rolesSecret !== null;
  bus.start(isAsked ? (act) => served.perform(act) : null);
  log.info({ url: served.url, version: VERSION, directory: app.directory }, 'desk.started');
  const end = await ended;
  log.info({ reason: end.reason }, 'desk.stopping');
  if (end.exit === 'done') io.note(`\nStopping (${end.reason}); working entries are taken back…\n`);
  const parts = {
    clock: createSystemClock(),
    close: async () => {
      await bus.turnAway();
      await served.close();
      await history?.close();
    },
    stopDesk: (reason: string) => app.stop(reason),
    closeRest: () => bus.close(),
    shutdownWaitMs: config.orders.shutdownWaitMs,
  };
  return finish(await endInOrder(parts, end), io);
}

async function historyOf({ app, config, access, log }: Omit<ServeRequest, 'history' | 'bus'>) {
  const store = await createHistoryStore(config);
  if (store === null) return null;
  return createDeskHistory({
    ...{ app, store, retention: config.stores.retention },
    random: createRandom(randomInt(2 ** 32)),
    facts: () => copiedFacts(config, access.keys),
    onEvent: (event, fields) => log.info(fields, event),
  });
}

/** By the machine's own clock, also where the desk's is shifted: others share the store. */
function busOf(app: DeskApp, { bus: settings, roles, secrets }: Config): DeskBus {
  const clock = createSystemClock();
  const random = createRandom(randomInt(2 ** 32));
  return new DeskBus({
    ...{ app, clock, random, requestAgeMsMax: roles.requestAgeMsMax },
    opened: openBusStore({ url: secrets.redisUrl, settings, clock, random }),
    seal: createSeal(secrets.rolesSecret),
    quotes: () => liveQuotes(app),
    status: () => ({
      ...app.readiness(),
      seq: app.journal.health().durableSeq,
      clock: formatInstant(app.clock.now()),
      quotes: liveQuotes(app),
    }),
  });
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

/** A copy of an old directory is sound in itself: what stands beside the backups knows better. */
async function refuseOlderCopy(config: Config): Promise<void> {
  const why = await olderThanKnown(config.data.directory, backupDirectory(config));
  if (why === null) return;
  const remedy = 'Put the newest copy in its place, or make one with `strikewire restore --older`';
  throw new CommandFailed('journal_damaged', `${why}. ${remedy}: docs/operations.md.`);
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
    case 'environment':
      return new CommandFailed('usage', `The desk cannot start: ${fault.detail}.`);
    case 'broker':
      return new CommandFailed('refused', `The broker cannot be opened: ${fault.detail}`);
    case 'directory':
      return new CommandFailed('journal_unwritable', `The desk cannot use ${fault.detail}`);
  }
}
