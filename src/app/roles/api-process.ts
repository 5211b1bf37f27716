/**
 * A process of the role `api` alone: the page and the API of a desk that runs elsewhere.
 *
 * It follows the record over the bus and shows what it says; what is asked for goes to the desk.
 * It keeps nothing, decides nothing and may be stopped, started and doubled at any time.
 */
import { randomBytes, randomInt } from 'node:crypto';
import type { HttpDesk } from '#adapters/http/desk.ts';
import { createTeller } from '#audit/teller.ts';
import { createAuditView } from '#audit/view.ts';
import { createRandom } from '#kernel/random.ts';
import { createSystemClock, epochMs, formatInstant } from '#kernel/time.ts';
import { check } from '#operate/api/bind.ts';
import { ROUTES } from '#operate/api/table.ts';
import type { DeskSnapshot } from '#operate/api.ts';
import type { Logins, Readiness } from '#operate/ports.ts';
import { createDeskView } from '#operate/view.ts';
import { openBusStore } from '../bus/open-store.ts';
import { createSeal } from '../bus/seal.ts';
import type { Config } from '../config.ts';
import { TRADE_RULES } from '../trade-rules.ts';
import { Asker } from './asker.ts';
import { DeskWatch } from './desk-watch.ts';
import { forwardingRoutes } from './forwarding.ts';
import { createOutsideLedger } from './outside-ledger.ts';
import { RecordFollower } from './record-follower.ts';

/** So much behind the desk's newest record it counts as up to date: it is on its way. */
const ON_THE_WAY = 500;

export interface ApiProcess {
  readonly desk: HttpDesk;
  readiness(): Readiness;
  snapshot(): DeskSnapshot;
  stop(): Promise<void>;
}

export interface ApiProcessParts {
  readonly config: Config;
  readonly logins: Logins;
  readonly metrics: HttpDesk['metrics'];
  /** The desk's record was begun anew: this process must be, too. */
  readonly onOther: (why: string) => void;
}

export async function openApiProcess(parts: ApiProcessParts): Promise<ApiProcess> {
  const { config, onOther } = parts;
  const clock = createSystemClock();
  const { redisUrl: url, rolesSecret } = config.secrets;
  const { store, ready } = openBusStore({
    ...{ url, clock, settings: config.bus },
    random: createRandom(randomInt(2 ** 32)),
  });
  const seal = createSeal(rolesSecret);
  const watch = new DeskWatch(store.hot, seal, clock);
  const asker = new Asker({
    ...{ bus: store.bus, seal, clock, watch, newId },
    instance: newId(),
    answerWithinMs: config.roles.answerWithinMs,
  });
  const told = createReaders(watch);
  const follower = new RecordFollower({
    ...{ store, seal, clock, asker, onOther },
    take: (entry) => told.take(entry),
  });
  await ready;
  await watch.start();
  asker.start();
  follower.start();
  const readiness = (): Readiness => readinessOf(watch, follower);
  return {
    readiness,
    snapshot: () => told.view.snapshot(),
    desk: {
      endpoints: ROUTES,
      routes: forwardingRoutes({ asker, newId, audit: () => told.audit }),
      check,
      ledger: createOutsideLedger(config.data.directory),
      logins: parts.logins,
      metrics: parts.metrics,
      feed: {
        snapshot: () => ({ ...told.view.snapshot(), posts: [] }),
        seq: () => told.view.seq(),
        onUpdate: (listener) => told.view.onUpdate(listener),
      },
      readiness,
      pulse: () => pulseOf(watch, clock.now()),
    },
    async stop() {
      watch.stop();
      const stopped = Promise.all([asker.stop(), follower.stop()]);
      await store.close();
      await stopped;
    },
  };
}

function createReaders(watch: DeskWatch) {
  const teller = createTeller(TRADE_RULES);
  const audit = createAuditView();
  const now = () => epochMs(deskTime(watch) ?? 0);
  const view = createDeskView({ clock: { now }, journal: () => null });
  return {
    audit,
    view,
    take(entry: Parameters<typeof teller.tell>[0]): void {
      const told = teller.tell(entry);
      view.take(told);
      audit.take(told);
    },
  };
}

/** The desk's own time, which a demonstration shifts, as of now; `null` when it was never heard. */
function deskTime(watch: DeskWatch): number | null {
  const seen = watch.seen();
  return seen.kind === 'there' ? Date.parse(seen.status.clock) + seen.ageMs : null;
}

function readinessOf(watch: DeskWatch, follower: RecordFollower): Readiness {
  const seen = watch.seen();
  const { isWhole, seq, trouble } = follower.followed();
  const isFar = seen.kind === 'there' && seen.status.seq - seq > ON_THE_WAY;
  const reasons = [
    ...(seen.kind === 'away' ? [seen.detail] : seen.status.reasons),
    ...(trouble === null ? [] : [trouble]),
    ...(trouble === null && (!isWhole || isFar) ? ['the record is still being read'] : []),
  ];
  return { ready: reasons.length === 0, reasons };
}

/** Without a desk there is no time and no quote: what is shown is old, and looks it. */
function pulseOf(watch: DeskWatch, now: ReturnType<typeof epochMs>): unknown {
  const seen = watch.seen();
  if (seen.kind === 'away') return { clock: formatInstant(now), quotes: {} };
  return { clock: formatInstant(epochMs(deskTime(watch) ?? now)), quotes: seen.status.quotes };
}

function newId(): string {
  return randomBytes(12).toString('base64url');
}
