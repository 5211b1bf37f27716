/** Answers of the routes as types, for whoever asks them: the page and the command line. */
import type { z } from 'zod';
import type { ACCESS_ROUTES, KEY_VIEW, OPERATOR_VIEW, SESSION_VIEW } from './access.ts';
import type { ACCOUNT_ROUTES, POSITION_VIEW } from './account.ts';
import type { ALARM_VIEW } from './alarms.ts';
import type { ALERT_ROUTES } from './alerts.ts';
import type { AUDIT_ROUTES, AUDIT_ROW, VERIFICATION } from './audit.ts';
import type {
  AUTHOR_VIEW,
  ESTIMATE,
  JOB_VIEW,
  OPERATIONS_ROUTES,
  PART_HEALTH,
  SETTING_VIEW,
} from './operations.ts';
import type { BROKER_ORDER, DESK_ORDER, ORDER_ROUTES } from './orders.ts';
import type { ARMING_VIEW, CERTIFICATION_VIEW, LIMIT_VIEW, RISK_STATE } from './risk.ts';
import type { Shape } from './shape.ts';
import type { TRADE_CHART, TRADE_RECORD, TRADE_ROUTES } from './trades.ts';

/** One page of a list, newest first. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** The `cursor` of what is older; `null` when there is nothing. */
  readonly next: string | null;
}

/** What a route answers. */
export type AnswerOf<Route extends { readonly answer: z.ZodType }> = Shape<Route['answer']>;

export type AlertDetail = AnswerOf<typeof ALERT_ROUTES.one>;
export type TradeDetail = AnswerOf<typeof TRADE_ROUTES.one>;
export type TradeChart = Shape<typeof TRADE_CHART>;
export type TradeRecordView = Shape<typeof TRADE_RECORD>;
export type DeskOrder = Shape<typeof DESK_ORDER>;
export type OrderAnswer = AnswerOf<typeof ORDER_ROUTES.place>;
export type BrokerOrderView = Shape<typeof BROKER_ORDER>;
export type PositionView = Shape<typeof POSITION_VIEW>;
export type AccountDetail = AnswerOf<typeof ACCOUNT_ROUTES.account>;
export type AuditRowView = Shape<typeof AUDIT_ROW>;
export type AuditPage = AnswerOf<typeof AUDIT_ROUTES.search>;
export type VerificationView = Shape<typeof VERIFICATION>;
export type RiskState = Shape<typeof RISK_STATE>;
export type LimitView = Shape<typeof LIMIT_VIEW>;
export type ArmingShown = Shape<typeof ARMING_VIEW>;
export type CertificationView = Shape<typeof CERTIFICATION_VIEW>;
export type PartHealth = Shape<typeof PART_HEALTH>;
export type HealthView = AnswerOf<typeof OPERATIONS_ROUTES.health>;
export type JobView = Shape<typeof JOB_VIEW>;
export type AlarmView = Shape<typeof ALARM_VIEW>;
export type SettingView = Shape<typeof SETTING_VIEW>;
export type ConfigurationView = AnswerOf<typeof OPERATIONS_ROUTES.configuration>;
export type AuthorView = Shape<typeof AUTHOR_VIEW>;
export type Estimate = Shape<typeof ESTIMATE>;
export type SessionView = Shape<typeof SESSION_VIEW>;
export type KeyView = Shape<typeof KEY_VIEW>;
export type OperatorView = Shape<typeof OPERATOR_VIEW>;
export type AllowListView = AnswerOf<typeof ACCESS_ROUTES.allowList>;
