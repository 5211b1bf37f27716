/** What concerns the desk as a whole: one sentence per record. */
import { dollars } from '#kernel/dollars.ts';
import { words } from '#kernel/text.ts';
import { nameOfSymbol } from '#market/contract-name.ts';
import { badgeOf } from './badge.ts';
import type { BodyOf, ByKind, EntryOf } from './by-kind.ts';
import { quoted } from './mask.ts';

export const DESK_SENTENCES: ByKind<
  | 'buying_power.captured'
  | 'kill_state.changed'
  | 'run.started'
  | 'run.ended'
  | 'order.foreign'
  | 'clock.stepped'
  | 'reconcile.passed'
  | 'reconcile.differed'
  | 'operator.acted'
  | 'incident.raised'
  | 'notice.delivered',
  unknown,
  string
> = {
  'buying_power.captured': ({ body }) =>
    `Took the buying power of ${body.day} as ${dollars(body.amount)}: sizing starts from it all day.`,
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
  'incident.raised': ({ body }) =>
    `Needs a person (${quoted(words(body.code), 60)}): ${quoted(body.detail)}`,
  'notice.delivered': () => 'The acknowledgement was delivered.',
};

function foreign({ orderId, side, quantity, symbol }: BodyOf<'order.foreign'>): string {
  const what = `${side} ${quantity} ${nameOfSymbol(symbol)}`;
  return `The account has an order this desk did not send: ${what} (order ${quoted(orderId, 40)}).`;
}

function acted({ actor, body: { act, reason } }: EntryOf<'operator.acted'>): string {
  const why = reason === '' ? '' : ` (${quoted(reason)})`;
  return `${quoted(actor)}: ${quoted(words(act))}${why}.`;
}
