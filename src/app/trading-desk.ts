/**
 * The trading part of the desk, put together: journal, broker, market → desk and alert lane.
 *
 * The running program, previews, tests and simulation all compose it here, so that what is tested
 * is what runs.
 */
import { createIntakeMemory, type IntakeMemory, remember } from '#alerts/duplicates.ts';
import type { AlertSettings } from '#alerts/settings.ts';
import { deskBadge } from '#audit/badge.ts';
import type { DeskEntry } from '#audit/model.ts';
import type { InstrumentSource, QuoteSource } from '#feeds/ports.ts';
import type { Journal } from '#journal/ports.ts';
import type { Clock } from '#kernel/time.ts';
import { isOpen } from '#market/session.ts';
import { Book } from '#orders/book.ts';
import { Desk } from '#orders/desk.ts';
import type { Broker } from '#orders/ports.ts';
import type { OrdersSettings } from '#orders/settings.ts';
import { armingState } from '#risk/arming.ts';
import { keepsNoHours } from '#risk/gates/contract.ts';
import { killStateCalledFor, permits } from '#risk/kill-state.ts';
import type { Environment } from '#risk/model.ts';
import type { RiskSettings } from '#risk/settings.ts';
import { AlertLane } from './lane/alert-lane.ts';
import { HeldAlerts } from './lane/held-alerts.ts';
import type { LaneDependencies } from './lane/lane-context.ts';
import { accountDigest } from './run-account.ts';

export interface TradingSettings {
  readonly alerts: AlertSettings;
  readonly risk: RiskSettings;
  readonly orders: OrdersSettings;
  readonly environment: Environment;
  readonly dryRun: boolean;
}

/** What a start reads out of the journal, record by record. */
export interface Recollection {
  readonly book: Book;
  readonly memory: IntakeMemory;
  readonly held: HeldAlerts;
}

export function createRecollection(): Recollection {
  return { book: new Book(), memory: createIntakeMemory(), held: new HeldAlerts() };
}

export function recall({ book, memory, held }: Recollection, entry: DeskEntry): void {
  book.apply(entry);
  held.take(entry, memory);
  remember(memory, entry);
}

export interface TradingParts {
  readonly journal: Journal;
  readonly broker: Broker;
  readonly quotes: QuoteSource;
  readonly instruments: InstrumentSource;
  readonly clock: Clock;
  readonly settings: TradingSettings;
  readonly recollection: Recollection;
  readonly epoch: number;
  /** Number of the account orders go to; `null` where it is made up. */
  readonly account?: string | null;
  readonly version: string;
  readonly read: LaneDependencies['read'];
}

export interface TradingDesk {
  readonly desk: Desk;
  readonly lane: AlertLane;
}

/** However limits are configured, more than this is never sent in a minute. */
const MUTATIONS_PER_MINUTE_HARD = 60;
const QUOTE_WAIT_MS = 1_500;
const NO_ACCOUNT = 'default';

export function composeTradingDesk(parts: TradingParts): TradingDesk {
  const { journal, broker, quotes, instruments, clock, settings, recollection, read } = parts;
  const { environment, dryRun, risk, orders } = settings;
  const { account = null } = parts;
  const { limits } = risk;
  const badge = deskBadge(environment, account);
  const desk = new Desk(
    {
      journal,
      broker,
      quotes,
      clock,
      settings: orders,
      epoch: parts.epoch,
      environment: environment === 'production' ? badge : environment,
      account: account === null ? null : accountDigest(account),
      version: parts.version,
      permits: (state, armed, now) => {
        const permitted = permits(state);
        const isArmed = armingState(environment, armed, now) !== 'disarmed';
        return { ...permitted, entries: permitted.entries && isArmed };
      },
      calledFor: (inForce, figures, standing) =>
        killStateCalledFor(inForce, figures, standing, limits),
      isOpen: keepsNoHours(limits, environment) ? () => true : isOpen,
      quoteAgeMax: {
        receivedMs: limits.quoteReceivedAgeMsMax,
        eventMs: limits.quoteEventAgeMsMax,
      },
      rates: {
        perMinute: limits.mutationsPerMinuteMax,
        perSecond: limits.mutationsPerSecondMax,
        hard: MUTATIONS_PER_MINUTE_HARD,
      },
    },
    recollection.book,
  );
  const lane = new AlertLane(
    {
      desk,
      instruments,
      clock,
      read,
      badge,
      settings: {
        // Who may do what can change while the desk runs.
        get alerts() {
          return settings.alerts;
        },
        risk,
        dryRun,
        environment,
        account: account ?? NO_ACCOUNT,
        quoteWaitMs: QUOTE_WAIT_MS,
      },
    },
    recollection.memory,
    recollection.held,
  );
  return { desk, lane };
}
