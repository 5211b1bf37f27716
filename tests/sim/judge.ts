/**
 * The judge: holds a world to the invariants of `docs/reliability.md` from the broker's ledger and
 * the journal; what concerns the desk's own state (S8, S15) also from its book.
 *
 * S19 has nothing to find here: no secret is configured in a simulated world; the tests of logs and
 * records look for them. S20 has nothing to judge yet: there are no publishing tiers.
 */
import type { DeskEntry } from '#audit/model.ts';
import type { AlertAnswer } from '#operate/ports.ts';
import type { Book } from '#orders/book.ts';
import { boughtPossible } from '#orders/core/exposure.ts';
import type { Trade } from '#orders/model.ts';
import { ConductJudge } from './judge-conduct.ts';
import { LedgerJudge } from './judge-ledger.ts';
import { RecordJudge } from './judge-record.ts';
import { JudgeState } from './judge-state.ts';
import type { Mutation } from './process.ts';
import { isSame } from './same.ts';
import type { Run, SimWorld } from './world.ts';

const PHASES = { open: 0, ending: 1, ended: 2 } as const;

export class Judge {
  readonly state = new JudgeState();
  readonly #world: SimWorld;
  readonly #ledger: LedgerJudge;
  readonly #records: RecordJudge;
  readonly #conduct: ConductJudge;
  /** Records read again at the start under way. */
  #reread = 0;
  /** What the process that died last held, and how many records it had applied. */
  #left: Holding | null = null;

  constructor(world: SimWorld) {
    this.#world = world;
    const { witness, plan } = world;
    const report = (invariant: string, what: string): void => this.report(invariant, what);
    const { state } = this;
    const { settings, isDryRun } = plan;
    this.#records = new RecordJudge({ state, witness, settings, isDryRun, report });
    this.#conduct = new ConductJudge({
      settings,
      report,
      isClockStepped: () => state.isClockStepped,
    });
    this.#ledger = new LedgerJudge({
      ledger: world.broker.ledger,
      state,
      witness,
      prefix: `${settings.orders.idPrefix}.`,
      isDryRun,
      mono: () => world.clock.mono(),
      report,
    });
  }

  report(invariant: string, what: string): void {
    this.#world.witness.violation(invariant, what);
  }

  /** A person has been told what was decided. */
  answered({ message, code }: AlertAnswer): void {
    if (code !== 'duplicate_message' && code !== 'is_edit') this.#conduct.answered(message);
  }

  /** A while after the last fault. */
  atRest(): void {
    this.#conduct.atRest();
  }

  /** The process goes on after so long. */
  stoodStill(forMs: number): void {
    this.#conduct.stoodStill(forMs, this.#world.clock.mono());
  }

  /** Between two events. */
  look(): void {
    this.#ledger.look();
  }

  /** A record is on disk, as the journal says. */
  take(entry: DeskEntry): void {
    const { records } = this.state;
    if (entry.seq !== records.length + 1) {
      this.report('S14', `record ${entry.seq} follows ${records.length}`);
    }
    this.#ledger.look();
    records.push(entry);
    this.#world.witness.record(entry);
    this.#records.take(entry);
    this.#conduct.take(entry);
    if (entry.trade !== undefined) this.#judgeBook(entry.trade);
  }

  /** A start goes on after so many records, from what they have made of the desk. */
  knows(seq: number): void {
    this.#reread = seq;
  }

  /** A record is found at a start. */
  reread(entry: DeskEntry): void {
    this.#reread = entry.seq;
    const known = this.state.records[entry.seq - 1];
    if (known === undefined) {
      this.take(entry);
      return;
    }
    const isKept =
      known.kind === entry.kind && known.run === entry.run && known.mono === entry.mono;
    if (!isKept) this.report('S14', `record ${entry.seq} is another after the crash`);
  }

  /** All of them were: S14, nothing durable is missing; S15, they give the same state. */
  rereadAll(book: Book): void {
    const { length } = this.state.records;
    if (this.#reread < length) {
      this.report('S14', `records ${this.#reread + 1} to ${length} were durable and are gone`);
    }
    const left = this.#left;
    if (left !== null && left.seq === this.#reread) this.#compare(left, book);
    this.#left = null;
    this.#reread = 0;
  }

  died(run: Run | null): void {
    // A copy: what the dead still do in the turn they died in is on no record.
    // A journal that has failed holds less than the book has applied.
    const health = run?.journal.health();
    this.#left =
      run === null || !health?.writable ? null : holdingOf(run.desk.book, health.lastSeq);
    for (const trade of this.state.trades.values()) {
      trade.phase = 0;
      trade.boughtInBook = 0;
    }
  }

  /** S15 at any time: replaying what is on disk gives the state the desk holds. */
  compareReplayed(held: Book, replayed: Book): void {
    this.#compare(holdingOf(held, 0), replayed);
  }

  markCrash(run: Run | null): void {
    const { witness } = this.#world;
    if (run === null) {
      witness.mark('crash while starting');
      return;
    }
    for (const trade of run.desk.book.open()) {
      witness.mark(`crash with a trade ${stageOf(trade)}`);
      for (const { phase } of trade.orders) {
        if (phase === 'unknown' || phase === 'intended')
          witness.mark(`crash with an order ${phase}`);
      }
    }
  }

  /** S9, S12 at the moment of sending: nothing leaves late, nor what the kill state forbids. */
  sending(mutation: Mutation, run: Run | null): void {
    if (run === null) return;
    if (mutation.op === 'cancel') {
      // With a journal that takes nothing, entries are taken back all the same.
      if (!run.journal.health().writable) this.state.excusedCancels.add(mutation.orderId);
      return;
    }
    const { entries, closes } = run.desk.permits();
    const cid =
      mutation.op === 'submit' ? mutation.ticket.clientOrderId : mutation.request.clientOrderId;
    this.#conduct.sending(cid, this.#world.clock.mono());
    const role = cid.split('.')[3]?.charAt(0);
    const isForbidden =
      (role === 'E' && !entries) || (role === 'X' && closes !== 'all') || closes === 'none';
    if (isForbidden) this.report('S12', `${cid} leaves in ${run.desk.book.killState}`);
  }

  /** S8 in the book: an entry never goes back, what was bought never falls. */
  #judgeBook(id: Trade['id']): void {
    const judged = this.state.trades.get(id);
    const trade = this.#world.run?.desk.book.trade(id);
    if (judged === undefined || trade === undefined || trade === null) return;
    const phase = PHASES[trade.entry.kind];
    if (phase < judged.phase)
      this.report('S8', `the entry of ${id} goes back to ${trade.entry.kind}`);
    const bought = boughtPossible(trade);
    if (bought < judged.boughtInBook)
      this.report('S8', `${id} had bought ${judged.boughtInBook}, now ${bought}`);
    judged.phase = phase;
    judged.boughtInBook = bought;
  }

  #compare(before: Holding, after: Book): void {
    for (const trade of before.trades) {
      if (!isSame(after.trade(trade.id), trade)) {
        this.report('S15', `replaying the journal gives another ${trade.id}`);
      }
    }
    if (before.killState !== after.killState) this.report('S15', 'replay gives another kill state');
  }
}

interface Holding {
  readonly trades: readonly Trade[];
  readonly killState: string;
  readonly seq: number;
}

function holdingOf(book: Book, seq: number): Holding {
  return { trades: [...book.all()], killState: book.killState, seq };
}

function stageOf(trade: Trade): 'entering' | 'ending' | 'closing' | 'exiting' | 'holding' {
  if (trade.entry.kind !== 'ended') return trade.entry.kind === 'open' ? 'entering' : 'ending';
  if (trade.closes.some((close) => !close.ended)) return 'closing';
  const hasExit = trade.orders.some((order) => order.role === 'exit' && order.phase !== 'terminal');
  return hasExit ? 'exiting' : 'holding';
}
