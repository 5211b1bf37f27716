/** What the desk offers to whoever operates it: HTTP, command line, chat commands, the page. */
import type { ParsedAlert, Platform, Reading, Repair, Verdict } from '#alerts/model.ts';
import type { MessageKey, TradeId } from '#kernel/ids.ts';
import type { Price } from '#kernel/price.ts';
import type { Quantity } from '#kernel/quantity.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { InstrumentSymbol } from '#market/instrument.ts';
import type { Side } from '#orders/ports.ts';
import type { GateResult, KillState, Sizing } from '#risk/model.ts';
import type { DeskSnapshot, DeskUpdate } from './api.ts';
import type { KeyRecord } from './model.ts';

/** One message for the desk, as `POST /admin/alerts/process` and `strikewire alert` give it. */
export interface AlertRequest {
  readonly platform: Platform;
  readonly channelId: string;
  readonly userId: string;
  /** Absent: the desk makes one. Repeated: a redelivery, never a second trade. */
  readonly messageId: string | null;
  readonly text: string;
  readonly postedAt: EpochMs | null;
  readonly dryRun: boolean;
}

export interface IntendedOrder {
  readonly role: 'entry' | 'exit' | 'close';
  readonly side: Side;
  readonly symbol: InstrumentSymbol;
  readonly quantity: Quantity;
  readonly limit: Price | null;
  /** What the exit depends on, in words: "when 4 fill at 0.75". */
  readonly note: string;
}

/** The whole decision on one message; `orders` are the intended ones in a dry run. */
export interface AlertAnswer {
  readonly message: MessageKey;
  readonly verdict: Verdict;
  readonly code: string;
  readonly detail: string;
  readonly alert: ParsedAlert | null;
  readonly spans: Reading['spans'];
  readonly sizing: Sizing | null;
  readonly gates: readonly GateResult[];
  readonly orders: readonly IntendedOrder[];
  readonly repairs: readonly Repair[];
  readonly candidates: readonly string[];
  readonly tradeId: TradeId | null;
  /** `DRY-RUN`, `SIM`, `SANDBOX`, `REHEARSAL` or `LIVE ****1234`. */
  readonly environment: string;
}

export type ActOutcome =
  | { readonly kind: 'done'; readonly detail: string }
  | { readonly kind: 'refused'; readonly code: string; readonly detail: string };

export interface DeskControl {
  process(request: AlertRequest): Promise<AlertAnswer>;
  killState(): KillState;
  /** Raising takes anyone permitted to operate; lowering takes an admin and a reason. */
  setKillState(to: KillState, actor: string, reason: string): Promise<ActOutcome>;
  /** Cancels what is still unfilled of a trade's entry. */
  cancelEntry(trade: TradeId, actor: string, reason: string): Promise<ActOutcome>;
  /** Closes what a trade still holds, by limit inside the collar. */
  closeTrade(trade: TradeId, actor: string, reason: string): Promise<ActOutcome>;
}

/** The live view of the desk, for whoever shows it. */
export interface DeskFeed {
  snapshot(): DeskSnapshot;
  /** Calls `listener` with every change, in order, until undone. */
  onUpdate(listener: (update: DeskUpdate) => void): () => void;
}

/** Whether the desk can trade: false until it has reconciled with the broker. */
export interface Readiness {
  readonly ready: boolean;
  /** Why not, in words; empty when ready. */
  readonly reasons: readonly string[];
}

/** API keys, as digests. */
export interface KeyStore {
  /** `null` for an id nobody was given. Sees keys that were added by another process. */
  find(id: string): KeyRecord | null;
  /** Kept when the call returns. */
  add(record: KeyRecord): void;
}
