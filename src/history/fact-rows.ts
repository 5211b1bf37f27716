/** The rows of what a single record says, whatever else it belongs to. */
import type { DeskEntry } from '#audit/model.ts';
import { gateResults } from '#risk/model.ts';
import { exact, exactMoney, instant, json, text } from './cells.ts';
import type { Projected } from './model.ts';
import type { RowLists } from './row-lists.ts';

export function addFacts(rows: RowLists, projected: Projected): void {
  const { entry } = projected.told;
  const { kind } = entry;
  if (kind === 'run.started' || kind === 'run.ended') addRun(rows, entry);
  else if (kind === 'risk.decided') addDecision(rows, entry, projected);
  else if (kind === 'incident.raised') addIncident(rows, entry, projected);
  else if (kind === 'kill_state.changed') addKillState(rows, entry);
  else if (kind === 'notice.delivered') addPublication(rows, entry);
  else addAct(rows, projected);
}

type EntryOf<K extends DeskEntry['kind']> = Extract<DeskEntry, { readonly kind: K }>;

function addIncident(
  rows: RowLists,
  { seq, wall, body }: EntryOf<'incident.raised'>,
  { row }: Projected,
): void {
  const own = { seq, at: instant(wall), trade_id: row.tradeId };
  rows.add('incidents', { ...own, code: text(body.code), detail: text(body.detail) });
}

function addKillState(
  rows: RowLists,
  { seq, wall, actor, body: { from, to, reason } }: EntryOf<'kill_state.changed'>,
): void {
  const own = { seq, at: instant(wall), actor: text(actor) };
  rows.add('kill_states', { ...own, from_state: from, to_state: to, reason: text(reason) });
}

function addPublication(
  rows: RowLists,
  { seq, wall, body: { key, digest, postId } }: EntryOf<'notice.delivered'>,
): void {
  rows.add('publications', {
    seq,
    at: instant(wall),
    key: text(key),
    digest: text(digest),
    post_id: text(postId ?? null),
    outcome: postId === undefined ? 'given_up' : 'delivered',
  });
}

function addDecision(
  rows: RowLists,
  { seq, wall, body }: EntryOf<'risk.decided'>,
  { row }: Projected,
): void {
  const { sizing, quote, account, book } = body;
  rows.add('decisions', {
    seq,
    at: instant(wall),
    message_key: text(row.messageKey),
    trade_id: row.tradeId,
    outcome: body.outcome,
    code: text(body.code),
    quantity: sizing?.quantity ?? null,
    quantity_bound: text(sizing?.bound ?? null),
    gates: json(gateResults(body.gates)),
    sizing: json(sizing),
    bid: exact(quote?.bid ?? null),
    ask: exact(quote?.ask ?? null),
    available_buying_power: exactMoney(account?.availableBuyingPower ?? null),
    premium_open: exactMoney(book.premiumOpen),
    day_result: exactMoney(book.dayResult),
    open_trades: book.openTrades,
    trades_today: book.tradesToday,
  });
}

const NO_RUN = {
  started_seq: null,
  at: null,
  version: null,
  epoch: null,
  environment: null,
  ended_at: null,
  ended: null,
};

function addRun(rows: RowLists, entry: EntryOf<'run.started'> | EntryOf<'run.ended'>): void {
  const before = rows.runs.get(entry.run) ?? { ...NO_RUN, run: text(entry.run) };
  if (entry.kind === 'run.ended') {
    const ended = { ended_at: instant(entry.wall), ended: text(entry.body.reason) };
    rows.runs.set(entry.run, { ...before, ...ended });
    return;
  }
  const { version, epoch, environment } = entry.body;
  const started = { started_seq: entry.seq, at: instant(entry.wall), version: text(version) };
  rows.runs.set(entry.run, { ...before, ...started, epoch, environment: text(environment) });
}

/** What each kind of record says that a person did: the act, and why. */
function actOf(entry: DeskEntry): { readonly act: string; readonly reason: string } | null {
  const { kind, body } = entry;
  if (kind === 'operator.acted') return { act: body.act, reason: body.reason };
  if (kind === 'command.received') return { act: body.line, reason: '' };
  if (kind === 'allow_list.changed') {
    return { act: `${body.permission} ${body.to}: ${body.who}`, reason: '' };
  }
  if (kind === 'arming.armed') return { act: 'armed', reason: `certificate ${body.certificate}` };
  if (kind === 'arming.disarmed') return { act: 'disarmed', reason: body.reason };
  if (kind === 'trade.released') return { act: 'released', reason: body.reason };
  if (kind !== 'close.requested' || entry.actor === 'engine') return null;
  return { act: 'close', reason: body.why };
}

function addAct(rows: RowLists, { told, row }: Projected): void {
  const { entry } = told;
  const done = actOf(entry);
  if (done === null) return;
  rows.add('acts', {
    seq: entry.seq,
    at: instant(entry.wall),
    kind: entry.kind,
    actor: text(entry.actor),
    act: text(done.act),
    reason: text(done.reason),
    trade_id: row.tradeId,
    message_key: text(row.messageKey),
    badge: text(row.badge),
  });
}
