/** Everything that reads the record: told each record in its turn, at replay and live. */
import type { AlertSettings } from '#alerts/settings.ts';
import type { DeskEntry } from '#audit/model.ts';
import { createTeller, type Teller } from '#audit/teller.ts';
import { type AuditView, createAuditView } from '#audit/view.ts';
import type { Journal } from '#journal/ports.ts';
import type { Clock } from '#kernel/time.ts';
import { AlarmMemory } from '#operate/alarms/memory.ts';
import { JobMemory } from '#operate/jobs/memory.ts';
import { createDeskView, type DeskView } from '#operate/view.ts';
import { Outbox, type OutboxRules } from '#publish/outbox.ts';
import { reasonOf } from './answer.ts';
import { isAnswered } from './answered.ts';
import { RequestMemory } from './api/request-ledger.ts';
import { ChatMemory } from './chat/chat-memory.ts';
import { TRADE_RULES } from './trade-rules.ts';

export interface DeskReaders {
  readonly teller: Teller;
  readonly view: DeskView;
  readonly audit: AuditView;
  readonly outbox: Outbox;
  readonly chat: ChatMemory;
  readonly requests: RequestMemory;
  readonly jobs: JobMemory;
  readonly alarms: AlarmMemory;
}

export interface ReadersRequest {
  readonly clock: Clock;
  /** `null` until it is open. */
  readonly journal: () => Journal | null;
  /** As configured; the record says what was changed since. */
  readonly alerts: AlertSettings;
  readonly tradeUrl?: OutboxRules['tradeUrl'];
}

export function createDeskReaders(request: ReadersRequest): DeskReaders {
  const { clock, journal, alerts, tradeUrl } = request;
  return {
    teller: createTeller(TRADE_RULES),
    view: createDeskView({ clock, journal: () => journal()?.health() ?? null }),
    audit: createAuditView(),
    outbox: new Outbox({ reasonOf, isAnswered, ...(tradeUrl !== undefined && { tradeUrl }) }),
    chat: new ChatMemory(alerts, clock),
    requests: new RequestMemory(),
    jobs: new JobMemory(),
    alarms: new AlarmMemory(),
  };
}

export function tellReaders(readers: DeskReaders, entry: DeskEntry): void {
  const { teller, view, audit, outbox, chat, requests, jobs, alarms } = readers;
  const told = teller.tell(entry);
  view.take(told);
  audit.take(told);
  outbox.take(told);
  chat.take(told);
  requests.take(entry);
  jobs.take(entry);
  alarms.take(entry);
}
