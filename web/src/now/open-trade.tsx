/** One trade in a line: what it is, where its price stands, what is filled, what can be done. */
import { memo } from 'react';
import { Link } from 'wouter';
import type { TradeView } from '../api/types.ts';
import { sentence, words } from '../parts/format.ts';
import { Instant } from '../parts/instant.tsx';
import { Result } from '../parts/result.tsx';
import { PhaseChip } from '../parts/states.tsx';
import { TradeActs } from '../parts/trade-acts.tsx';
import { EntryCountdown, TradePrices } from '../parts/trade-live.tsx';
import { tradePath } from '../shell/paths.ts';

export const OpenTrade = memo(function OpenTrade({ trade }: { readonly trade: TradeView }) {
  return (
    <article className="trade-row" aria-label={trade.contract} data-trade={trade.id}>
      <div className="trade-what row tight">
        <Link href={tradePath(trade.id)}>
          <strong>{trade.contract}</strong>
        </Link>
        <PhaseChip trade={trade} />
        <span className="quiet small">
          <Instant at={trade.openedAt} />
        </span>
      </div>
      <div className="trade-prices priced">
        {trade.phase === 'done' ? <Ended trade={trade} /> : <TradePrices trade={trade} />}
      </div>
      <div className="trade-holding stack tight">
        <Holding trade={trade} />
        <EntryCountdown trade={trade} />
        {trade.attention !== null && <p className="small bad">{sentence(trade.attention)}</p>}
      </div>
      <TradeActs trade={trade} />
    </article>
  );
});

function Holding({ trade }: { readonly trade: TradeView }) {
  const { entry, exit, held, quantity } = trade;
  const sold = exit.filled + exit.closed;
  return (
    <p>
      Bought {entry.filled} of {quantity}
      {entry.averagePrice !== null && ` at ${entry.averagePrice}`}
      {sold > 0 && `, sold ${sold}`}
      {held > 0 && (
        <>
          {' '}
          <span className="quiet nowrap">· holds {held}</span>
          {exit.note !== null && <span className="quiet"> ({exit.note})</span>}
        </>
      )}
    </p>
  );
}

function Ended({ trade }: { readonly trade: TradeView }) {
  if (trade.entry.filled === 0) {
    return <span className="quiet">No fill: {words(trade.entry.reason ?? 'taken back')}.</span>;
  }
  return <Result amount={trade.result} />;
}
