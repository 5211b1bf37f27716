/** What the desk offers to whoever operates it: HTTP, command line, chat commands, the page. */
import type { ParsedAlert, Platform, Reading, Repair, Verdict } from '#alerts/model.ts';
import type { MessageKey, TradeId } from '#kernel/ids.ts';
import type { Price } from '#kernel/price.ts';
import type { Quantity } from '#kernel/quantity.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { InstrumentSymbol } from '#market/instrument.ts';
import type { Side } from '#orders/ports.ts';
import type { ArmingState, GateResult, KillState, Sizing } from '#risk/model.ts';
import type { AlarmView, JobView, PartHealth } from './api/answers.ts';
import type { FieldError } from './api/bind.ts';
import type { DeskSnapshot, DeskUpdate } from './api.ts';
import type { Caller, Endpoint, KeyRecord, OperatorRecord, ProblemCode, Role } from './model.ts';

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
  /** Lets a trade go on that waits for a person; the broker is read first. */
  releaseTrade(trade: TradeId, actor: string, reason: string): Promise<ActOutcome>;
}

export interface ArmingView {
  readonly state: ArmingState;
  /** `****1234`; `null` where there is no account. */
  readonly account: string | null;
  /** ISO instant at which it ends by itself. */
  readonly until: string | null;
  /** Name of the certificate that allows it, or why there is none. */
  readonly certificate: string | null;
  readonly certificateFault: string | null;
}

export interface ArmRequest {
  readonly actor: string;
  readonly code: string;
  readonly lastFour: string;
  readonly reason: string;
}

/** Arming takes an admin, two steps and a certificate; disarming takes anyone who may operate. */
export interface ArmingControl {
  state(): ArmingView;
  /** A one-time code for the second step, which the same actor must take. */
  challenge(
    actor: string,
  ): Promise<
    ActOutcome | { readonly kind: 'challenged'; readonly code: string; readonly expiresAt: string }
  >;
  arm(request: ArmRequest): Promise<ActOutcome>;
  disarm(actor: string, reason: string): Promise<ActOutcome>;
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
  list(): readonly KeyRecord[];
  /** Kept when the call returns. */
  add(record: KeyRecord): void;
  /** `false` when there is none of that id. Gone when the call returns. */
  remove(id: string): boolean;
}

/** People who log in with a password. */
export interface OperatorStore {
  /** `null` for a name nobody has. Sees what another process changed. */
  find(name: string): OperatorRecord | null;
  list(): readonly OperatorRecord[];
  /** Adds, or takes the place of the one of that name. Kept when the call returns. */
  put(record: OperatorRecord): void;
  remove(name: string): boolean;
}

/** What somebody is at this moment; their sessions end when it changes. */
export interface Standing {
  readonly role: Role;
  /** Another text whenever role, password or second factor changed. */
  readonly stamp: string;
}

/** People at the page: who they are, and their second factor. */
export interface Logins {
  /** The caller, or `null`; an unknown name takes as long as a wrong password. */
  verify(name: string, password: string): Promise<Caller | null>;
  /** Ends every session of the person. `false`: nobody any more. */
  changePassword(caller: string, password: string): Promise<boolean>;
  /** Of a caller's id; `null`: nobody any more. */
  standing(caller: string): Standing | null;
  /** `none`: not a person with a password. */
  totp(caller: string): 'none' | 'off' | 'on';
  /** Whether a code, or a recovery code, is right now. Either counts once. */
  takeCode(caller: string, code: string): boolean;
  /** Begins an enrolment; `null` for who is no person with a password. */
  enrol(caller: string): { readonly secret: string; readonly uri: string } | null;
  /** Recovery codes, shown once; `null` for a wrong code, or with nothing begun. */
  confirmEnrolment(caller: string, code: string): readonly string[] | null;
  dropTotp(caller: string): void;
}

/** One act asked for over HTTP. */
export interface ActRequest {
  readonly caller: string;
  /** `PUT /api/v1/kill-state` */
  readonly line: string;
  readonly address: string;
  readonly requestId: string;
}

export interface KeyedRequest extends ActRequest {
  readonly key: string;
  /** Of path, query and body: the same key stands for the same request. */
  readonly digest: string;
}

/** What became of an act: the status, and the answer as JSON text where it may be repeated. */
export interface ActAnswer {
  readonly status: number;
  readonly text: string | null;
  /** Of a problem; `null` when it was done. */
  readonly code: string | null;
}

/**
 * begun: do it, and say how it ended · repeated: done before, or being done · reused: the key
 * stands for something else · unfinished: begun by an earlier run, and nobody knows how it ended.
 */
export type Begun =
  | { readonly kind: 'begun'; readonly end: (answer: ActAnswer) => void }
  | { readonly kind: 'repeated'; readonly answer: Promise<ActAnswer> }
  | { readonly kind: 'reused' }
  | { readonly kind: 'unfinished' };

/** Acts over HTTP on record: who, from where, under which request, and how it ended. */
export interface RequestLedger {
  /** On disk when it resolves: an act is done once per caller and key, across restarts. */
  begin(request: KeyedRequest): Promise<Begun>;
  /** An act without a key: on record before whatever it does; the answer says how it ended. */
  open(request: Omit<KeyedRequest, 'key'>): (answer: ActAnswer) => void;
  /** An act the server does itself: on disk when it resolves. How it ended is noted after. */
  hold(request: Omit<KeyedRequest, 'key'>): Promise<void>;
  /**
   * A login, or an act that was denied; on record soon. Repeats from one place within a minute are
   * one record with their count: nobody fills the disk with them.
   */
  note(request: ActRequest, status: number, code: string | null): void;
  /** What is still being counted goes on record. */
  settle(): void;
}

/** A request that was let in. What it sent has not been looked at. */
export interface ApiCall {
  readonly caller: Caller | null;
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly requestId: string;
  /** `null` without one. */
  readonly key: string | null;
  /** A person whose second factor is asked for before an act of an admin. */
  readonly needsCode: boolean;
}

/** lines: text in pieces, for what is too long to hold. */
export type ApiReply =
  | {
      readonly kind: 'ok';
      readonly value: unknown;
      /** What a repeat is told instead, where `value` holds something shown once. */
      readonly kept?: unknown;
    }
  | {
      readonly kind: 'lines';
      readonly lines: AsyncIterable<string>;
      readonly fileName: string;
      /** As declared when absent. */
      readonly type?: string;
    }
  | ApiProblem;

export interface ApiProblem {
  readonly kind: 'problem';
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
}

/** What was sent, in the shapes that were declared. */
export interface Checked {
  readonly kind: 'checked';
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/** A route with what it does. */
export interface BoundRoute {
  readonly endpoint: Endpoint;
  /** What will be done, or the problem with what was sent. Nothing is done yet. */
  prepare(call: ApiCall): (() => Promise<ApiReply>) | ApiProblem;
}

/** Jobs of this desk. */
export interface JobsControl {
  list(): readonly JobView[];
  /** Answers once it has begun. */
  run(name: string, actor: string, reason: string): Promise<ActOutcome>;
}

export type PartAct = PartHealth['acts'][number];

/** Parts whose health is told, and what can be done with them: stores, feeds, queues. */
export interface PartsControl {
  list(): readonly PartHealth[];
  act(name: string, act: PartAct, actor: string, reason: string): Promise<ActOutcome>;
}

/** What the desk watches over itself for. */
export interface AlarmsControl {
  list(): readonly AlarmView[];
  /** It is not told again until it has been over. */
  acknowledge(name: string, actor: string): Promise<ActOutcome>;
  /** Tells it as a test wherever alarms are told. */
  test(name: string, actor: string): Promise<ActOutcome>;
}

/** refused: not to be tried again · away: later. */
export type AlarmTaken =
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused' | 'away'; readonly detail: string };

/** Whoever is told of alarms outside of the chats. */
export interface AlarmReceiver {
  /** JSON, and how it is signed; bounded in time. Never rejects. */
  send(body: string, signature: string | null): Promise<AlarmTaken>;
}

/** When a schedule such as `30 1 * * *` comes round, on the clock in New York. */
export interface Timetable {
  /** The newest time at or before `at`; `null` when there is none. */
  last(pattern: string, at: EpochMs): EpochMs | null;
  /** The first time after `at`; `null` when there is none. */
  next(pattern: string, at: EpochMs): EpochMs | null;
}
