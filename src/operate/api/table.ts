/** Every route there is. What each takes and answers is declared with it. */
import type { Endpoint } from '../model.ts';
import { ACCESS_ROUTES, SESSION_ROUTES } from './access.ts';
import { ACCOUNT_ROUTES } from './account.ts';
import { ALARM_ROUTES } from './alarms.ts';
import { ALERT_ROUTES } from './alerts.ts';
import { AUDIT_ROUTES } from './audit.ts';
import { DESK_ROUTES } from './desk.ts';
import { AUTHOR_ROUTES, OPERATIONS_ROUTES } from './operations.ts';
import { ORDER_ROUTES } from './orders.ts';
import { CERTIFICATION_ROUTES, RISK_ROUTES } from './risk.ts';
import { TRADE_ROUTES } from './trades.ts';

export const ROUTES: readonly Endpoint[] = [
  ...Object.values(DESK_ROUTES),
  ...Object.values(ALERT_ROUTES),
  ...Object.values(TRADE_ROUTES),
  ...Object.values(ORDER_ROUTES),
  ...Object.values(ACCOUNT_ROUTES),
  ...Object.values(AUDIT_ROUTES),
  ...Object.values(RISK_ROUTES),
  ...Object.values(CERTIFICATION_ROUTES),
  ...Object.values(AUTHOR_ROUTES),
  ...Object.values(OPERATIONS_ROUTES),
  ...Object.values(ALARM_ROUTES),
  ...Object.values(SESSION_ROUTES),
  ...Object.values(ACCESS_ROUTES),
];
