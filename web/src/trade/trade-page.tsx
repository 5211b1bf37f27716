/** One trade, whole: its chart, its arithmetic, its orders, every record of it in order. */
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect } from 'react';
import { Link } from 'wouter';
import { useLive } from '../api/live-store.ts';
import { tradeDetail } from '../api/questions.ts';
import type { TradeDetail, TradeView } from '../api/types.ts';
import { Answered } from '../parts/answered.tsx';
import { Facts } from '../parts/facts.tsx';
import { sentence, words } from '../parts/format.ts';
import { Instant } from '../parts/instant.tsx';
import { Empty, PageHead, Panel } from '../parts/panel.tsx';
import { Result } from '../parts/result.tsx';
import { PhaseChip } from '../parts/states.tsx';
import { Timeline } from '../parts/timeline.tsx';
import { TradeActs } from '../parts/trade-acts.tsx';
import { EntryCountdown, TradePrices } from '../parts/trade-live.tsx';
import { OrdersTable } from './orders-table.tsx';
import { TradeReasons } from './trade-reasons.tsx';

const TradeChart = lazy(async () => ({ default: (await import('./trade-chart.tsx')).TradeChart }));

export function TradePage({ id }: { readonly id: string }) {
  const live = useLive(({ trades }) => trades.get(id));
  const query = useQuery(tradeDetail(id));
  const trade = live ?? query.data?.trade;
  const { refetch } = query;
  useEffect(() => {
    // The live trade moved on: the record has more to tell.
    if (live !== undefined) void refetch();
  }, [live, refetch]);
  if (trade === undefined) {
    return (
      <>
        <PageHead title="Trade" />
        <Answered query={query} what="This trade">
          {() => null}
        </Answered>
      </>
    );
  }
  return (
    <>
      <PageHead title={trade.contract}>
        <PhaseChip trade={trade} />
        <span className="quiet">
          {trade.badge} · opened <Instant at={trade.openedAt} as="whole" />
        </span>
        <span className="grow" />
        <TradeActs trade={trade} />
      </PageHead>
      <div className="stack">
        {trade.attention !== null && (
          <p className="note bad">
            {sentence(trade.attention)}. It waits for a person: look at the broker, then release it
            or close it.
          </p>
        )}
        <div className="columns">
          <Panel title="Prices" aside={<ChartCredit />}>
            <Answered query={query} what="The chart">
              {(detail) => (
                <Suspense fallback={<Empty>One moment…</Empty>}>
                  <TradeChart trade={trade} detail={detail} />
                </Suspense>
              )}
            </Answered>
          </Panel>
          <Summary trade={trade} />
        </div>
        <Panel title={`Orders (${trade.orders.length})`} isFlush>
          <OrdersTable orders={trade.orders} />
        </Panel>
        <div className="columns even">
          <Records trade={trade} detail={query.data} />
          <TradeReasons messageKey={trade.message} />
        </div>
      </div>
    </>
  );
}

/** The library asks for its mention on the page that shows it. */
function ChartCredit() {
  return (
    <span className="small quiet">
      Chart by{' '}
      <a href="https://www.tradingview.com/" target="_blank" rel="noopener noreferrer">
        TradingView
      </a>
    </span>
  );
}

function Summary({ trade }: { readonly trade: TradeView }) {
  const { entry, exit, quantity, held } = trade;
  return (
    <Panel title="Where it stands">
      <div className="stack">
        {trade.phase !== 'done' && (
          <div className="priced">
            <TradePrices trade={trade} />
            <EntryCountdown trade={trade} />
          </div>
        )}
        <Facts
          facts={[
            ['Bought', `${entry.filled} of ${quantity}${at(entry.averagePrice)}`],
            [
              'Entry',
              entry.status === 'open'
                ? `works at ${entry.limit ?? 'market'}`
                : words(entry.reason ?? entry.status),
            ],
            ['Alert said', entry.alertPrice],
            ['Never above', entry.collar],
            ['Price steps', `${entry.steps} of ${entry.stepsMax}`],
            ['Exit', exitText(trade)],
            ['Sold', `${exit.filled + exit.closed}${at(exit.averagePrice)}`],
            ['Held', String(held)],
            ['Result', trade.result === null ? null : <Result key="r" amount={trade.result} />],
            ['Author', `${trade.author} in ${trade.channel}`],
            ['Trade', <code key="i">{trade.id}</code>],
          ]}
        />
      </div>
    </Panel>
  );
}

function at(average: string | null): string {
  return average === null ? '' : ` at ${average}`;
}

function exitText({ exit }: TradeView): string | null {
  if (exit.limit !== null && exit.quantity > 0) return `${exit.quantity} at ${exit.limit}`;
  return exit.note ?? (exit.target === 0 ? null : `${exit.target} to be placed`);
}

interface RecordsProps {
  readonly trade: TradeView;
  readonly detail: TradeDetail | undefined;
}

/** The whole record when the desk tells it, else as much as is live. */
function Records({ trade, detail }: RecordsProps) {
  const records = detail?.records ?? trade.timeline;
  return (
    <Panel
      title={`Records (${records.length})`}
      aside={<Link href={`/audit?trade=${trade.id}`}>In the audit</Link>}
    >
      <Timeline entries={records} />
    </Panel>
  );
}
