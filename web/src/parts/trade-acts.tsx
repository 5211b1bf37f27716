/** What a person can do to one trade. */
import { Button } from '@mantine/core';
import { cancelEntry, closeTrade, releaseTrade } from '../api/acts.ts';
import { useMay } from '../api/session.ts';
import type { TradeView } from '../api/types.ts';
import { useConfirm } from './confirm.tsx';
import { counted } from './format.ts';

export function TradeActs({ trade }: { readonly trade: TradeView }) {
  const confirm = useConfirm();
  const may = useMay('operator');
  if (!may || trade.phase === 'done') return null;
  const cancel = () =>
    confirm({
      title: 'Cancel the entry?',
      about: `${trade.contract}: what is unfilled is taken back; what is filled stays and is exited.`,
      does: 'Cancel the entry',
      reason: 'welcome',
      act: async (reason) => cancelEntry(trade.id, reason),
    });
  const close = () =>
    confirm({
      title: `Sell the ${trade.held} held?`,
      about: `${trade.contract}: sold by limit, inside the collar; a resting exit is taken back first.`,
      does: `Sell ${counted(trade.held, 'contract')}`,
      tone: 'danger',
      reason: 'welcome',
      act: async (reason) => closeTrade(trade.id, reason),
    });
  const release = () =>
    confirm({
      title: 'Let the trade go on?',
      about: `${trade.contract}: it waits for a person. The broker is read first, then its exit rests again.`,
      does: 'Release',
      reason: 'needed',
      act: async (reason) => releaseTrade(trade.id, reason),
    });
  return (
    <div className="row tight trade-acts">
      {trade.attention !== null && (
        <Button size="compact-sm" variant="default" onClick={release}>
          Release
        </Button>
      )}
      {trade.entry.status === 'open' && (
        <Button size="compact-sm" variant="default" onClick={cancel}>
          Cancel entry
        </Button>
      )}
      {trade.held > 0 && (
        <Button size="compact-sm" variant="default" onClick={close}>
          Close {trade.held}
        </Button>
      )}
    </div>
  );
}
