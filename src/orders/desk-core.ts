/** What the parts of the desk's shell share: surroundings, book, and the one way to record. */
import type { QuoteSource } from '#feeds/ports.ts';
import type { Appended, Durability, Journal } from '#journal/ports.ts';
import type { TradeId } from '#kernel/ids.ts';
import type { Price } from '#kernel/price.ts';
import type { Clock, EpochMs } from '#kernel/time.ts';
import type { Instrument, InstrumentSymbol } from '#market/instrument.ts';
import type { AccountFigures, Armed, KillState } from '#risk/model.ts';
import type { AccountWatch } from './account.ts';
import type { Book } from './book.ts';
import type { WatchedFigures } from './figures.ts';
import type { DeskRecord } from './model.ts';
import type { Broker } from './ports.ts';
import type { OrdersSettings } from './settings.ts';

export interface Permitted {
  readonly entries: boolean;
  readonly closes: 'all' | 'confirmed' | 'none';
}

export interface DeskDependencies {
  readonly journal: Journal;
  readonly broker: Broker;
  readonly quotes: QuoteSource;
  readonly clock: Clock;
  readonly settings: OrdersSettings;
  /** Grows with every run of this data directory; part of every client order id. */
  readonly epoch: number;
  readonly environment: string;
  /** A short digest of the account orders go to; `null` where it is made up. */
  readonly account: string | null;
  readonly version: string;
  /** What a kill state permits, and what arming does; the rules are risk's. */
  readonly permits: (state: KillState, armed: Armed | null, now: EpochMs) => Permitted;
  /** The kill state the figures call for by themselves, or `null`; the rule is risk's. */
  readonly calledFor: (
    inForce: KillState,
    figures: WatchedFigures,
    account: AccountFigures,
  ) => { readonly to: KillState; readonly reason: string } | null;
  /** Whether a venue takes orders now; the calendar's rule unless a rehearsal keeps no hours. */
  readonly isOpen: (session: Instrument['session'], now: EpochMs) => boolean;
  readonly quoteAgeMax: { readonly receivedMs: number; readonly eventMs: number };
  /** Order messages: limits of entries, and the one that sells may use as their reserve. */
  readonly rates: { readonly perMinute: number; readonly perSecond: number; readonly hard: number };
}

export interface DeskCore {
  readonly deps: DeskDependencies;
  readonly book: Book;
  readonly account: AccountWatch;
  /** Wall time of the run's start plus monotonic time since: never steps by itself. */
  now(): EpochMs;
  /** The broker's orders and positions were read, and nothing stood still since. */
  readonly isReconciled: boolean;
  /** Onto the journal, into the book, and the planner is asked about every trade concerned. */
  record(drafts: readonly DeskRecord[], durability: Durability): Appended<DeskRecord>;
  /** Asks the planner about a trade again. */
  touch(trade: TradeId): void;
  /** What may be sent now. */
  permits(): Permitted;
  /** Something an operator should see. */
  incident(code: string, detail: string, trade?: TradeId): void;
  /** Raises the kill state; never lowers it. */
  raise(to: KillState, reason: string): void;
  /** What one contract would fetch now, or `null` when nobody knows. */
  mark(symbol: InstrumentSymbol): Price | null;
  /** Something happened that may call for a kill state. */
  watch(): void;
  /** Other hands traded something of ours. */
  suspectPositions(): void;
  /** A sell was refused: what is held may not be what is believed to be. */
  doubtPosition(symbol: InstrumentSymbol): void;
  /** Sells of it wait until what is held has been compared. */
  doubts(symbol: InstrumentSymbol): boolean;
}

/** What a run says of itself when it starts. */
export function runIdentity({ version, epoch, environment, account }: DeskDependencies) {
  return { version, epoch, environment, ...(account !== null && { account }) };
}
