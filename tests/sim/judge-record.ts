/** S1, S2, S7–S12 and S18, from the journal: each record is judged as it becomes durable. */

import type { Kind } from '#audit/by-kind.ts';
import type { DeskEntry } from '#audit/model.ts';
import type { TradeId } from '#kernel/ids.ts';
import { formatMoney, formatPrice, moneyFromUnits } from '#kernel/price.ts';
import { quoteDefect } from '#market/quote.ts';
import { addTicks, isOnGrid, next, previous, roundDown, ticksBetween } from '#market/tick-grid.ts';
import { endOf } from '#orders/core/order-life.ts';
import type { OrderIntent } from '#orders/model.ts';
import { gateResults } from '#risk/model.ts';
import { isExitPrice } from './judge-conduct.ts';
import type { JudgedTrade, JudgeState } from './judge-state.ts';
import { markRecord } from './mark-records.ts';
import type { WorldSettings } from './seed-plan.ts';
import type { Witness } from './witness.ts';

type EntryOf<K extends Kind> = Extract<DeskEntry, { readonly kind: K }>;

export interface RecordJudgeParts {
  readonly state: JudgeState;
  readonly witness: Witness;
  readonly settings: WorldSettings;
  readonly isDryRun: boolean;
  readonly report: (invariant: string, what: string) => void;
}

export class RecordJudge {
  readonly #parts: RecordJudgeParts;

  constructor(parts: RecordJudgeParts) {
    this.#parts = parts;
  }

  take(entry: DeskEntry): void {
    const { state } = this.#parts;
    markRecord(entry, state, this.#parts.witness);
    switch (entry.kind) {
      case 'message.received':
        state.received.set(entry.body.message.key, entry.body.message);
        return;
      case 'trade.opened':
        this.#opened(entry);
        return;
      case 'kill_state.changed':
        state.killState = entry.body.to;
        return;
      case 'clock.stepped':
        state.timeAnew(entry.mono);
        return;
      case 'incident.raised':
        this.#told(entry.trade);
        if (entry.body.code === 'second_writer') state.isWriterTold = true;
        return;
      default: {
        const trade = entry.trade === undefined ? undefined : state.trades.get(entry.trade);
        if (trade !== undefined) this.#ofTrade(entry, trade);
      }
    }
  }

  #told(id: TradeId | undefined): void {
    const trade = id === undefined ? undefined : this.#parts.state.trades.get(id);
    if (trade !== undefined) trade.isTold = true;
  }

  #ofTrade(entry: DeskEntry, trade: JudgedTrade): void {
    switch (entry.kind) {
      case 'order.intended':
        this.#intended(entry, trade);
        return;
      case 'order.seen':
        this.#seen(entry, trade);
        return;
      case 'entry.stepped':
        this.#stepped(entry, trade);
        return;
      case 'entry.converted':
        this.#converted(entry, trade);
        return;
      case 'close.requested':
        this.#closeRequested(entry, trade);
        return;
      case 'position.reduced':
        trade.soldElsewhere += entry.body.by;
        trade.isTold = true;
        return;
      case 'trade.blocked':
        trade.isTold = true;
        this.#parts.witness.mark('trade blocked');
        return;
      case 'trade.ended':
        this.#ended(entry, trade);
        return;
      default:
    }
  }

  #opened({ seq, mono, body: { plan, risk } }: EntryOf<'trade.opened'>): void {
    const { state, report, settings } = this.#parts;
    const id = plan.tradeId;
    if (state.trades.has(id)) report('S2', `${id} was opened twice`);
    const trade: JudgedTrade = {
      id,
      plan,
      orders: [],
      startedAt: null,
      limit: plan.limit,
      steps: 0,
      bought: 0,
      units: 0n,
      floors: [],
      isTold: false,
      soldElsewhere: 0,
      toClose: 0,
      takenBack: [],
      ended: null,
      isTimedAnew: mono < state.timedAnewUntil,
      phase: 0,
      boughtInBook: 0,
    };
    state.trades.set(id, trade);
    const symbol = state.symbol(plan.instrument.symbol);
    symbol.trades.push(trade);
    state.openTrades += 1;
    if (state.openTrades > settings.risk.limits.openTradesMax) {
      report('S10', `${state.openTrades} trades are open`);
    }
    this.#judgeOrigin(trade);
    this.#judgeApproval(trade, risk, seq);
    if (plan.quantity > settings.risk.limits.contractsMax) report('S10', `${id} is too large`);
  }

  #judgeOrigin({ id, plan }: JudgedTrade): void {
    const { state, report, settings, isDryRun } = this.#parts;
    const message = state.received.get(plan.message);
    if (message === undefined) {
      report('S1', `${id} has no message on record`);
      return;
    }
    const { author, platform, channelId, relation } = message;
    const person = settings.alerts.people[`${platform}:${author.id}`];
    const room = settings.alerts.channels[`${platform}:${channelId}`];
    const isAllowed =
      author.kind === 'person' &&
      relation === 'initial' &&
      person?.permissions.includes('alert') === true &&
      room?.purpose === 'alerts';
    if (!isAllowed) report('S1', `${id} comes from ${author.id} in ${channelId}, a ${relation}`);
    if (isDryRun || room?.dryRun === true || message.dryRun)
      report('S11', `${id} opens in a dry run`);
    const { symbol } = plan.instrument;
    const posted = state.postedBySymbol.get(symbol) ?? [];
    for (const other of posted) {
      if (other.key === plan.message) report('S2', `${plan.message} opened two trades`);
      const apart = Math.abs(other.at - message.postedAt);
      if (apart < settings.alerts.duplicateWindowMs) {
        report('S2', `${other.key} and ${plan.message} are the same, ${apart} ms apart`);
      }
    }
    posted.push({ at: message.postedAt, key: plan.message });
    state.postedBySymbol.set(symbol, posted);
  }

  #judgeApproval({ id, plan }: JudgedTrade, risk: number, seq: number): void {
    const { state, report } = this.#parts;
    const decision = state.records[risk - 1];
    const body = decision?.kind === 'risk.decided' && risk < seq ? decision.body : null;
    if (body?.outcome !== 'approved' || decision?.message !== plan.message) {
      report('S10', `${id} names no approval of its own`);
      return;
    }
    const isWhole =
      body.account !== null &&
      body.sizing !== null &&
      body.sizing.quantity >= plan.quantity &&
      body.quote !== null &&
      gateResults(body.gates).every(({ outcome }) => outcome === 'pass');
    if (!isWhole) report('S10', `the approval of ${id} lacks its inputs`);
  }

  #intended({ mono, body: { intent } }: EntryOf<'order.intended'>, trade: JudgedTrade): void {
    const { state, report } = this.#parts;
    const name = `${intent.op} ${intent.cid}`;
    const known = state.intents.get(name);
    if (known === undefined) {
      state.intents.set(name, { intended: 1, seen: 0, seq: state.records.length });
    } else known.intended += 1;
    if (intent.op === 'cancel') return;
    const role = intent.cid.split('.')[3]?.charAt(0) ?? '';
    const isForbidden =
      state.killState === 'HALT' ||
      (state.killState !== 'ACTIVE' && role === 'E') ||
      (state.killState === 'FLATTEN' && role === 'X');
    if (isForbidden) report('S12', `${intent.cid} was intended in ${state.killState}`);
    this.#judgeTerms(intent, trade, role, known !== undefined);
    if (role === 'E') this.#judgeTime(intent, trade, mono);
    this.#judgeCount(trade, role);
  }

  /** S9: on the grid, inside collar or floor, an exit for its profit. */
  #judgeTerms(
    { cid, terms }: Exclude<OrderIntent, { op: 'cancel' }>,
    { plan, floors, bought, units }: JudgedTrade,
    role: string,
    isAgain: boolean,
  ): void {
    const { report } = this.#parts;
    const { grid } = plan.instrument;
    if (terms.kind === 'market') {
      if (role === 'X') report('S9', `${cid} is a market order`);
      return;
    }
    const { limit } = terms;
    if (limit <= 0n || !isOnGrid(grid, limit)) report('S9', `${cid} is off the grid`);
    if (role === 'E' && limit > plan.collar) report('S9', `${cid} is above the collar`);
    if (role === 'C' && floors.every((floor) => limit < floor))
      report('S9', `${cid} is below the floor`);
    if (role !== 'X' || isAgain) return;
    const paid = { quantity: bought, units, profit: plan.exit.profit };
    if (!isExitPrice(limit, previous(grid, limit), paid)) {
      report('S9', `${cid} asks ${formatPrice(limit)} for ${bought} bought`);
    }
  }

  /** S9: no other price before the wait, nothing at all after the window. */
  #judgeTime(
    { cid, terms }: Exclude<OrderIntent, { op: 'cancel' }>,
    trade: JudgedTrade,
    mono: number,
  ): void {
    trade.startedAt ??= mono;
    if (trade.isTimedAnew) return;
    const { report } = this.#parts;
    const { plan, startedAt } = trade;
    const { waitMs, windowMs } = plan.entry;
    if (mono >= startedAt + windowMs + 1) report('S9', `${cid} was intended after the window`);
    const isMoved = terms.kind === 'market' || terms.limit !== plan.limit;
    const first = trade.orders.find(({ role }) => role === 'entry');
    if (!isMoved) return;
    if (first === undefined || mono < first.receivedAt + waitMs - 1) {
      report('S9', `${cid} moved before the wait was over`);
    }
  }

  #judgeCount({ id, orders }: JudgedTrade, role: string): void {
    const { report, settings } = this.#parts;
    const most = settings.orders.ordersPerPurposeMax;
    const purpose = role === 'E' ? 'entry' : 'exit';
    // Orders that never arrived or ended with their day are no tries.
    const count = orders.filter((order) => order.role === purpose).length;
    if (role !== 'C' && count > 2 * most) report('S17', `${id} has ${count} orders to ${purpose}`);
  }

  /** S7 and S8: fills exist and are recorded once; what has ended stays ended. */
  #seen({ seq, body: { sighting } }: EntryOf<'order.seen'>, trade: JudgedTrade): void {
    const { state, report, witness } = this.#parts;
    const { cid, orderId, status, fills, filled } = sighting;
    const order = state.orders.get(orderId);
    if (order === undefined || order.cid !== cid) {
      report('S7', `${cid} was seen on ${orderId}, which the broker has not`);
      return;
    }
    for (const fill of fills) {
      const truth = order.fills.get(fill.fillId);
      if (truth?.quantity !== fill.quantity || truth.price !== fill.price) {
        report('S7', `${fill.fillId} of ${cid} never happened like that`);
      }
      if (order.recorded.has(fill.fillId))
        report('S7', `${fill.fillId} of ${cid} is recorded twice`);
      order.recorded.add(fill.fillId);
      if (order.role === 'entry') {
        trade.bought += fill.quantity;
        trade.units += fill.price * BigInt(fill.quantity);
      }
    }
    const before = state.statedFilled.get(cid) ?? 0;
    const isNews = fills.length > 0 || filled > before;
    if (state.statedEnds.has(cid) && !isNews) report('S8', `${cid} was over before record ${seq}`);
    if (state.statedEnds.has(cid) && fills.length > 0) witness.mark('late fill taken');
    state.statedFilled.set(cid, Math.max(before, filled));
    if (endOf(status) !== null) state.statedEnds.add(cid);
  }

  #stepped({ body: { terms, quote } }: EntryOf<'entry.stepped'>, trade: JudgedTrade): void {
    const { report, witness } = this.#parts;
    const { plan, id } = trade;
    witness.mark('price step');
    trade.steps += 1;
    if (trade.steps > plan.entry.stepsMax) report('S9', `${id} stepped ${trade.steps} times`);
    if (quoteDefect(quote) !== null) report('S9', `${id} stepped on an unsound quote`);
    if (terms.kind !== 'limit' || terms.limit !== next(plan.instrument.grid, trade.limit)) {
      const to = terms.kind === 'market' ? 'market' : formatPrice(terms.limit);
      report('S9', `${id} stepped from ${formatPrice(trade.limit)} to ${to}`);
    } else trade.limit = terms.limit;
  }

  #converted({ body: { terms, quote } }: EntryOf<'entry.converted'>, trade: JudgedTrade): void {
    const { report, witness } = this.#parts;
    const { plan, id, limit } = trade;
    const { grid } = plan.instrument;
    witness.mark(terms.kind === 'market' ? 'converted to market' : 'converted to a limit');
    if (quoteDefect(quote) !== null || quote.bid >= quote.ask) {
      report('S9', `${id} converts on an unsound, locked or crossed quote`);
      return;
    }
    if (quote.ask > plan.collar) report('S9', `${id} converts above the collar`);
    const highest = addTicks(grid, roundDown(grid, quote.ask), 1);
    const isFar = ticksBetween(grid, limit, quote.ask) > plan.entry.convertWithinTicks;
    const isHigh = terms.kind === 'limit' && terms.limit > highest;
    if (isFar || isHigh) report('S9', `${id} converts from ${formatPrice(limit)}`);
    if (terms.kind === 'limit') trade.limit = terms.limit;
  }

  #closeRequested(
    { seq, message, body: { plan } }: EntryOf<'close.requested'>,
    trade: JudgedTrade,
  ): void {
    const { state, report } = this.#parts;
    trade.floors.push(plan.floor);
    trade.toClose += plan.scope === 'all' ? Infinity : plan.quantity;
    trade.isTold = true;
    if (plan.message === null) return;
    const isApproved = state.records.some(
      (record) =>
        record.kind === 'risk.decided' &&
        record.seq < seq &&
        record.message === message &&
        record.body.outcome === 'approved',
    );
    if (!isApproved) report('S10', `close ${seq} of ${trade.id} names no approval`);
  }

  /** S18: the result is what the broker's own trades come to, to the last digit. */
  #ended({ body: { reason, result } }: EntryOf<'trade.ended'>, trade: JudgedTrade): void {
    const { state, report, witness } = this.#parts;
    if (trade.ended === null) state.openTrades -= 1;
    trade.ended = reason;
    trade.isTold = true;
    witness.mark(`trade ended: ${reason}`);
    if (trade.orders.some(({ role }) => role === 'entry')) state.lived.add(trade.id);
    let units = 0n;
    for (const { role, fills } of trade.orders) {
      for (const fill of fills.values()) {
        const value = fill.price * BigInt(fill.quantity);
        units += role === 'entry' ? -value : value;
      }
    }
    const truth = moneyFromUnits(units * BigInt(trade.plan.instrument.multiplier));
    // What comes after it was given up is found, and the trade is open again.
    if (truth !== result && !state.overdue.has(trade.id)) {
      report(
        'S18',
        `${trade.id} states ${formatMoney(result)}, the broker's trades ${formatMoney(truth)}`,
      );
    }
  }
}
