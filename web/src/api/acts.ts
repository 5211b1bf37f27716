/** What a person can have the desk do. Each resolves with the desk's own words. */
import { call } from './client.ts';
import { isUnreachable } from './problem.ts';
import { queries } from './session.ts';
import type { AnswerJson, KillState, OrderAnswer, Role, VerificationView } from './types.ts';

interface Done {
  readonly detail?: string;
}

type Method = 'POST' | 'PUT' | 'DELETE';

/**
 * Keys of acts that were sent and not answered. Whoever repeats one means the same act: it goes out
 * under the same key, and the desk does it once.
 */
const unanswered = new Map<string, string>();
const UNANSWERED_MAX = 50;

async function act<Answer = Done>(method: Method, path: string, body: object): Promise<Answer> {
  const meant = `${method} ${path} ${JSON.stringify(body)}`;
  const idempotencyKey = unanswered.get(meant) ?? crypto.randomUUID();
  unanswered.set(meant, idempotencyKey);
  try {
    const answer = await underKey<Answer>(idempotencyKey, path, { method, body });
    unanswered.delete(meant);
    return answer;
  } catch (error) {
    if (!isUnreachable(error)) unanswered.delete(meant);
    const [oldest] = unanswered.keys();
    if (unanswered.size > UNANSWERED_MAX && oldest !== undefined) unanswered.delete(oldest);
    throw error;
  }
}

interface Meant {
  readonly method: Method;
  readonly body: object;
}

/** However often it is sent under one key, the desk does it once. */
async function underKey<Answer>(
  idempotencyKey: string,
  path: string,
  { method, body }: Meant,
): Promise<Answer> {
  try {
    return await call<Answer>(method, path, { body, idempotencyKey });
  } finally {
    // What stood on the page before is no longer sure; the desk is asked again.
    void queries.invalidateQueries({ queryKey: ['desk'] });
  }
}

async function done(method: Method, path: string, body: object): Promise<string> {
  const { detail } = await act(method, path, body);
  return detail ?? 'Done.';
}

export async function setKillState(to: KillState, reason: string): Promise<string> {
  const confirm = to === 'FLATTEN' ? { confirm: 'FLATTEN' } : {};
  return done('PUT', '/api/v1/kill-state', { to, reason, ...confirm });
}

export async function cancelEntry(trade: string, reason: string): Promise<string> {
  return done('POST', `/api/v1/trades/${trade}/cancel`, { reason });
}

export async function closeTrade(trade: string, reason: string): Promise<string> {
  return done('POST', `/api/v1/trades/${trade}/close`, { reason });
}

export async function releaseTrade(trade: string, reason: string): Promise<string> {
  return done('POST', `/api/v1/trades/${trade}/release`, { reason });
}

/** How an order in one's own name would be read, sized and judged; nothing is sent. */
export async function previewOrder(text: string): Promise<OrderAnswer> {
  return act<OrderAnswer>('POST', '/api/v1/orders', { text, dryRun: true });
}

export interface OwnOrder {
  readonly text: string;
  /** Of the form the order stands in: one form is one order, however often it is sent. */
  readonly key: string;
}

/** Done, or asked about once more where orders are real. */
export async function placeOrder({ text, key }: OwnOrder): Promise<OrderAnswer> {
  const body = { text, dryRun: false };
  return underKey<OrderAnswer>(key, '/api/v1/orders', { method: 'POST', body });
}

export async function confirmOrder(code: string, key: string): Promise<AnswerJson> {
  const meant: Meant = { method: 'POST', body: { code } };
  return underKey<AnswerJson>(`${key}.confirm`, '/api/v1/orders/confirm', meant);
}

export async function replaceOrder(id: string, limit: string, reason: string): Promise<string> {
  return done('PUT', `/api/v1/orders/${encodeURIComponent(id)}`, { limit, reason });
}

export async function cancelOrder(id: string, reason: string): Promise<string> {
  return done('POST', `/api/v1/orders/${encodeURIComponent(id)}/cancel`, { reason });
}

export async function releaseAlert(message: string): Promise<AnswerJson> {
  return act<AnswerJson>('POST', '/api/v1/alerts/release', { message });
}

export async function dismissAlert(message: string, reason: string): Promise<string> {
  return done('POST', '/api/v1/alerts/dismiss', { message, reason });
}

export interface OwnAlert {
  readonly text: string;
  readonly isDryRun: boolean;
}

/** As the operator of this machine, in the desk's own room. */
export async function sendAlert({ text, isDryRun }: OwnAlert): Promise<AnswerJson> {
  const body = { text, user_id: 'operator', channel_id: 'local', dry_run: isDryRun };
  return act<AnswerJson>('POST', '/admin/alerts/process', body);
}

/** An alert that is valid now; `null` when the market offers nothing to alert. */
export async function exampleAlert(): Promise<string | null> {
  const { text } = await call<{ text: string | null }>('GET', '/api/v1/alerts/example');
  return text;
}

export async function acknowledge(seq: number, note: string): Promise<string> {
  await act('POST', `/api/v1/incidents/${seq}/acknowledge`, { note });
  return 'Noted, under your name.';
}

export async function verifyRecord(): Promise<VerificationView> {
  return act<VerificationView>('POST', '/api/v1/audit/verification', {});
}

export interface ArmingCode {
  readonly code: string;
  readonly expires_at: string;
}

export async function armingCode(): Promise<ArmingCode> {
  return act<ArmingCode>('POST', '/api/v1/arming/code', {});
}

export async function arm(code: string, lastFour: string, reason: string): Promise<string> {
  return done('PUT', '/api/v1/arming', { code, last_four: lastFour, reason });
}

export async function disarm(reason: string): Promise<string> {
  return done('POST', '/api/v1/arming/disarm', { reason });
}

export async function actOnPart(name: string, what: string, reason: string): Promise<string> {
  return done('POST', `/api/v1/health/${name}/${what}`, { reason });
}

export async function runJob(name: string, reason: string): Promise<string> {
  return done('POST', `/api/v1/jobs/${name}/run`, { reason });
}

export async function actOnAlarm(name: string, what: 'acknowledge' | 'test'): Promise<string> {
  return done('POST', `/api/v1/alarms/${name}/${what}`, {});
}

export interface Permission {
  readonly who: string;
  readonly permission: string;
  readonly to: 'granted' | 'withdrawn';
}

export async function changeAllowList(change: Permission, reason: string): Promise<string> {
  return done('PUT', '/api/v1/allow-list', { ...change, reason });
}

/** The key itself, in this answer and nowhere else. */
export async function createKey(role: Role, note: string): Promise<string | null> {
  const { key } = await act<{ key: string | null }>('POST', '/api/v1/keys', { role, note });
  return key;
}

export async function revokeKey(id: string, reason: string): Promise<string> {
  return done('POST', `/api/v1/keys/${id}/revoke`, { reason });
}

/** The password that was made, in this answer and nowhere else. */
export async function addOperator(name: string, role: Role): Promise<string | null> {
  const body = { name, role, reason: '' };
  return (await act<{ password: string | null }>('POST', '/api/v1/operators', body)).password;
}

export async function removeOperator(name: string, reason: string): Promise<string> {
  return done('POST', `/api/v1/operators/${name}/remove`, { reason });
}
