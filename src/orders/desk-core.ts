/** What the parts of the desk's shell share: its surroundings, its book, and the one way to record. */
import type { QuoteSource } from '#feeds/ports.ts';
import type { Appended, Durability, Journal } from '#journal/ports.ts';
import type { TradeId } from '#kernel/ids.ts';
import type { Clock, EpochMs } from '#kernel/time.ts';
import type { KillState } from '#risk/model.ts';
import type { Book } from './book.ts';
import type { DeskRecord } from './model.ts';
import type { Broker } from './ports.ts';
import type { OrdersSettings } from './settings.ts';

export interface DeskDependencies {
  readonly journal: Journal;
  readonly broker: Broker;
  readonly quotes: QuoteSource;
  readonly clock: Clock;
  readonly settings: OrdersSettings;
  /** Grows with every run of this data directory; part of every client order id. */
  readonly epoch: number;
  readonly environment: string;
  readonly version: string;
  /** What a kill state permits; the table is risk's. */
  readonly permits: (state: KillState) => {
    readonly entries: boolean;
    readonly closes: 'all' | 'confirmed' | 'none';
  };
  readonly quoteAgeMax: { readonly receivedMs: number; readonly eventMs: number };
  /** Mutations sent: limits of entries, and the one that sells may use as their reserve. */
  readonly rates: { readonly perMinute: number; readonly perSecond: number; readonly hard: number };
}

export interface DeskCore {
  readonly deps: DeskDependencies;
  readonly book: Book;
  /** Wall time of the run's start plus monotonic time since: never steps. */
  now(): EpochMs;
  /** Onto the journal, into the book, and the planner is asked about every trade concerned. */
  record(drafts: readonly DeskRecord[], durability: Durability): Appended<DeskRecord>;
  /** Asks the planner about a trade again. */
  touch(trade: TradeId): void;
  /** Something an operator should see. */
  incident(code: string, detail: string, trade?: TradeId): void;
  /** Raises the kill state; never lowers it. */
  raise(to: KillState, reason: string): void;
}
