/** What concerns the desk as a whole: one sentence per record. */
import { dollars } from '#kernel/dollars.ts';
import { words } from '#kernel/text.ts';
import { formatInstant } from '#kernel/time.ts';
import { nameOfSymbol } from '#market/contract-name.ts';
import { badgeOf } from './badge.ts';
import type { BodyOf, ByKind, EntryOf } from './by-kind.ts';
import { quoted } from './mask.ts';

export const DESK_SENTENCES: ByKind<
  | 'buying_power.captured'
  | 'kill_state.changed'
  | 'arming.armed'
  | 'arming.disarmed'
  | 'run.started'
  | 'run.ended'
  | 'order.foreign'
  | 'clock.stepped'
  | 'reconcile.passed'
  | 'reconcile.differed'
  | 'operator.acted'
  | 'job.started'
  | 'job.ended'
  | 'alarm.raised'
  | 'alarm.cleared'
  | 'alarm.acknowledged'
  | 'alarm.tested'
  | 'alarm.told'
  | 'command.received'
  | 'allow_list.changed'
  | 'incident.raised'
  | 'notice.delivered'
  | 'request.taken'
  | 'request.answered'
  | 'snapshot.taken'
  | 'snapshot.refused',
  unknown,
  string
> = {
  'buying_power.captured': ({ body }) =>
    `Took the buying power of ${body.day} as ${dollars(body.amount)}: sizing starts from it all day.`,
  'arming.armed': ({ body: { account, until } }) =>
    `Entries are armed for account ****${account} until ${formatInstant(until)}.`,
  'arming.disarmed': ({ body: { reason } }) => `Entries are disarmed: ${quoted(reason)}.`,
  'kill_state.changed': ({ body }) =>
    `The desk went from ${body.from} to ${body.to}: ${quoted(body.reason)}.`,
  'run.started': ({ body: { version, environment, epoch } }) =>
    `The desk started: version ${version}, ${badgeOf(environment)}, run ${epoch}.`,
  'run.ended': ({ body }) => `The desk stopped: ${quoted(words(body.reason))}.`,
  'order.foreign': ({ body }) => foreign(body),
  'clock.stepped': ({ body: { byMs } }) =>
    `The clock of this machine was set ${byMs < 0 ? 'back' : 'forward'} by ${Math.abs(byMs)} ms.`,
  'reconcile.passed': ({ body: { orders, positions } }) =>
    `The broker agrees with the record: ${orders} orders and ${positions} positions compared.`,
  'reconcile.differed': ({ body }) =>
    `The broker differs from the record: ${quoted(body.findings.join('; '), 400)}.`,
  'operator.acted': acted,
  'job.started': ({ body: { job, by } }) =>
    `The job ${quoted(job, 40)} began (${quoted(words(by), 60)}).`,
  'job.ended': ({ body: { job, outcome, detail } }) =>
    `The job ${quoted(job, 40)} ${JOB_ENDS[outcome]}: ${quoted(detail, 300)}.`,
  'alarm.raised': ({ body: { alarm, times, detail } }) =>
    `Alarm ${quoted(alarm, 40)}${times === 1 ? '' : `, told ${times} times`}: ${quoted(detail, 200)}.`,
  'alarm.cleared': ({ body: { alarm, since, at } }) =>
    `The alarm ${quoted(alarm, 40)} is over after ${Math.max(0, Math.round((at - since) / 1_000))} s.`,
  'alarm.acknowledged': ({ actor, body: { alarm } }) =>
    `${quoted(actor)} took note of the alarm ${quoted(alarm, 40)}.`,
  'alarm.tested': ({ actor, body: { alarm } }) =>
    `${quoted(actor)} tested the alarm ${quoted(alarm, 40)}.`,
  'alarm.told': ({ body: { of, outcome, detail } }) =>
    outcome === 'delivered'
      ? `The receiver of alarms took record ${of}.`
      : `The receiver of alarms was not told of record ${of}: ${quoted(detail, 200)}.`,
  'command.received': ({ actor, body }) => `${quoted(actor)} gave a command: ${quoted(body.line)}.`,
  'allow_list.changed': ({ actor, body: { who, permission, to } }) =>
    `${quoted(actor)}: ${quoted(who)} ${to === 'granted' ? 'may' : 'may no longer'} ${permission}.`,
  'incident.raised': ({ body }) =>
    `Needs a person (${quoted(words(body.code), 60)}): ${quoted(body.detail)}`,
  'notice.delivered': () => 'The acknowledgement was delivered.',
  'request.taken': ({ actor, body: { line, address, requestId } }) =>
    `${quoted(actor)} asked for ${quoted(line)} from ${quoted(address)}, request ${quoted(requestId)}.`,
  'request.answered': requestAnswered,
  'snapshot.taken': ({ body: { seq } }) =>
    `Kept what the record says up to record ${seq}: a start reads on from there.`,
  'snapshot.refused': ({ body: { seq, reason } }) =>
    `Started without the snapshot of record ${seq} (${quoted(words(reason))}): read the record instead.`,
};

function requestAnswered({ actor, body }: EntryOf<'request.answered'>): string {
  const { line, address, requestId, status, code, times } = body;
  const what = `${quoted(line)} of ${quoted(actor)} from ${quoted(address)}`;
  const how = code === null ? 'done' : `not done (${status}, ${quoted(words(code))})`;
  const often = times === undefined ? '' : `, ${times} times within a minute, the last`;
  return `${what}: ${how}${often}, request ${quoted(requestId)}.`;
}

const JOB_ENDS = { done: 'is done', failed: 'failed', interrupted: 'was interrupted' } as const;

function foreign({ orderId, side, quantity, symbol, endedOf }: BodyOf<'order.foreign'>): string {
  const what = `${side} ${quantity} ${nameOfSymbol(symbol)}`;
  const named = `${what} (order ${quoted(orderId, 40)})`;
  return endedOf === undefined
    ? `The account has an order this desk did not send: ${named}.`
    : `The account has an order that a ${endedOf} left behind ended: ${named}.`;
}

function acted({ actor, body: { act, reason } }: EntryOf<'operator.acted'>): string {
  const why = reason === '' ? '' : ` (${quoted(reason)})`;
  return `${quoted(actor)}: ${quoted(words(act))}${why}.`;
}
