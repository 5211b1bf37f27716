/** The nouns of alert intake: messages, readings, verdicts. */
import type { Draft } from '#events/record.ts';
import type { IsoDate } from '#kernel/calendar.ts';
import type { MessageKey } from '#kernel/ids.ts';
import type { Price } from '#kernel/price.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { AssetClass, Right } from '#market/instrument.ts';
import type { ReasonCode } from './reasons.ts';

export const PLATFORMS = ['discord', 'slack', 'local'] as const;
export type Platform = (typeof PLATFORMS)[number];

/**
 * alert: messages may trigger · trade: order commands · operate: pause, halt, cancel, release ·
 * admin: resume, arm, configure. None implies another.
 */
export const PERMISSIONS = ['alert', 'trade', 'operate', 'admin'] as const;
export type Permission = (typeof PERMISSIONS)[number];

export interface Author {
  /** The platform's immutable user id. */
  readonly id: string;
  readonly kind: 'person' | 'bot' | 'webhook' | 'system';
  /** Shown, never compared. */
  readonly displayName: string;
  readonly roleIds: readonly string[];
}

/** `initial` alone can trigger; everything else is recorded and shown. */
export type Relation = 'initial' | 'reply' | 'thread' | 'forward' | 'crosspost' | 'edit';

export interface ChatMessage {
  readonly key: MessageKey;
  readonly platform: Platform;
  readonly channelId: string;
  readonly messageId: string;
  readonly author: Author;
  /** As received, untouched. */
  readonly text: string;
  /** The platform's own time of posting. */
  readonly postedAt: EpochMs;
  readonly receivedAt: EpochMs;
  readonly relation: Relation;
  /** Asked for by this message alone; a channel or the desk may ask for it too. */
  readonly dryRun: boolean;
}

/** BTO buy to open · STC sell to close · STO sell to open · BTC buy to close. */
export type Action = 'BTO' | 'STC' | 'STO' | 'BTC';

/** Characters `from` up to, not including, `to` of the raw text (UTF-16 units). */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export const ALERT_FIELDS = [
  'action',
  'symbol',
  'right',
  'strike',
  'expiry',
  'quantity',
  'price',
  'partial',
] as const;
export type AlertField = (typeof ALERT_FIELDS)[number];

/** One instruction, complete as written; what is not written is `null`. */
export interface ParsedAlert {
  readonly action: Action;
  readonly asset: AssetClass;
  /** Underlying or product root, upper case: `UBER`, `BRK/B`, `ES`. */
  readonly symbol: string;
  readonly right: Right | null;
  readonly strike: Price | null;
  readonly expiry: IsoDate | null;
  readonly quantity: number | null;
  readonly price: Price | null;
  /** Upper end when the price is a range. */
  readonly priceHigh: Price | null;
  /** For exits: part of the position, not all of it. */
  readonly partial: boolean;
  /** For partial exits that state one: 0.5 for "half", 0.4 for "40 %". */
  readonly fraction: number | null;
}

/** An exit that names no full contract: "out half", "trimming XOM", "all out". */
export interface ContextExit {
  /** `null` when the message names no symbol. */
  readonly symbol: string | null;
  readonly partial: boolean;
  readonly fraction: number | null;
  /** How many it says, if it does: "out 2 XOM". */
  readonly quantity: number | null;
  readonly price: Price | null;
  /** Present when the contract is named all but its expiry: no other strike is meant. */
  readonly strike?: Price;
  readonly right?: Right;
}

export const VERDICTS = ['order', 'exit', 'update', 'refused', 'chatter'] as const;
/**
 * order: opens · exit: closes a named contract · update: speaks of an open trade without naming a
 * contract · refused: looks like an instruction and is not certain · chatter: nothing to do.
 */
export type Verdict = (typeof VERDICTS)[number];

/** What the parser makes of one text. `alert` is set if the verdict is order or exit, else not. */
export interface Reading {
  readonly verdict: Verdict;
  readonly code: ReasonCode;
  readonly alert: ParsedAlert | null;
  readonly contextExit: ContextExit | null;
  readonly spans: Readonly<Partial<Record<AlertField, Span>>>;
  /** One sentence for a person, naming what was found and expected. */
  readonly detail: string;
}

/** A change a person can accept with one act; never made silently. */
export interface Repair {
  readonly text: string;
  readonly why: string;
}

export type AlertRecord =
  | Draft<'message.received', { readonly message: ChatMessage }>
  | Draft<'message.redelivered', { readonly at: EpochMs }>
  | Draft<'message.edited', { readonly text: string; readonly at: EpochMs }>
  | Draft<'message.deleted', { readonly at: EpochMs }>
  | Draft<
      'alert.decided',
      {
        readonly verdict: Verdict;
        /** Of `REASONS`, or of risk's table when risk refused or held it. */
        readonly code: string;
        readonly detail: string;
        readonly alert: ParsedAlert | null;
        readonly spans: Reading['spans'];
        /** account, action and instrument; what the duplicate window remembers. */
        readonly economicKey: string | null;
        readonly postedAt: EpochMs;
        readonly repairs: readonly Repair[];
        readonly candidates: readonly string[];
      }
    >;
