/** S3–S6 and S17, from the broker's own ledger: judged after every step on what was touched. */
import type { Ledger, SeenMutation, SeenStatus, SeenTrade } from '#adapters/simulated/ledger.ts';
import type { OrderRole } from '#kernel/ids.ts';
import { BASIS_POINTS_PER_ONE } from '#kernel/percent.ts';
import {
  type JudgedOrder,
  type JudgedTrade,
  type JudgeState,
  openAlone,
  openOf,
} from './judge-state.ts';
import type { Witness } from './witness.ts';

const ROLES: Readonly<Record<string, OrderRole>> = { E: 'entry', X: 'exit', C: 'close' };
const MUTATIONS_PER_MINUTE_MAX = 60;
const ENDED: ReadonlySet<string> = new Set([
  'filled',
  'cancelled',
  'rejected',
  'expired',
  'removed',
]);

export interface LedgerJudgeParts {
  readonly ledger: Ledger;
  readonly state: JudgeState;
  readonly witness: Witness;
  readonly prefix: string;
  readonly isDryRun: boolean;
  readonly mono: () => number;
  readonly report: (invariant: string, what: string) => void;
}

export class LedgerJudge {
  readonly #parts: LedgerJudgeParts;
  readonly #touched = new Set<JudgedTrade>();
  readonly #sentAt: number[] = [];
  #mutations = 0;
  #statuses = 0;
  #trades = 0;

  constructor(parts: LedgerJudgeParts) {
    this.#parts = parts;
  }

  /** Takes in what is new in the ledger, in order, and judges what it touched. */
  look(): void {
    const { ledger } = this.#parts;
    const taken = this.#mutations + this.#statuses + this.#trades;
    if (ledger.mutations.length + ledger.statuses.length + ledger.trades.length === taken) return;
    for (;;) {
      const mutation = ledger.mutations[this.#mutations];
      const status = ledger.statuses[this.#statuses];
      const trade = ledger.trades[this.#trades];
      const seq = Math.min(mutation?.seq ?? LAST, status?.seq ?? LAST, trade?.seq ?? LAST);
      if (seq === LAST) break;
      if (mutation?.seq === seq) this.#takeMutation(mutation);
      else if (status?.seq === seq) this.#takeStatus(status);
      else if (trade !== undefined) this.#takeTrade(trade);
    }
    if (this.#touched.size === 0) return;
    for (const trade of this.#touched) this.#judge(trade);
    this.#touched.clear();
  }

  #takeMutation(seen: SeenMutation): void {
    this.#mutations += 1;
    const { state, witness } = this.#parts;
    witness.digest(seen.kind, seen.seq);
    witness.ledger({ what: 'mutation', entry: seen });
    if (this.#parts.isDryRun)
      this.#parts.report('S11', `a ${seen.kind} reached the broker in a dry run`);
    const target = seen.target === null ? undefined : state.orders.get(seen.target);
    if (seen.kind === 'cancel') {
      if (target !== undefined) this.#needIntent('cancel', target.cid, seen.target ?? '');
      return;
    }
    const cid = seen.clientOrderId;
    if (cid === null || !cid.startsWith(this.#parts.prefix)) return;
    if (state.foreign.has(cid)) {
      state.hasSecondWriter ||= seen.orderId !== null;
      return;
    }
    const [, , id = '', last = ''] = cid.split('.');
    const op = seen.kind === 'place' ? 'submit' : 'replace';
    this.#needIntent(op, cid, '');
    this.#countRate();
    const trade = state.trades.get(id);
    const role = ROLES[last.charAt(0)];
    if (trade === undefined || role === undefined) {
      this.#parts.report('S1', `${cid} belongs to no trade on record`);
      return;
    }
    if (seen.orderId === null) {
      this.#refused(seen, trade, role);
      return;
    }
    this.#enter(seen, seen.orderId, { cid, trade, role, replaces: target ?? null });
  }

  #enter(
    seen: SeenMutation,
    orderId: string,
    named: Pick<JudgedOrder, 'cid' | 'trade' | 'role' | 'replaces'>,
  ): void {
    const { state, mono, report } = this.#parts;
    const order: JudgedOrder = {
      ...named,
      orderId,
      quantity: seen.quantity ?? 0,
      limit: seen.terms?.kind === 'limit' ? seen.terms.limit : null,
      receivedAt: mono(),
      filled: 0,
      isLive: true,
      fills: new Map(),
      recorded: new Set(),
    };
    const { cid, trade } = named;
    if (state.byCid.has(cid)) report('S6', `two orders carry ${cid}`);
    if (order.role === 'entry' && trade.takenBack.some((other) => this.#isKnownBack(other))) {
      report('S8', `${cid} is sent, and somebody has taken the entry back by hand`);
    }
    state.byCid.set(cid, order);
    state.orders.set(orderId, order);
    trade.orders.push(order);
    this.#touched.add(trade);
  }

  /** The venue refuses to sell what is not free: only others' trading excuses asking for it. */
  #refused(seen: SeenMutation, trade: JudgedTrade, role: OrderRole): void {
    const { state, report } = this.#parts;
    const { symbol } = trade.plan.instrument;
    const isOverSale = seen.rejection?.code === 'invalid_position_effect' && role !== 'entry';
    if (!isOverSale || state.symbol(symbol).isShared) return;
    if (state.lateSells.has(seen.clientOrderId ?? '') || this.#isSoldLate(symbol)) return;
    report(
      'S5',
      `${seen.clientOrderId ?? ''} asked to sell ${seen.quantity ?? 0}, not that many are free`,
    );
  }

  /** One that has come late is on sale, and nobody may know of it yet. */
  #isSoldLate(name: string): boolean {
    const { state } = this.#parts;
    const orders = state.symbol(name).trades.flatMap((trade) => trade.orders);
    return orders.some(({ cid, isLive }) => isLive && state.lateSells.has(cid));
  }

  #needIntent(op: string, cid: string, orderId: string): void {
    const { state, report } = this.#parts;
    if (op === 'cancel' && state.excusedCancels.has(orderId)) return;
    const known = state.intents.get(`${op} ${cid}`);
    if (known !== undefined) known.seen += 1;
    if (known === undefined || known.seen > known.intended) {
      report('S6', `${op} of ${cid} has no intent on disk before it`);
    }
  }

  #countRate(): void {
    const { mono, report, state } = this.#parts;
    const now = mono();
    this.#sentAt.push(now);
    while ((this.#sentAt[0] ?? now) <= now - 60_000) this.#sentAt.shift();
    if (this.#sentAt.length > MUTATIONS_PER_MINUTE_MAX && !state.isClockStepped) {
      report('S17', `${this.#sentAt.length} orders sent within a minute`);
    }
  }

  #takeStatus(seen: SeenStatus): void {
    this.#statuses += 1;
    const { state, witness } = this.#parts;
    witness.digest(seen.status, seen.seq);
    witness.ledger({ what: 'status', entry: seen });
    const order = state.orders.get(seen.orderId);
    if (order === undefined) return;
    order.isLive = !ENDED.has(seen.status);
    if (seen.status === 'cancelled') this.#cancelledByHand(order);
    if (seen.status === 'cancelled' && state.lateSells.has(order.cid)) {
      witness.mark(`late ${order.role} taken back`);
    }
    if (seen.status === 'rejected' && order.replaces !== null) {
      witness.mark(
        order.replaces.isLive
          ? 'replacement aborted, original lives'
          : 'replacement aborted, original gone',
      );
    }
    this.#touched.add(order.trade);
  }

  /** What the desk was changing itself it may send anew: it cannot tell whose doing the end was. */
  #cancelledByHand(order: JudgedOrder): void {
    const { state, witness } = this.#parts;
    if (order.role !== 'entry' || !state.handCancels.has(order.orderId)) return;
    const { trade, cid } = order;
    const isChanging =
      state.intents.has(`cancel ${cid}`) || trade.orders.some(({ replaces }) => replaces === order);
    if (isChanging || order.replaces?.isLive === true) return;
    trade.takenBack.push(cid);
    witness.mark('entry cancelled by hand');
  }

  /** A cancel of the desk's own that was not refused may have been the one, as far as it knows. */
  #isKnownBack(cid: string): boolean {
    const { intents, refusedCancels } = this.#parts.state;
    return (intents.get(`cancel ${cid}`)?.intended ?? 0) === (refusedCancels.get(cid) ?? 0);
  }

  #takeTrade(seen: SeenTrade): void {
    this.#trades += 1;
    const { state, witness } = this.#parts;
    witness.digest('trade', seen.seq);
    witness.ledger({ what: 'trade', entry: seen });
    const symbol = state.symbol(seen.symbol);
    symbol.net += seen.side === 'buy' ? seen.quantity : -seen.quantity;
    const order = state.orders.get(seen.orderId);
    if (order === undefined) {
      symbol.isShared = true;
      for (const trade of symbol.trades) this.#touched.add(trade);
      return;
    }
    order.filled += seen.quantity;
    order.fills.set(seen.fillId, { quantity: seen.quantity, price: seen.price });
    this.#touched.add(order.trade);
  }

  #judge(trade: JudgedTrade): void {
    const { report } = this.#parts;
    let worst = 0;
    let bought = 0;
    let working = 0;
    let exits = 0;
    let closes = 0;
    for (const order of trade.orders) {
      const most = order.filled + openAlone(order);
      if (order.role === 'entry') {
        worst += most;
        bought += order.filled;
        const waits = order.replaces?.isLive ?? false;
        if (order.isLive && !waits) working += 1;
      } else if (order.role === 'exit') exits += most;
      else closes += most;
    }
    const { plan, id } = trade;
    const isOverdue = this.#parts.state.overdue.has(id);
    if (worst > plan.quantity && !isOverdue)
      report('S3', `${id}: ${worst} may be bought, ${plan.quantity} approved`);
    if (working > 1 && !isOverdue) report('S4', `${id}: ${working} entry orders work at once`);
    const isSoldLate = trade.orders.some(({ cid }) => this.#parts.state.lateSells.has(cid));
    if (!isSoldLate) this.#judgeSells(trade, { bought, exits, closes });
    this.#judgeSymbol(plan.instrument.symbol);
  }

  /** What comes late is judged at rest: until then nobody may know of it. */
  #judgeSells(
    { id, plan }: JudgedTrade,
    {
      bought,
      exits,
      closes,
    }: { readonly bought: number; readonly exits: number; readonly closes: number },
  ): void {
    const { report } = this.#parts;
    const share = Math.floor((bought * plan.exit.fraction) / BASIS_POINTS_PER_ONE);
    if (exits > share)
      report('S5', `${id}: ${exits} on exit, ${share} of ${bought} bought allowed`);
    if (exits + closes > bought)
      report('S5', `${id}: ${exits + closes} sold or on sale, ${bought} bought`);
  }

  #judgeSymbol(name: string): void {
    const { state, report } = this.#parts;
    const symbol = state.symbol(name);
    if (symbol.net < 0) report('S5', `${name.trim()} is short by ${-symbol.net}`);
    if (symbol.isShared) return;
    let selling = 0;
    for (const trade of symbol.trades) {
      for (const order of trade.orders) {
        if (order.role !== 'entry' && openOf(order) > 0) selling += openAlone(order);
      }
    }
    if (selling > symbol.net)
      report('S5', `${name.trim()}: ${selling} on sale, ${symbol.net} held`);
  }
}

const LAST = Number.MAX_SAFE_INTEGER;
