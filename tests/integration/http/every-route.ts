/** Every route with who may use it, and a request that it takes. A new one has to be added here. */
import type { Role } from '#operate/model.ts';
import { HELD, KEYS } from './fake-desk.ts';

const TRADE = 't_aaaaaaaaaaaaaaaa';

export interface RouteCase {
  readonly access: Role | 'public';
  /** Path and query to ask for, where it is not the declared one. */
  readonly url?: string;
  readonly payload?: object;
}

export const EVERY_ROUTE: Readonly<Record<string, RouteCase>> = {
  'GET /healthz': { access: 'public' },
  'GET /readyz': { access: 'public' },
  'GET /metrics': { access: 'viewer' },
  'GET /openapi.json': { access: 'public' },
  'GET /': { access: 'public' },
  'GET /api/v1/snapshot': { access: 'viewer' },
  'GET /api/v1/events': { access: 'viewer' },
  'POST /admin/alerts/process': {
    access: 'operator',
    payload: { text: 'BTO UBER 78p 12/05 @ 0.75', user_id: 'operator', channel_id: 'desk' },
  },
  'GET /api/v1/alerts': { access: 'viewer' },
  'GET /api/v1/alerts/:key': { access: 'viewer', url: '/api/v1/alerts/local:desk:1' },
  'GET /api/v1/alerts/example': { access: 'viewer' },
  'POST /api/v1/alerts/release': { access: 'operator', payload: { message: HELD } },
  'POST /api/v1/alerts/dismiss': { access: 'operator', payload: { message: HELD } },
  'GET /api/v1/trades': { access: 'viewer' },
  'GET /api/v1/trades/:id': { access: 'viewer', url: `/api/v1/trades/${TRADE}` },
  'POST /api/v1/trades/:id/cancel': {
    access: 'operator',
    url: `/api/v1/trades/${TRADE}/cancel`,
    payload: {},
  },
  'POST /api/v1/trades/:id/close': {
    access: 'operator',
    url: `/api/v1/trades/${TRADE}/close`,
    payload: {},
  },
  'POST /api/v1/trades/:id/release': {
    access: 'operator',
    url: `/api/v1/trades/${TRADE}/release`,
    payload: { reason: 'the broker takes orders again' },
  },
  'GET /api/v1/orders': { access: 'viewer' },
  'GET /api/v1/broker/orders': { access: 'viewer' },
  'GET /api/v1/orders/:id': { access: 'viewer', url: '/api/v1/orders/100001' },
  'POST /api/v1/orders': { access: 'operator', payload: { text: 'BTO UBER 78p 12/05 @ 0.75' } },
  'POST /api/v1/orders/confirm': { access: 'operator', payload: { code: '123456' } },
  'PUT /api/v1/orders/:id': {
    access: 'operator',
    url: '/api/v1/orders/100001',
    payload: { limit: '0.80' },
  },
  'POST /api/v1/orders/:id/cancel': {
    access: 'operator',
    url: '/api/v1/orders/100001/cancel',
    payload: {},
  },
  'GET /api/v1/positions': { access: 'viewer' },
  'GET /api/v1/account': { access: 'viewer' },
  'GET /api/v1/quotes': { access: 'viewer', url: '/api/v1/quotes?contract=SPY' },
  'GET /admin/audit/recent': { access: 'viewer' },
  'GET /api/v1/audit': { access: 'viewer' },
  'GET /api/v1/audit/verification': { access: 'viewer' },
  'POST /api/v1/audit/verification': { access: 'operator', payload: {} },
  'GET /api/v1/audit/export': { access: 'operator' },
  'GET /api/v1/risk': { access: 'viewer' },
  'PUT /api/v1/kill-state': { access: 'operator', payload: { to: 'HALT', reason: 'test' } },
  'GET /api/v1/arming': { access: 'viewer' },
  'POST /api/v1/arming/code': { access: 'admin', payload: {} },
  'PUT /api/v1/arming': { access: 'admin', payload: { code: '123456', last_four: '1234' } },
  'POST /api/v1/arming/disarm': { access: 'operator', payload: {} },
  'GET /api/v1/certifications': { access: 'viewer' },
  'POST /api/v1/certifications': { access: 'admin', payload: {} },
  'GET /api/v1/authors': { access: 'viewer' },
  'GET /api/v1/health': { access: 'viewer' },
  'POST /api/v1/health/:name/:act': {
    access: 'admin',
    url: '/api/v1/health/quotes/pause',
    payload: { reason: 'test' },
  },
  'POST /api/v1/history/reconciliation': { access: 'operator', payload: {} },
  'GET /api/v1/alarms': { access: 'viewer' },
  'POST /api/v1/alarms/:name/acknowledge': {
    access: 'operator',
    url: '/api/v1/alarms/feed_silent/acknowledge',
    payload: {},
  },
  'POST /api/v1/alarms/:name/test': {
    access: 'operator',
    url: '/api/v1/alarms/feed_silent/test',
    payload: {},
  },
  'GET /api/v1/jobs': { access: 'viewer' },
  'POST /api/v1/jobs/:name/run': {
    access: 'operator',
    url: '/api/v1/jobs/export/run',
    payload: {},
  },
  'GET /api/v1/incidents': { access: 'viewer' },
  'POST /api/v1/incidents/:seq/acknowledge': {
    access: 'operator',
    url: '/api/v1/incidents/7/acknowledge',
    payload: {},
  },
  'GET /api/v1/configuration': { access: 'viewer' },
  'POST /api/v1/session': { access: 'public', payload: { key: KEYS.viewer } },
  'GET /api/v1/session': { access: 'viewer' },
  'DELETE /api/v1/session': { access: 'viewer' },
  'PUT /api/v1/session/password': {
    access: 'viewer',
    payload: { password: 'x', next: 'correct horse battery' },
  },
  'POST /api/v1/session/totp': { access: 'viewer', payload: { code: '123456' } },
  'DELETE /api/v1/session/totp': { access: 'viewer', payload: { code: '123456' } },
  'POST /api/v1/session/totp/enrolment': { access: 'viewer', payload: { password: 'x' } },
  'PUT /api/v1/session/totp/enrolment': { access: 'viewer', payload: { code: '123456' } },
  'GET /api/v1/keys': { access: 'admin' },
  'POST /api/v1/keys': { access: 'admin', payload: { role: 'viewer' } },
  'POST /api/v1/keys/:id/revoke': {
    access: 'admin',
    url: '/api/v1/keys/aaaaaaaaaaaa/revoke',
    payload: { reason: 'test' },
  },
  'GET /api/v1/operators': { access: 'admin' },
  'POST /api/v1/operators': { access: 'admin', payload: { name: 'bob', role: 'viewer' } },
  'PUT /api/v1/operators/:name': {
    access: 'admin',
    url: '/api/v1/operators/bob',
    payload: { role: 'viewer', reason: 'test' },
  },
  'POST /api/v1/operators/:name/remove': {
    access: 'admin',
    url: '/api/v1/operators/bob/remove',
    payload: { reason: 'test' },
  },
  'POST /api/v1/configuration/reload': { access: 'admin', payload: {} },
  'GET /api/v1/allow-list': { access: 'viewer' },
  'PUT /api/v1/allow-list': {
    access: 'admin',
    payload: { who: 'discord:1', permission: 'alert', to: 'granted', reason: 'test' },
  },
  'POST /auth/verify': { access: 'operator', payload: { platform: 'discord', user_id: '1' } },
};
