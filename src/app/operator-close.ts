/** The close an operator asks for: everything held, whatever close is under way already. */
import { held } from '#orders/core/exposure.ts';
import type { Desk } from '#orders/desk.ts';
import type { Trade } from '#orders/model.ts';
import { approveClose } from '#risk/approve.ts';
import type { CloseDecision, Environment } from '#risk/model.ts';
import { policyFor, type RiskSettings } from '#risk/settings.ts';

export interface OperatorCloses {
  readonly desk: Desk;
  readonly risk: RiskSettings;
  readonly environment: Environment;
}

/** One under way gives way to it: what it left resting would else keep the position for good. */
export function planClose(
  { desk, risk, environment }: OperatorCloses,
  trade: Trade,
): CloseDecision {
  const { instrument, channel } = trade.plan;
  const openQuantity = Math.max(0, held(trade));
  return approveClose(
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
      quote: desk.deps.quotes.latest(instrument.symbol),
      openQuantity,
    },
    policyFor(risk, channel),
  );
}
