/**
 * The running desk: the one place where data directory, journal, market, broker, desk, alert lane
 * and everything that reads the record come together.
 *
 * Start   lock the directory → read the record once, for everybody: from a snapshot on where there
 *         is one → count the run → set the clock → trade. A damaged journal is reported, never
 *         traded on.
 * Stop    take entries back, end the run, close the journal, free the directory.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { bumpEpoch } from '#adapters/disk/epoch.ts';
import { createJournalDisk } from '#adapters/disk/journal-disk.ts';
import { type DirectoryLock, type LockFault, lockDirectory } from '#adapters/disk/lock.ts';
import { createSnapshotFiles } from '#adapters/disk/snapshot-files.ts';
import type { LocalRoom } from '#adapters/local-chat/room.ts';
import { VenueFileDamaged } from '#adapters/simulated/venue-file.ts';
import { badgeOf, deskBadge } from '#audit/badge.ts';
import type { AuditView } from '#audit/view.ts';
import { describeDamage } from '#journal/model.ts';
import type { OpenFault, TornTail } from '#journal/open.ts';
import { DiskError, type Journal } from '#journal/ports.ts';
import type { TradeId } from '#kernel/ids.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { Clock, EpochMs } from '#kernel/time.ts';
import type { CertificateFound } from '#operate/certification/certificate.ts';
import type { Role } from '#operate/model.ts';
import type { ArmingControl, DeskControl, Readiness } from '#operate/ports.ts';
import type { DeskView } from '#operate/view.ts';
import type { Desk } from '#orders/desk.ts';
import type { ChatPlatform } from '#publish/ports.ts';
import type { Environment } from '#risk/model.ts';
import type { Alarms } from './alarms/alarms.ts';
import type { ApiCallers } from './api/api-callers.ts';
import type { RequestMemory } from './api/request-ledger.ts';
import { assemble, type Replayed } from './assemble.ts';
import { buildDigest } from './certify/build-digest.ts';
import type { AllowList } from './chat/allow-list.ts';
import { type Config, errorCode } from './config.ts';
import type { ConfigProblem } from './config-problems.ts';
import { peopleOfDesk } from './demo-room.ts';
import type { HaltFile } from './halt-file.ts';
import type { Jobs } from './jobs/runner.ts';
import type { AlertLane } from './lane/alert-lane.ts';
import type { LaneDependencies } from './lane/lane-context.ts';
import { type ClockFault, createShiftableClock, setClock } from './market-clock.ts';
import type { Reload } from './reload.ts';
import { configuredAccountDigest } from './run-account.ts';
import type { DeskSnapshots } from './snapshots/desk-snapshots.ts';
import type { DeskState } from './snapshots/desk-state.ts';
import { createDeskState } from './snapshots/desk-state.ts';
import type { OnSnapshot, SnapshotRules } from './snapshots/keeper.ts';
import { openRecord } from './snapshots/open-record.ts';
import type { Surroundings } from './surroundings.ts';
import { VenueUnavailable } from './venue-unavailable.ts';

/** Small enough for an id to stay short over thousands of starts. */
const EPOCH_STEP_MAX = 10_000;

export interface DeskApp {
  readonly clock: Clock;
  readonly desk: Desk;
  readonly lane: AlertLane;
  readonly control: DeskControl;
  readonly arming: ArmingControl;
  readonly view: DeskView;
  readonly audit: AuditView;
  readonly journal: Journal;
  readonly room: LocalRoom;
  readonly surroundings: Surroundings;
  readonly snapshots: DeskSnapshots;
  readonly jobs: Jobs;
  readonly alarms: Alarms;
  /** Those it is connected to, or tries to be. */
  readonly platforms: readonly Pick<ChatPlatform, 'platform' | 'health'>[];
  /** Who may do what in chats. */
  readonly allowList: AllowList;
  /** Reads the configuration again; what cannot change while the desk runs is named. */
  readonly reload: Reload;
  /** People and programs that give orders over HTTP. */
  readonly apiCallers: ApiCallers;
  /** Acts over HTTP, as the record says. */
  readonly requests: RequestMemory;
  readonly read: LaneDependencies['read'];
  /** The file HALT. */
  readonly haltFile: Pick<HaltFile, 'isThere'>;
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
  /** The directory holds the record of another environment. */
  | { readonly kind: 'environment'; readonly detail: string }
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
  /** The certificate of this build and configuration, or why there is none. */
  readonly certificate: () => CertificateFound;
  /** For the log: what went wrong on the way to a chat and was dealt with. */
  readonly onTrouble?: (detail: string) => void;
  /** For the log: what became of snapshots. */
  readonly onSnapshot?: OnSnapshot;
  readonly snapshotRules?: Partial<SnapshotRules>;
  /** Reads the configuration again from where it came. */
  readonly reload?: () => Result<Config, readonly ConfigProblem[]>;
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
  const { alerts, chat, http, environment } = request.config;
  let journal: Journal | null = null;
  const readersRequest = {
    clock,
    journal: () => journal,
    alerts: peopleOfDesk(alerts, chat.script, environment),
    ...tradePages(http),
  };
  const disk = createJournalDisk(directory);
  const store = createSnapshotFiles(directory);
  const build = buildDigest();
  const opened = await openRecord({
    ...{ disk, store, build, clock },
    run: runId(),
    createState: () => createDeskState(readersRequest),
  });
  if (!opened.ok) return err({ kind: 'journal', fault: opened.error });
  const { damage, torn, state } = opened.value;
  const { recollection, readers, lastAt } = state;
  ({ journal } = opened.value);
  if (damage !== null) {
    await journal.close();
    return err({ kind: 'damaged', detail: describeDamage(damage) });
  }
  const other = otherOwner(request, directory, state);
  if (other !== null) {
    await journal.close();
    return err({ kind: 'environment', detail: other });
  }
  const record = { opened: opened.value, disk, store, build };
  const replayed = { request, lock, clock, journal, torn, recollection, readers, record };
  const app = await settle(replayed, lastAt);
  if (!app.ok) await journal.close();
  return app;
}

/** Where readers of the chat find the page of a trade. */
function tradePages({ publicUrl }: Config['http']) {
  return publicUrl === null ? {} : { tradeUrl: (id: TradeId) => `${publicUrl}#trade-${id}` };
}

/** Orders of one environment, or account, must never be looked for, or counted, in another. */
function otherOwner(
  { config }: AppRequest,
  directory: string,
  { ranIn, ranAs }: Pick<DeskState, 'ranIn' | 'ranAs'>,
): string | null {
  const badge = deskBadge(config.environment, config.tastytrade.account);
  const account = configuredAccountDigest(config);
  // A record that names no account is of any.
  const isSame = ranAs === null || account === null || ranAs === account;
  const isSameBadge = ranIn === null || badge.startsWith(badgeOf(ranIn));
  if (isSame && isSameBadge) return null;
  const owner = isSameBadge ? `another account of ${badge}` : badgeOf(ranIn);
  const holds = `${directory} holds the record of ${owner}, and this is ${badge}`;
  return `${holds}: name another directory with --data or data.directory`;
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
    const by = epochStep(request.config.environment);
    const epoch = await bumpEpoch(directory, recollection.book.epoch, by);
    return ok(await assemble(replayed, epoch));
  } catch (error) {
    if (error instanceof VenueFileDamaged || error instanceof VenueUnavailable) {
      return err({ kind: 'broker', detail: error.message });
    }
    if (!(error instanceof DiskError) && !errorCode(error).startsWith('E')) throw error;
    const what = error instanceof Error ? error.message : String(error);
    return err({ kind: 'directory', detail: `${directory}: ${what}` });
  }
}

/**
 * Two directories that hear one message name its trade alike: only the epoch tells their orders
 * apart, and counted by ones it would be the same in new directories, and in copies of one.
 */
function epochStep(environment: Environment): number {
  return environment === 'simulated' ? 1 : randomInt(1, EPOCH_STEP_MAX);
}

function runId(): string {
  return `r_${randomBytes(8).toString('hex')}`;
}
