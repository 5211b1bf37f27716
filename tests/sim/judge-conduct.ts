/**
 * What the records must never show of the desk's conduct: acting on what it has not compared, on
 * what is too old, for whom it may not, or after it was stopped. From the journal alone; figures
 * are worked out here, not by the code that is judged.
 */
import type { ByKind, EntryOf, Kind } from '#audit/by-kind.ts';
import type { DeskEntry } from '#audit/model.ts';
import type { MessageKey, TradeId } from '#kernel/ids.ts';
import type { Price } from '#kernel/price.ts';
import type { Quote } from '#market/quote.ts';
import type { EntryPlan } from '#risk/model.ts';
import type { WorldSettings } from './seed-plan.ts';

interface Conducted {
  readonly plan: EntryPlan;
  /** On the monotonic clock. */
  readonly openedAt: number;
  hasIntent: boolean;
}

interface Conduct {
  readonly settings: WorldSettings;
  readonly report: (invariant: string, what: string) => void;
  /** The wall clock was set at some time: ages by it say nothing. */
  readonly isClockStepped: () => boolean;
  readonly trades: Map<TradeId, Conducted>;
  readonly authors: Map<MessageKey, string>;
  readonly deleted: Set<MessageKey>;
  readonly decided: Set<MessageKey>;
  /** Accepted, and not carried out yet. */
  readonly accepted: Set<MessageKey>;
  /** Entries by client id, and when they were last intended. */
  readonly intendedAt: Map<string, number>;
  /** What is of before then was not compared with the broker; `null`: nothing was yet. */
  comparedFrom: number | null;
  /** On the monotonic clock, when the process went on after its last standstill. */
  wentOnAt: number;
  isActive: boolean;
  /** Our credentials were refused then, and nothing has stopped the desk since. */
  refusedAt: number | null;
}

/** Two clocks read one after the other, and a desk that follows the wall only so closely. */
const GRAIN_MS = 300;
/** A standstill shorter than this may fall between two beats of the desk. */
const BEAT_MS = 1_000;

export class ConductJudge {
  readonly #conduct: Conduct;

  constructor(parts: Pick<Conduct, 'settings' | 'report' | 'isClockStepped'>) {
    this.#conduct = {
      ...parts,
      trades: new Map(),
      authors: new Map(),
      deleted: new Set(),
      decided: new Set(),
      accepted: new Set(),
      intendedAt: new Map(),
      comparedFrom: null,
      wentOnAt: 0,
      isActive: true,
      refusedAt: null,
    };
  }

  take(entry: DeskEntry): void {
    judgeRefused(entry, this.#conduct);
    check(entry, this.#conduct);
  }

  /** S14: nobody is told of a decision that a crash could still take away. */
  answered(message: MessageKey): void {
    const { decided, report } = this.#conduct;
    if (!decided.has(message)) {
      report('S14', `${message} was answered before its decision was on disk`);
    }
  }

  /** L5: whatever was accepted has been carried out. */
  atRest(): void {
    const { accepted, report } = this.#conduct;
    for (const message of accepted) report('L5', `${message} was accepted, and nothing came of it`);
  }

  /** What a process knew before a long standstill says nothing of what is. */
  stoodStill(forMs: number, mono: number): void {
    const { pauseMs } = this.#conduct.settings.orders;
    if (forMs > pauseMs + BEAT_MS) this.#conduct.wentOnAt = mono;
  }

  /** S9: an entry leaves while the moment it was priced for lasts. */
  sending(cid: string, mono: number): void {
    const { intendedAt, settings, report } = this.#conduct;
    const waitedMs = mono - (intendedAt.get(cid) ?? mono);
    if (waitedMs > settings.orders.sendWithinMs) {
      report('S9', `${cid} leaves ${Math.round(waitedMs)} ms after it was decided`);
    }
  }
}

const CHECKS: Partial<ByKind<Kind, Conduct, void>> = {
  'run.started': (_, conduct) => {
    conduct.comparedFrom = null;
  },
  'reconcile.passed': ({ mono }, conduct) => {
    conduct.comparedFrom = mono;
  },
  'kill_state.changed': ({ body }, conduct) => {
    conduct.isActive = body.to === 'ACTIVE';
  },
  'message.received': ({ body: { message } }, { authors }) => {
    authors.set(message.key, `${message.platform}:${message.author.id}`);
  },
  'message.deleted': ({ message }, { deleted }) => {
    if (message !== undefined) deleted.add(message);
  },
  'alert.decided': ({ message, body }, { decided, accepted }) => {
    if (message === undefined) return;
    decided.add(message);
    const isAccepted = body.verdict === 'order' || body.verdict === 'exit';
    if (isAccepted && body.economicKey !== null) accepted.add(message);
    else accepted.delete(message);
  },
  'risk.decided': (entry, conduct) => {
    if (entry.body.outcome === 'approved') judgeAge(entry, entry.body.quote, conduct);
  },
  'trade.opened': ({ mono, body: { plan } }, { trades, deleted, accepted, report }) => {
    accepted.delete(plan.message);
    trades.set(plan.tradeId, { plan, openedAt: mono, hasIntent: false });
    if (deleted.has(plan.message)) {
      report('S1', `${plan.tradeId} is opened by ${plan.message}, deleted before`);
    }
  },
  'order.intended': intended,
  'order.answered': ({ mono, body: { answer } }, conduct) => {
    const isRefusal = answer.kind === 'not_sent' && answer.reason === 'unauthorized';
    if (isRefusal && conduct.isActive) conduct.refusedAt = mono;
  },
  'entry.stepped': (entry, conduct) => judgeAge(entry, entry.body.quote, conduct),
  'entry.converted': (entry, conduct) => judgeAge(entry, entry.body.quote, conduct),
  'close.stepped': (entry, conduct) => judgeAge(entry, entry.body.quote, conduct),
  'entry.ending': ({ trade, body }, { isActive, report }) => {
    // S12: a stop takes working entries back; their window has no say then.
    if (body.reason !== 'window_over' || isActive) return;
    report('S12', `the entry of ${trade ?? ''} worked on in a stopped desk`);
  },
  'close.requested': ({ body: { plan } }, { authors, trades, accepted, report }) => {
    if (plan.message === null) return;
    accepted.delete(plan.message);
    const author = authors.get(plan.message);
    const owner = trades.get(plan.tradeId)?.plan.author;
    if (author !== owner) report('S1', `${author} closes ${plan.tradeId} of ${owner}`);
  },
};

function check<K extends Kind>(entry: EntryOf<K>, conduct: Conduct): void {
  CHECKS[entry.kind]?.(entry, conduct);
}

function intended(entry: EntryOf<'order.intended'>, conduct: Conduct): void {
  const { mono, trade: id } = entry;
  const { intent } = entry.body;
  const { report, settings, trades, intendedAt, deleted } = conduct;
  const trade = id === undefined ? undefined : trades.get(id);
  const isEntry = intent.cid.split('.')[3]?.startsWith('E') ?? false;
  if (trade === undefined || !isEntry || intent.op === 'cancel') return;
  intendedAt.set(intent.cid, mono);
  const { comparedFrom, wentOnAt } = conduct;
  if (comparedFrom === null || (comparedFrom < wentOnAt && mono >= wentOnAt)) {
    report('S10', `${intent.cid} was intended before the desk had compared itself with the broker`);
  }
  if (trade.hasIntent) return;
  trade.hasIntent = true;
  const { message } = trade.plan;
  if (deleted.has(message)) report('S1', `${id} is entered, its alert deleted before`);
  const lateMs = mono - trade.openedAt - settings.orders.placeWithinMs;
  if (lateMs > 0 && !conduct.isClockStepped())
    report('S9', `${id} is entered ${Math.round(lateMs)} ms too late`);
}

/** S12: whoever lets a desk go on whose credentials were refused, it is not the desk. */
function judgeRefused({ kind, mono, seq }: DeskEntry, conduct: Conduct): void {
  const { refusedAt, report } = conduct;
  if (refusedAt === null) return;
  const isStopped = kind === 'kill_state.changed' || kind === 'run.started';
  if (!isStopped && mono <= refusedAt) return;
  conduct.refusedAt = null;
  if (!isStopped)
    report('S12', `record ${seq}: our credentials were refused, and the desk goes on`);
}

/** S10: both ages of the quote a decision rests on are within the limits. */
function judgeAge({ seq, wall }: DeskEntry, quote: Quote | null, conduct: Conduct): void {
  const { quoteReceivedAgeMsMax, quoteEventAgeMsMax } = conduct.settings.risk.limits;
  if (quote === null || conduct.isClockStepped()) return;
  const receivedMs = wall - quote.receivedAt;
  const eventMs = wall - quote.eventAt;
  const isOld =
    receivedMs > quoteReceivedAgeMsMax + GRAIN_MS || eventMs > quoteEventAgeMsMax + GRAIN_MS;
  if (!isOld) return;
  conduct.report(
    'S10',
    `record ${seq} rests on a quote ${receivedMs} ms old, made ${eventMs} ms ago`,
  );
}

/** S9: at least the profit on what was paid, which the price below would not bring. */
export function isExitPrice(
  limit: Price,
  below: Price,
  paid: { readonly quantity: number; readonly units: bigint; readonly profit: number },
): boolean {
  const least = paid.units * BigInt(10_000 + paid.profit);
  const brings = (each: bigint): bigint => each * BigInt(paid.quantity) * 10_000n;
  return brings(limit) >= least && brings(below) < least;
}
