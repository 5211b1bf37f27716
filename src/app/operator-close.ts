/** The close an operator asks for: everything held, whatever close is under way already. */
import type { Quote } from '#market/quote.ts';
import { held } from '#orders/core/exposure.ts';
import type { Desk } from '#orders/desk.ts';
import { figures } from '#orders/figures.ts';
import type { DeskRecord, Trade } from '#orders/model.ts';
import { approveClose } from '#risk/approve.ts';
import type { CloseDecision, Environment } from '#risk/model.ts';
import { policyFor, type RiskSettings } from '#risk/settings.ts';
import { riskRecord } from './lane/outcome.ts';

export interface OperatorCloses {
  readonly desk: Desk;
  readonly risk: RiskSettings;
  readonly environment: Environment;
}

export interface PlannedClose {
  readonly decision: CloseDecision;
  /** What it was decided by, to go on record with the close. */
  readonly judged: DeskRecord;
}

/** One under way gives way to it: what it left resting would else keep the position for good. */
export function planClose({ desk, risk, environment }: OperatorCloses, trade: Trade): PlannedClose {
  const { instrument, channel } = trade.plan;
  const openQuantity = Math.max(0, held(trade));
  const quote = desk.deps.quotes.latest(instrument.symbol);
  const decision = approveClose(
    {
      tradeId: trade.id,
      message: null,
      by: 'operator',
      environment,
      quantity: openQuantity,
      scope: 'all',
    },
    {
      now: desk.now(),
      killState: desk.book.killState,
      instrument,
      quote,
      openQuantity,
    },
    policyFor(risk, channel),
  );
  return { decision, judged: judgedBy(desk, trade, { decision, quote }) };
}

function judgedBy(
  desk: Desk,
  { id, plan: { instrument, author } }: Trade,
  { decision, quote }: { readonly decision: CloseDecision; readonly quote: Quote | null },
): DeskRecord {
  const { kind, gates } = decision;
  return riskRecord(
    { trade: id },
    {
      kind,
      code: decision.kind === 'approved' ? 'approved' : decision.code,
      gates,
      sizing: null,
      quote,
      account: desk.account.figures(),
      book: figures(desk.book, {
        now: desk.now(),
        author,
        instrument,
        mark: (symbol) => desk.mark(symbol),
        reconciled: desk.isReconciled,
      }),
    },
  );
}
