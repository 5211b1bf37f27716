/** The views of the desk as types; `api/views.ts` has their schemas, the one source of both. */
import type { Shape } from './api/shape.ts';
import type {
  ACCOUNT_FIGURES,
  ALERT_ANSWER,
  ALERT_JSON,
  COUNTERS,
  DESK_LINE,
  DESK_SNAPSHOT,
  DESK_UPDATE,
  ENTRY_VIEW,
  EXIT_VIEW,
  INCIDENT_VIEW,
  INTENDED_ORDER,
  JOURNAL_VIEW,
  MESSAGE_VIEW,
  ORDER_VIEW,
  TIMELINE_ENTRY,
  TRADE_VIEW,
} from './api/views.ts';

export type DeskSnapshot = Shape<typeof DESK_SNAPSHOT>;
export type DeskLine = Shape<typeof DESK_LINE>;
export type AccountView = Shape<typeof ACCOUNT_FIGURES>;
export type CountersView = Shape<typeof COUNTERS>;
export type JournalView = Shape<typeof JOURNAL_VIEW>;
export type MessageView = Shape<typeof MESSAGE_VIEW>;
export type TradeView = Shape<typeof TRADE_VIEW>;
export type EntryView = Shape<typeof ENTRY_VIEW>;
export type ExitView = Shape<typeof EXIT_VIEW>;
export type OrderView = Shape<typeof ORDER_VIEW>;
export type TimelineEntry = Shape<typeof TIMELINE_ENTRY>;
export type IncidentView = Shape<typeof INCIDENT_VIEW>;
export type DeskUpdate = Shape<typeof DESK_UPDATE>;
export type AlertJson = Shape<typeof ALERT_JSON>;
export type IntendedOrderJson = Shape<typeof INTENDED_ORDER>;
export type AnswerJson = Shape<typeof ALERT_ANSWER>;
