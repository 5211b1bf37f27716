/** L1–L5, S13 and S16: what must hold once nothing goes wrong any more. */

import { createRecollection, recall } from '#app/trading-desk.ts';
import { auditGaps } from '#audit/gaps.ts';
import { held, isLive } from '#orders/core/exposure.ts';
import { exitQuantity } from '#orders/exits/target.ts';
import { type JudgedTrade, openAlone, openOf } from './judge-state.ts';
import type { Run, SimWorld } from './world.ts';

/** By the poll at the latest, and cancelled. */
const FOUND_MS = 20_000;
const NOTED: ReadonlySet<string> = new Set([
  'message.redelivered',
  'message.edited',
  'reconcile.passed',
  'notice.delivered',
]);

/** After time without faults; `isEnd`: a minute and more of it, with everything closed. */
export function judgeRest(
  world: SimWorld,
  { isMarketOpen, isEnd }: { readonly isMarketOpen: boolean; readonly isEnd: boolean },
): void {
  const { run, judge } = world;
  if (run === null || !run.journal.health().writable) {
    judge.report('L1', 'no desk runs a minute after the last fault');
    return;
  }
  if (!run.desk.isReconciled) judge.report('L3', 'the desk does not agree with its broker');
  for (const trade of judge.state.trades.values()) {
    judgeEntry(world, trade);
    if (!isMarketOpen) continue;
    if (isLateSold(world, trade)) judgeSells(world, trade);
    else judgeExit(world, trade);
  }
  if (isEnd) judgeFills(world);
  judgeKnown(world, run);
  judgePositions(world, run, isEnd);
  judgeAnswers(world);
  if (isEnd) judgeReplay(world, run);
  judgeWriter(world);
  judge.atRest();
}

/** S13: whoever else writes with our mark is found out, and HALT (or FLATTEN already) follows. */
function judgeWriter({ judge }: SimWorld): void {
  const { hasSecondWriter, isWriterTold, records } = judge.state;
  if (!hasSecondWriter) return;
  if (!isWriterTold) judge.report('S13', 'another writer went unnoticed');
  let inForce = 'ACTIVE';
  let isAwaited = false;
  for (const record of records) {
    if (record.kind === 'kill_state.changed') inForce = record.body.to;
    const isTold = record.kind === 'incident.raised' && record.body.code === 'second_writer';
    const isStopped = inForce === 'HALT' || inForce === 'FLATTEN';
    isAwaited = (isTold || isAwaited) && !isStopped;
  }
  if (isAwaited) judge.report('S13', 'another writer was found, and nothing was halted');
}

function judgeEntry({ judge }: SimWorld, { id, orders }: JudgedTrade): void {
  const live = orders.find((order) => order.role === 'entry' && order.isLive);
  if (live !== undefined) judge.report('L1', `${live.cid} of ${id} is still working`);
}

function judgeExit({ judge }: SimWorld, trade: JudgedTrade): void {
  if (trade.isTold) return;
  let bought = 0;
  let exits = 0;
  for (const order of trade.orders) {
    if (order.role === 'entry') bought += order.filled;
    else if (order.role === 'exit') exits += order.filled + openOf(order);
  }
  const target = exitQuantity(trade.plan.exit, bought);
  if (exits !== target)
    judge.report('L2', `${trade.id}: ${exits} on exit, ${target} of ${bought} wanted`);
}

function isLateSold({ judge }: SimWorld, { orders }: JudgedTrade): boolean {
  return orders.some(({ cid }) => judge.state.lateSells.has(cid));
}

/** A sell came late, and so lately that it may not be found yet, or be at work. */
export function awaitsLateSells({ judge, clock }: SimWorld): boolean {
  const { lateSells, byCid } = judge.state;
  return [...lateSells].some((cid) => {
    const order = byCid.get(cid);
    return order !== undefined && clock.mono() - order.receivedAt < FOUND_MS;
  });
}

/** S5: a sell that came late, beside the one sent in its place, has been taken back. */
function judgeSells({ judge }: SimWorld, { id, orders, plan, toClose }: JudgedTrade): void {
  let bought = 0;
  let exits = 0;
  let closes = 0;
  for (const order of orders) {
    if (order.role === 'entry') bought += order.filled;
    else if (order.role === 'exit') exits += order.filled + openAlone(order);
    else closes += order.filled + openAlone(order);
  }
  const isTooMuch = exits > exitQuantity(plan.exit, bought) || exits + closes > bought;
  if (isTooMuch || closes > toClose) {
    judge.report('S5', `${id}: ${exits} on exit, ${closes} by closes, ${bought} bought, at rest`);
  }
}

/** S7: every fill is on record. */
function judgeFills({ judge }: SimWorld): void {
  for (const { cid, fills, recorded } of judge.state.orders.values()) {
    if (fills.size !== recorded.size) {
      judge.report('S7', `${fills.size - recorded.size} fills of ${cid} are not on record`);
    }
  }
}

function judgeKnown({ judge }: SimWorld, { desk }: Run): void {
  for (const trade of desk.book.all()) {
    for (const order of trade.orders) {
      if (order.phase === 'unknown' || order.phase === 'intended') {
        judge.report('L3', `${order.cid} is still ${order.phase}`);
      }
      const truth = order.orderId === null ? undefined : judge.state.orders.get(order.orderId);
      if (truth !== undefined && truth.isLive !== isLive(order)) {
        judge.report('L3', `${order.cid} is believed ${order.phase}, at the broker it is not`);
      }
    }
  }
}

/** What others have sold of ours is found within the minute. */
function judgePositions({ judge }: SimWorld, { desk }: Run, isEnd: boolean): void {
  const ours = new Map<string, number>();
  for (const trade of desk.book.all()) {
    const { symbol } = trade.plan.instrument;
    ours.set(symbol, (ours.get(symbol) ?? 0) + held(trade));
  }
  for (const [name, { net, isShared }] of judge.state.symbols) {
    if (isShared && !isEnd) continue;
    const believed = ours.get(name) ?? 0;
    const agrees = isShared ? believed <= Math.max(0, net) : believed === net;
    if (!agrees)
      judge.report('L3', `${name.trim()}: ${believed} believed held, ${net} at the broker`);
  }
}

/** L4, L5: every accepted alert is answered. Where nothing is posted, the record says the same. */
function judgeAnswers({ judge, plan, channel }: SimWorld): void {
  if (!plan.posts) return;
  for (const { id, plan: opened } of judge.state.trades.values()) {
    if (!channel.posts.has(`ack:${opened.message}`)) judge.report('L5', `${id} was never answered`);
  }
}

function judgeReplay({ judge }: SimWorld, { desk, journal }: Run): void {
  const health = journal.health();
  if (health.lastSeq !== health.durableSeq) return;
  const replayed = createRecollection();
  for (const entry of judge.state.records) recall(replayed, entry);
  judge.compareReplayed(desk.book, replayed.book);
}

/** S14: every question of the record has its answer. */
export function judgeRecord({ judge }: SimWorld): void {
  for (const { what } of auditGaps(judge.state.records)) judge.report('S14', what);
}

/** S16: what came before comes again; what is recorded then must only note it. */
export function judgeRepetition({ judge }: SimWorld, from: number): void {
  for (const { kind } of judge.state.records.slice(from)) {
    if (!NOTED.has(kind)) judge.report('S16', `repetition led to ${kind}`);
  }
}
