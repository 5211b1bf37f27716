/** Puts the desk together around its replayed record: broker, market, chat, controls, readers. */
import { randomBytes, randomInt } from 'node:crypto';
import { createTimetable } from '#adapters/croner/timetable.ts';
import type { DirectoryLock } from '#adapters/disk/lock.ts';
import { LocalRoom } from '#adapters/local-chat/room.ts';
import { createScript } from '#adapters/scripted-chat/player.ts';
import type { TornTail } from '#journal/open.ts';
import type { Journal } from '#journal/ports.ts';
import { createRandom } from '#kernel/random.ts';
import { createSystemClock } from '#kernel/time.ts';
import { within } from '#kernel/within.ts';
import type { ArmingControl, Readiness } from '#operate/ports.ts';
import type { Desk } from '#orders/desk.ts';
import type { ChatPlatform } from '#publish/ports.ts';
import type { Alarms } from './alarms/alarms.ts';
import { createDeskAlarms } from './alarms/desk-alarms.ts';
import { ApiCallers } from './api/api-callers.ts';
import { createArmingControl } from './arming.ts';
import { certificationDirectories } from './certify/certificate-of.ts';
import { newestCertification } from './certify/newest-certification.ts';
import { Askers } from './chat/askers.ts';
import { type Chat, createChat } from './chat/chat.ts';
import { inDeskTime } from './chat/desk-time.ts';
import { channelsOf, openPlatforms } from './chat/platforms.ts';
import type { Config } from './config.ts';
import type { AppRequest, DeskApp } from './desk-app.ts';
import { createDeskControl } from './desk-control.ts';
import { isDeskEntry } from './desk-entry.ts';
import { type DeskReaders, tellReaders } from './desk-readers.ts';
import { Flattening } from './flattening.ts';
import { HaltFile } from './halt-file.ts';
import { Jobs } from './jobs/runner.ts';
import { offerOwnWork } from './jobs/work.ts';
import type { ShiftableClock } from './market-clock.ts';
import { OutsideActs } from './outside-acts.ts';
import { createReload, type Reload } from './reload.ts';
import { createDeskSnapshots, type RecordOpened } from './snapshots/desk-snapshots.ts';
import { openSurroundings, type Surroundings } from './surroundings.ts';
import { composeTradingDesk, type Recollection, type TradingDesk } from './trading-desk.ts';
import type { Venue } from './venue.ts';

const CHAT_GONE_MS = 5_000;

/** What a start has read and holds: everything but the parts that act. */
export interface Replayed {
  readonly request: AppRequest;
  readonly lock: DirectoryLock;
  readonly clock: ShiftableClock;
  readonly journal: Journal;
  readonly torn: TornTail | null;
  readonly recollection: Recollection;
  readonly readers: DeskReaders;
  readonly record: RecordOpened;
}

export async function assemble(replayed: Replayed, epoch: number): Promise<DeskApp> {
  const { request, lock, clock, journal, torn, readers } = replayed;
  const { config, roleOf } = request;
  const { environment, risk } = config;
  const platforms = await platformsOf(request, clock);
  const surroundings = await surroundingsOf(replayed);
  const apiCallers = new ApiCallers(roleOf);
  const trading = composeTrading(replayed, { surroundings, apiCallers }, epoch);
  const { desk, lane } = trading;
  const haltFile = new HaltFile(desk, clock, lock.directory);
  const outsideActs = new OutsideActs(desk, clock, lock.directory);
  const flattening = new Flattening({ desk, risk, environment }, clock);
  const { account } = surroundings;
  const { certificate } = request;
  const arming = createArmingControl({
    ...{ desk, environment, roleOf, newCode, account, certificate },
  });
  const { allowList } = readers.chat;
  const channelIds = channelsOf(allowList.settings(), 'local');
  const room = new LocalRoom({ clock, newId, channelIds });
  const script = scriptOf(config, { clock, surroundings, room, epoch });
  const reload = createReload({ desk, allowList, config, load: request.reload });
  const snapshots = createDeskSnapshots({ ...replayed.record, request, lock, clock, desk });
  const jobs = jobsOf(replayed, desk);
  const alarms = alarmsOf(replayed, { desk, jobs, surroundings, platforms });
  const chat = chatOf(replayed, {
    ...{ trading, surroundings, room, haltFile, arming, reload, platforms, alarms },
  });
  listen(replayed, chat);
  return {
    ...{ clock, desk, lane, room, journal, surroundings, torn, directory: lock.directory },
    control: createDeskControl({ desk, lane, risk, environment, newId, roleOf, haltFile }),
    ...{ arming, view: readers.view, audit: readers.audit, read: request.read },
    ...{ allowList, reload, requests: readers.requests, apiCallers, haltFile },
    ...{ snapshots, jobs, alarms, platforms },
    readiness: () => readinessOf(desk, journal),
    async start() {
      desk.start();
      snapshots.start();
      surroundings.start(desk);
      haltFile.watch();
      outsideActs.watch();
      flattening.watch();
      // A chat that does not answer holds up no desk.
      void chat.start();
      await lane.resume();
      jobs.start();
      alarms.start();
      if (config.chat.script === 'demo') script.start();
    },
    async stop(reason) {
      script.stop();
      // Nothing more is heard or said from here on; how long a chat takes to go holds up nothing.
      const silenced = chat.stop();
      haltFile.stop();
      outsideActs.stop();
      flattening.stop();
      await jobs.stop();
      await desk.stop(reason);
      await alarms.stop();
      await gone(silenced, clock);
      await snapshots.stop();
      await journal.close();
      surroundings.close();
      await lock.release();
    },
  };
}

/** A chat that does not go holds up no end. */
async function gone(silenced: Promise<void>, clock: ShiftableClock): Promise<void> {
  await within(
    { clock, ms: CHAT_GONE_MS },
    () => silenced,
    () => undefined,
  );
}

function jobsOf({ request, clock, journal, readers }: Replayed, desk: Desk): Jobs {
  const { config } = request;
  const memory = readers.jobs;
  const timetable = createTimetable();
  const jobs = new Jobs({ clock, desk, journal, memory, timetable, settings: config.jobs });
  offerOwnWork(jobs, config, clock);
  return jobs;
}

interface Alarmed {
  readonly desk: Desk;
  readonly jobs: Jobs;
  readonly surroundings: Surroundings;
  readonly platforms: readonly ChatPlatform[];
}

function alarmsOf(
  { request, clock, journal, readers }: Replayed,
  { desk, jobs, surroundings: { quotes }, platforms }: Alarmed,
): Alarms {
  return createDeskAlarms({
    ...{ request, clock, desk, journal, jobs, quotes, memory: readers.alarms },
    readiness: () => readinessOf(desk, journal),
    chatsDown: () => platforms.filter((one) => one.health().state !== 'connected').length,
  });
}

async function surroundingsOf({ request, lock, clock }: Replayed): Promise<Surroundings | Venue> {
  const { config, version } = request;
  const { directory } = lock;
  if (config.environment !== 'simulated') {
    const { openVenue } = await import('./venue.ts');
    const random = createRandom(randomInt(2 ** 32));
    return openVenue({ config, version, clock, directory, random });
  }
  const { source, seed } = config.market;
  return openSurroundings({ clock, source, seed, directory });
}

interface TradingStage {
  readonly surroundings: Surroundings;
  readonly apiCallers: ApiCallers;
}

function composeTrading(
  { request, clock, journal, recollection, readers }: Replayed,
  { surroundings, apiCallers }: TradingStage,
  epoch: number,
): TradingDesk {
  const { broker, quotes, instruments, account } = surroundings;
  const { config, version, read } = request;
  const { environment, dryRun, risk, orders } = config;
  const { allowList } = readers.chat;
  return composeTradingDesk({
    ...{ journal, broker, quotes, instruments, clock, recollection, epoch, version, read, account },
    settings: {
      ...{ risk, orders, environment, dryRun },
      // Who may do what changes while the desk runs.
      get alerts() {
        return apiCallers.beside(allowList.settings());
      },
    },
  });
}

interface ChatStage {
  readonly trading: TradingDesk;
  readonly surroundings: Surroundings | Venue;
  readonly room: LocalRoom;
  readonly haltFile: HaltFile;
  readonly arming: ArmingControl;
  readonly reload: Reload;
  readonly platforms: readonly ChatPlatform[];
  readonly alarms: Alarms;
}

function chatOf({ request, clock, readers }: Replayed, stage: ChatStage): Chat {
  const { config, read } = request;
  const { environment, risk } = config;
  const { trading, surroundings, room, haltFile, arming, reload, platforms, alarms } = stage;
  const askers = new Askers();
  return createChat({
    ...{ ...trading, askers, arming, environment, read, room, clock, newCode, reload, platforms },
    alarms,
    control: createDeskControl({
      ...{ ...trading, risk, environment, newId, haltFile },
      roleOf: (actor) => askers.roleOf(actor),
    }),
    certified: () => newestCertification(certificationDirectories(config)),
    feed: readers.view,
    instruments: surroundings.instruments,
    venue: 'client' in surroundings ? surroundings : null,
    confirmOrders: config.chat.confirmOrders,
    memory: readers.chat,
    outbox: readers.outbox,
    symbols: surroundings.symbols,
  });
}

/** People and platforms keep their own time, also where the desk's is shifted. */
async function platformsOf(
  { config, onTrouble = () => undefined }: AppRequest,
  clock: ShiftableClock,
): Promise<readonly ChatPlatform[]> {
  const machine = createSystemClock();
  const shiftMs = Math.round((clock.now() - machine.now()) / 1_000) * 1_000;
  const random = createRandom(randomInt(2 ** 32));
  const opened = await openPlatforms({ config, clock: machine, random, onTrouble });
  return opened.map((platform) => inDeskTime(platform, shiftMs));
}

/** Readers, and whoever posts, hear what is on disk. */
function listen({ journal, readers }: Replayed, chat: Chat): void {
  journal.onDurable((entry) => {
    if (!isDeskEntry(entry)) return;
    tellReaders(readers, entry);
    chat.recorded(entry);
  });
}

interface Stage {
  readonly clock: ShiftableClock;
  readonly surroundings: Surroundings;
  readonly room: LocalRoom;
  readonly epoch: number;
}

function scriptOf({ market, chat }: Config, { clock, surroundings, room, epoch }: Stage) {
  const { firstAfterMs, everyMs } = chat;
  return createScript({
    ...{ firstAfterMs, everyMs, clock },
    random: createRandom(market.seed).fork(`chat ${epoch}`),
    stage: { ...surroundings, now: () => clock.now() },
    say: (said) => room.say(said),
  });
}

function readinessOf(desk: Desk, journal: Journal): Readiness {
  const { writable, fault } = journal.health();
  const reasons = [
    ...(writable ? [] : [`the journal takes nothing more: ${fault ?? 'closed'}`]),
    ...(desk.isReconciled ? [] : ['the desk has not yet compared itself with the broker']),
    ...(desk.account.figures() === null ? ['the broker has not stated a balance yet'] : []),
  ];
  return { ready: reasons.length === 0, reasons };
}

/** Six digits. */
function newCode(): string {
  return String(randomInt(1_000_000)).padStart(6, '0');
}

function newId(): string {
  return randomBytes(9).toString('base64url');
}
