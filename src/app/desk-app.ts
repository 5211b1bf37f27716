/**
 * The running desk: the one place where data directory, journal, market, broker, desk, alert lane
 * and everything that reads the record come together.
 *
 * Start   lock the directory → count the run → replay the journal once, for everybody → set the
 *         clock → trade. A damaged journal is reported, never traded on.
 * Stop    take entries back, end the run, close the journal, free the directory.
 */
import { randomBytes } from 'node:crypto';
import { bumpEpoch } from '#adapters/disk/epoch.ts';
import { createJournalDisk } from '#adapters/disk/journal-disk.ts';
import { type DirectoryLock, type LockFault, lockDirectory } from '#adapters/disk/lock.ts';
import { createLocalRoom, type LocalRoom } from '#adapters/local-chat/room.ts';
import { createScript } from '#adapters/scripted-chat/player.ts';
import { VenueFileDamaged } from '#adapters/simulated/venue-file.ts';
import type { DeskEntry } from '#audit/model.ts';
import { createTeller, type Teller } from '#audit/teller.ts';
import { type AuditView, createAuditView } from '#audit/view.ts';
import { describeDamage } from '#journal/model.ts';
import { type OpenFault, openJournal, type TornTail } from '#journal/open.ts';
import { DiskError, type Journal } from '#journal/ports.ts';
import { createRandom } from '#kernel/random.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { Clock, EpochMs } from '#kernel/time.ts';
import type { Role } from '#operate/model.ts';
import type { DeskControl, Readiness } from '#operate/ports.ts';
import { createDeskView, type DeskView } from '#operate/view.ts';
import type { Desk } from '#orders/desk.ts';
import { Outbox } from '#publish/outbox.ts';
import { reasonOf } from './answer.ts';
import { isAnswered } from './answered.ts';
import { type Config, errorCode } from './config.ts';
import { withOwnPeople } from './demo-room.ts';
import { createDeskControl } from './desk-control.ts';
import { isDeskEntry } from './desk-entry.ts';
import { Flattening } from './flattening.ts';
import { HaltFile } from './halt-file.ts';
import type { AlertLane } from './lane/alert-lane.ts';
import type { LaneDependencies } from './lane/lane-context.ts';
import {
  type ClockFault,
  createShiftableClock,
  type ShiftableClock,
  setClock,
} from './market-clock.ts';
import { Notifier } from './notifier.ts';
import { recordableText } from './recordable-text.ts';
import { openSurroundings, type Surroundings } from './surroundings.ts';
import { TRADE_RULES } from './trade-rules.ts';
import {
  composeTradingDesk,
  createRecollection,
  type Recollection,
  recall,
} from './trading-desk.ts';

export interface DeskApp {
  readonly clock: Clock;
  readonly desk: Desk;
  readonly lane: AlertLane;
  readonly control: DeskControl;
  readonly view: DeskView;
  readonly audit: AuditView;
  readonly journal: Journal;
  readonly room: LocalRoom;
  readonly surroundings: Surroundings;
  /** The data directory, links resolved. */
  readonly directory: string;
  /** What a crash had left incomplete at the end of the journal, if anything. */
  readonly torn: TornTail | null;
  readiness(): Readiness;
  /** Begins the run: from here on the desk trades. */
  start(): Promise<void>;
  stop(reason: string): Promise<void>;
}

export type StartFault =
  | { readonly kind: 'locked'; readonly fault: LockFault }
  | { readonly kind: 'journal'; readonly fault: OpenFault }
  | { readonly kind: 'damaged'; readonly detail: string }
  | { readonly kind: 'clock'; readonly fault: ClockFault }
  /** The simulated broker's own file is not what it wrote. */
  | { readonly kind: 'broker'; readonly detail: string }
  /** Another file of the data directory cannot be read or written. */
  | { readonly kind: 'directory'; readonly detail: string };

export interface AppRequest {
  readonly config: Config;
  readonly version: string;
  readonly read: LaneDependencies['read'];
  /** What an actor such as `local:operator` or `key:abc` may do; `null`: nobody. */
  readonly roleOf: (actor: string) => Role | null;
}

/** Everything that reads the record, at replay and live. */
interface Readers {
  readonly teller: Teller;
  readonly view: DeskView;
  readonly audit: AuditView;
  readonly outbox: Outbox;
}

export async function openDeskApp(request: AppRequest): Promise<Result<DeskApp, StartFault>> {
  const lock = await lockDirectory(request.config.data.directory);
  if (!lock.ok) return err({ kind: 'locked', fault: lock.error });
  const app = await openIn(lock.value, request);
  if (!app.ok) await lock.value.release();
  return app;
}

async function openIn(
  lock: DirectoryLock,
  request: AppRequest,
): Promise<Result<DeskApp, StartFault>> {
  const { directory } = lock;
  const clock = createShiftableClock();
  const recollection = createRecollection();
  const readers = createReaders(clock, () => journalOf());
  let lastAt: EpochMs | null = null;
  let journal: Journal | null = null;
  const journalOf = (): Journal | null => journal;
  const opened = await openJournal({
    disk: createJournalDisk(directory),
    clock,
    run: runId(),
    onRecord(entry) {
      lastAt = entry.wall;
      if (!isDeskEntry(entry)) return;
      recall(recollection, entry);
      tell(readers, entry);
    },
  });
  if (!opened.ok) return err({ kind: 'journal', fault: opened.error });
  const { damage, torn } = opened.value;
  if (damage !== null) {
    await opened.value.journal.close();
    return err({ kind: 'damaged', detail: describeDamage(damage) });
  }
  journal = opened.value.journal;
  const replayed = { request, lock, clock, journal, torn, recollection, readers };
  const app = await settle(replayed, lastAt);
  if (!app.ok) await journal.close();
  return app;
}

interface Replayed {
  readonly request: AppRequest;
  readonly lock: DirectoryLock;
  readonly clock: ShiftableClock;
  readonly journal: Journal;
  readonly torn: TornTail | null;
  readonly recollection: Recollection;
  readonly readers: Readers;
}

/** Sets the clock, counts the run and puts the desk together around its record. */
async function settle(
  replayed: Replayed,
  lastAt: EpochMs | null,
): Promise<Result<DeskApp, StartFault>> {
  const { request, clock, recollection } = replayed;
  const { directory } = replayed.lock;
  try {
    const set = await setClock(clock, { ...request.config.market, directory, lastAt });
    if (!set.ok) return err({ kind: 'clock', fault: set.error });
    const epoch = await bumpEpoch(directory, recollection.book.epoch);
    return ok(assemble(replayed, epoch));
  } catch (error) {
    if (error instanceof VenueFileDamaged) return err({ kind: 'broker', detail: error.message });
    if (!(error instanceof DiskError) && !errorCode(error).startsWith('E')) throw error;
    const what = error instanceof Error ? error.message : String(error);
    return err({ kind: 'directory', detail: `${directory}: ${what}` });
  }
}

function assemble(replayed: Replayed, epoch: number): DeskApp {
  const { request, lock, clock, journal, torn, recollection, readers } = replayed;
  const { config, version, read, roleOf } = request;
  const { environment, dryRun, risk, orders } = config;
  const alerts = withOwnPeople(config.alerts, config.chat.script);
  const surroundings = openSurroundings({
    clock,
    source: config.market.source,
    seed: config.market.seed,
    directory: lock.directory,
  });
  const { desk, lane } = composeTradingDesk({
    journal,
    broker: surroundings.broker,
    quotes: surroundings.quotes,
    instruments: surroundings.instruments,
    clock,
    settings: { alerts, risk, orders, environment, dryRun },
    recollection,
    epoch,
    version,
    read,
  });
  const room = createLocalRoom({ clock, newId });
  const notifier = new Notifier({ desk, outbox: readers.outbox, channel: room, clock });
  const script = createScript({
    ...scriptSettings(config, epoch),
    clock,
    stage: { ...surroundings, now: () => clock.now() },
    say: (said) => room.say(said),
  });
  const haltFile = new HaltFile(desk, clock, lock.directory);
  const flattening = new Flattening({ desk, risk, environment }, clock);
  listen({ journal, readers, notifier, room, lane });
  return {
    clock,
    desk,
    lane,
    room,
    control: createDeskControl({ desk, lane, risk, environment, newId, roleOf, haltFile }),
    view: readers.view,
    audit: readers.audit,
    journal,
    surroundings,
    directory: lock.directory,
    torn,
    readiness: () => readinessOf(desk, journal),
    async start() {
      desk.start();
      haltFile.watch();
      flattening.watch();
      await lane.resume();
      if (config.chat.script === 'demo') script.start();
    },
    async stop(reason) {
      script.stop();
      notifier.stop();
      haltFile.stop();
      flattening.stop();
      await desk.stop(reason);
      await journal.close();
      surroundings.close();
      await lock.release();
    },
  };
}

interface Listeners {
  readonly journal: Journal;
  readonly readers: Readers;
  readonly notifier: Notifier;
  readonly room: LocalRoom;
  readonly lane: AlertLane;
}

/** Readers hear what is on disk, the lane hears what is said. */
function listen({ journal, readers, notifier, room, lane }: Listeners): void {
  journal.onDurable((entry) => {
    if (!isDeskEntry(entry)) return;
    tell(readers, entry);
    notifier.wake();
  });
  room.onMessage((message) => {
    void lane.receive({ ...message, text: recordableText(message.text) });
  });
}

function scriptSettings({ market, chat }: Config, epoch: number) {
  const { firstAfterMs, everyMs } = chat;
  return { firstAfterMs, everyMs, random: createRandom(market.seed).fork(`chat ${epoch}`) };
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

function createReaders(clock: Clock, journal: () => Journal | null): Readers {
  return {
    teller: createTeller(TRADE_RULES),
    view: createDeskView({ clock, journal: () => journal()?.health() ?? null }),
    audit: createAuditView(),
    outbox: new Outbox({ reasonOf, isAnswered }),
  };
}

function tell({ teller, view, audit, outbox }: Readers, entry: DeskEntry): void {
  const told = teller.tell(entry);
  view.take(told);
  audit.take(told);
  outbox.take(told);
}

function newId(): string {
  return randomBytes(9).toString('base64url');
}

function runId(): string {
  return `r_${randomBytes(8).toString('hex')}`;
}
