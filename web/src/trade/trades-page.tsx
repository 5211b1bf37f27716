/** Trades: open ones first, then what was, out of the whole record on request. */
import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { orderedTrades } from '../api/live-state.ts';
import { useLive } from '../api/live-store.ts';
import { isUnavailable, plainly } from '../api/problem.ts';
import { tradesPage } from '../api/questions.ts';
import type { TradeView } from '../api/types.ts';
import { OpenTrade } from '../now/open-trade.tsx';
import { counted } from '../parts/format.ts';
import { Empty, PageHead, Panel } from '../parts/panel.tsx';

type Kind = 'all' | 'open' | 'ended';

export function TradesPage() {
  const [kind, setKind] = useState<Kind>('all');
  const [wanted, setWanted] = useState('');
  const [wantsOlder, setWantsOlder] = useState(false);
  const live = useLive((state) => state.trades);
  const older = useInfiniteQuery({ ...tradesPage({}), enabled: wantsOlder });
  const shown = useMemo(() => {
    const known = new Map<string, TradeView>();
    for (const trade of older.data?.pages.flatMap(({ items }) => items) ?? []) {
      known.set(trade.id, trade);
    }
    for (const trade of live.values()) known.set(trade.id, trade);
    return orderedTrades(known).filter((trade) => fits(trade, kind, wanted));
  }, [live, older.data, kind, wanted]);
  return (
    <>
      <PageHead title="Trades" />
      <div className="stack">
        <div className="filters">
          <SegmentedControl
            size="xs"
            aria-label="Which trades"
            value={kind}
            onChange={(value) => setKind(value === 'open' || value === 'ended' ? value : 'all')}
            data={[
              { value: 'all', label: 'All' },
              { value: 'open', label: 'Open' },
              { value: 'ended', label: 'Ended' },
            ]}
          />
          <TextInput
            size="xs"
            type="search"
            className="grow"
            aria-label="Search trades"
            placeholder="Contract, author or id  ( / )"
            value={wanted}
            onChange={(event) => setWanted(event.currentTarget.value)}
          />
        </div>
        <Panel title={counted(shown.length, 'trade')} isFlush>
          {shown.length === 0 && <Empty>No trade fits.</Empty>}
          {shown.map((trade) => (
            <OpenTrade key={trade.id} trade={trade} />
          ))}
          {older.error !== null && (
            <p className="note warn">
              {isUnavailable(older.error)
                ? 'Older trades cannot be read here.'
                : plainly(older.error)}
            </p>
          )}
          {(!wantsOlder || older.hasNextPage) && (
            <div className="panel-body">
              <Button
                variant="default"
                size="compact-sm"
                loading={older.isFetching}
                onClick={() => (wantsOlder ? void older.fetchNextPage() : setWantsOlder(true))}
              >
                Older trades
              </Button>
            </div>
          )}
        </Panel>
      </div>
    </>
  );
}

function fits({ phase, contract, author, id }: TradeView, kind: Kind, wanted: string): boolean {
  if (kind !== 'all' && (phase === 'done') !== (kind === 'ended')) return false;
  const words = wanted.trim().toLowerCase();
  return [contract, author, id].some((said) => said.toLowerCase().includes(words));
}
