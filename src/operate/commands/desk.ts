/**
 * What commands ask of the running desk. Each part may be missing, and then is answered with "not
 * available here"; none of them decides who may ask.
 */
import type { Permission, Platform, Reading } from '#alerts/model.ts';
import type { OrderId } from '#kernel/ids.ts';
import type { Price } from '#kernel/price.ts';
import type { EpochMs } from '#kernel/time.ts';
import type {
  ActOutcome,
  AlarmsControl,
  AlertAnswer,
  ArmingView,
  DeskControl,
  DeskFeed,
} from '#operate/ports.ts';
import type { Broker } from '#orders/ports.ts';
import type { Actor } from '#publish/ports.ts';

/** An order given by a person, or what one would be. */
export interface OrderRequest {
  /** The same id again is the same order: never a second one. */
  readonly id: string;
  readonly platform: Platform;
  readonly channelId: string;
  readonly by: Actor;
  /** As an alert says it: `BTO 2 UBER 78p 12/05 @ .75`. */
  readonly text: string;
  readonly at: EpochMs;
  readonly dryRun: boolean;
}

/** Lines for people to read, or why there are none. */
export type Told =
  | { readonly kind: 'told'; readonly lines: readonly string[] }
  | { readonly kind: 'failed'; readonly detail: string };

export interface CommandDesk {
  readonly control: Pick<
    DeskControl,
    'killState' | 'setKillState' | 'cancelEntry' | 'closeTrade' | 'releaseTrade'
  >;
  readonly feed: Pick<DeskFeed, 'snapshot'>;
  /** What a text says as an alert, whatever asset class it names. */
  readonly read: (text: string, platform: Platform) => Reading;
  /** Whether orders, and what lets orders out again, are asked about first. */
  confirmsOrders(): boolean;
  /** Puts on record what somebody asked for, before it is done. `done`: refused ones too. */
  note(act: {
    readonly actor: string;
    readonly act: string;
    readonly outcome: string;
  }): Promise<void>;
  /** Takes an order like an alert of its author, whose permission was checked. */
  readonly place?: (order: OrderRequest) => Promise<AlertAnswer>;
  readonly broker?: Pick<Broker, 'balances' | 'positions' | 'orders' | 'orderById'>;
  /** Changes orders past the trades that made them. */
  readonly orders?: {
    replace(order: OrderId, limit: Price, actor: string): Promise<ActOutcome>;
    cancel(order: OrderId, actor: string, reason: string): Promise<ActOutcome>;
  };
  readonly access?: {
    status(): Promise<Told>;
    refresh(actor: string): Promise<ActOutcome>;
    accounts(): Promise<Told>;
  };
  readonly quote?: (contract: string) => Promise<Told>;
  readonly arming?: () => ArmingView;
  readonly held?: {
    /** What it asks for and what holds it, in words; `null` when nothing of this key is held. */
    find(key: string): string | null;
    approve(key: string, actor: string): Promise<ActOutcome>;
    dismiss(key: string, actor: string): Promise<ActOutcome>;
  };
  readonly alarms?: Pick<AlarmsControl, 'list' | 'acknowledge'>;
  readonly certification?: {
    /** Answers once it has begun: it takes minutes. */
    run(actor: string): Promise<ActOutcome>;
    result(): Promise<Told>;
  };
  readonly allowList?: {
    show(): readonly string[];
    /** `who`: `platform:user id`. */
    add(who: string, permission: Permission, actor: string): Promise<ActOutcome>;
    remove(who: string, permission: Permission, actor: string): Promise<ActOutcome>;
    /** Reads the configuration again: people, roles and listed channels change at once. */
    reload(actor: string): Promise<ActOutcome>;
  };
}
