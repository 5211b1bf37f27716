/**
 * The trading part of the desk, put together: journal, broker, market → desk and alert lane.
 *
 * The running program, previews, tests and simulation all compose it here, so that what is tested
 * is what runs.
 */
import { createIntakeMemory, type IntakeMemory, remember } from '#alerts/duplicates.ts';
import type { AlertSettings } from '#alerts/settings.ts';
import { badgeOf } from '#audit/badge.ts';
import type { DeskEntry } from '#audit/model.ts';
import type { InstrumentSource, QuoteSource } from '#feeds/ports.ts';
import type { Journal } from '#journal/ports.ts';
import type { Clock } from '#kernel/time.ts';
import { Book } from '#orders/book.ts';
import { Desk } from '#orders/desk.ts';
import type { Broker } from '#orders/ports.ts';
import type { OrdersSettings } from '#orders/settings.ts';
import { killStateCalledFor, permits } from '#risk/kill-state.ts';
import type { Environment } from '#risk/model.ts';
import type { RiskSettings } from '#risk/settings.ts';
import { AlertLane } from './lane/alert-lane.ts';
import type { LaneDependencies } from './lane/lane-context.ts';

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
}

export function createRecollection(): Recollection {
  return { book: new Book(), memory: createIntakeMemory() };
}

export function recall({ book, memory }: Recollection, entry: DeskEntry): void {
  book.apply(entry);
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
const ACCOUNT = 'default';

export function composeTradingDesk(parts: TradingParts): TradingDesk {
  const { journal, broker, quotes, instruments, clock, settings, recollection, read } = parts;
  const { environment, dryRun, alerts, risk, orders } = settings;
  const { limits } = risk;
  const desk = new Desk(
    {
      journal,
      broker,
      quotes,
      clock,
      settings: orders,
      epoch: parts.epoch,
      environment,
      version: parts.version,
      permits,
      calledFor: (inForce, figures, account) =>
        killStateCalledFor(inForce, figures, account, limits),
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
      badge: badgeOf(environment),
      settings: {
        alerts,
        risk,
        dryRun,
        environment,
        account: ACCOUNT,
        quoteWaitMs: QUOTE_WAIT_MS,
      },
    },
    recollection.memory,
  );
  return { desk, lane };
}
