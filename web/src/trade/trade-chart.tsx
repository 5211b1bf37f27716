/** The chart of one trade, followed live while it is open. */
import { useEffect, useMemo, useState } from 'react';
import type { LiveQuote } from '../api/live-state.ts';
import { useIsLive, useLive } from '../api/live-store.ts';
import type { TradeDetail, TradeView } from '../api/types.ts';
import { Empty } from '../parts/panel.tsx';
import { chartData, isExitNear } from './chart-data.ts';
import { PriceChart } from './price-chart.tsx';

const QUOTES_MAX = 3_600;

interface TradeChartProps {
  readonly trade: TradeView;
  readonly detail: TradeDetail;
}

export function TradeChart({ trade, detail }: TradeChartProps) {
  const quotes = useQuotesSince(trade);
  const { chart } = detail;
  const until = quotes.at(-1)?.at ?? detail.records.at(-1)?.at ?? trade.openedAt;
  const entryEndedAt = entryEndOf(trade, detail);
  const data = useMemo(
    () => chartData(chart, quotes, { entryEndedAt, until }),
    [chart, quotes, entryEndedAt, until],
  );
  if (data.band.length === 0 && data.entry.length === 0) {
    return <Empty>No quote and no order is on record yet.</Empty>;
  }
  return (
    <>
      <PriceChart data={data} label={labelOf(trade, detail)} />
      <p className="small quiet">
        Grey: the market from bid to ask. Blue: what we bid. Green: what we ask
        {trade.exit.limit !== null &&
          !isExitNear(data) &&
          ` (${trade.exit.limit}, above the chart)`}
        . Between decisions quotes are not on record
        {trade.phase === 'done' ? '.' : '; while this page is open it adds its own.'}
      </p>
    </>
  );
}

/** When the entry's last fill or end was recorded; `null` while it works. */
function entryEndOf(trade: TradeView, { records, chart }: TradeDetail): string | null {
  if (trade.entry.status !== 'ended') return null;
  const ended = records.find(({ kind }) => kind === 'entry.ended' || kind === 'trade.entry_ended');
  return ended?.at ?? chart.fills.findLast(({ role }) => role === 'entry')?.at ?? null;
}

function labelOf(trade: TradeView, { chart }: TradeDetail): string {
  const limits = chart.limits.map(({ role, limit }) => `${role} ${limit ?? 'market'}`);
  const fills = chart.fills.map(({ role, quantity, price }) => `${role} ${quantity} at ${price}`);
  return `Prices of ${trade.contract}. Limits: ${limits.join(', ') || 'none'}. Fills: ${fills.join(', ') || 'none'}.`;
}

function useQuotesSince({ symbol, phase }: TradeView): readonly LiveQuote[] {
  const isLive = useIsLive();
  const quote = useLive(({ quotes }) => quotes[symbol]);
  const [seen, setSeen] = useState<readonly LiveQuote[]>([]);
  useEffect(() => {
    if (quote === undefined || !isLive || phase === 'done') return;
    setSeen((before) =>
      before.at(-1)?.at === quote.at ? before : [...before, quote].slice(-QUOTES_MAX),
    );
  }, [quote, isLive, phase]);
  return seen;
}
