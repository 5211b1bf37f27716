/** Now: what the desk holds and does at this moment, and what waits for a person. */

import { useMemo } from 'react';
import { Link } from 'wouter';
import { newestMessages, orderedTrades } from '../api/live-state.ts';
import { useLive } from '../api/live-store.ts';
import { useMay } from '../api/session.ts';
import { Figures } from '../parts/facts.tsx';
import { count, dollars } from '../parts/format.ts';
import { MessageLine } from '../parts/message-line.tsx';
import { Empty, Panel } from '../parts/panel.tsx';
import { Result } from '../parts/result.tsx';
import { DeskHealth } from './desk-health.tsx';
import { Disarmed } from './disarmed.tsx';
import { NeedsPerson } from './needs-person-panel.tsx';
import { OpenTrade } from './open-trade.tsx';
import { SendAlert } from './send-alert.tsx';
import { Tour } from './tour.tsx';

const MESSAGES_SHOWN = 8;
const ENDED_SHOWN = 4;

export function NowPage() {
  const isKnown = useLive(({ desk }) => desk !== null);
  const environment = useLive(({ desk }) => desk?.environment ?? '');
  const may = useMay('operator');
  if (!isKnown) return <Empty>Asking the desk…</Empty>;
  return (
    <div className="stack">
      <h1 className="hidden">Now</h1>
      {environment === 'SIM' && <Tour />}
      <Account />
      <Disarmed />
      <NeedsPerson />
      <div className="columns">
        <div className="stack">
          <OpenTrades />
          <DeskHealth />
        </div>
        <div className="stack">
          {may && <SendAlert />}
          <LatestMessages />
        </div>
      </div>
    </div>
  );
}

function Account() {
  const desk = useLive((live) => live.desk);
  if (desk === null) return null;
  const { account, counters } = desk;
  return (
    <Figures
      facts={[
        ['Result of the day', <Result key="r" amount={account?.dayResult ?? null} />],
        ['Buying power', dollars(account?.availableBuyingPower ?? null)],
        ['At the open', dollars(account?.initialBuyingPower ?? null)],
        ['Premium open', dollars(account?.premiumOpen ?? null)],
        ['Open trades', `${count(counters.openTrades)} of ${count(counters.trades)}`],
        ['Instructions · all', `${count(counters.instructions)} · ${count(counters.messages)}`],
        ['Refused', count(counters.refused)],
        ['Orders · fills', `${count(counters.ordersSent)} · ${count(counters.fills)}`],
      ]}
    />
  );
}

function OpenTrades() {
  const trades = useLive((live) => live.trades);
  const ordered = useMemo(() => orderedTrades(trades), [trades]);
  const open = ordered.filter(({ phase }) => phase !== 'done');
  const ended = ordered.filter(({ phase }) => phase === 'done').slice(0, ENDED_SHOWN);
  return (
    <Panel
      title={`Open trades${open.length > 0 ? ` (${open.length})` : ''}`}
      isFlush
      aside={<Link href="/trades">All trades</Link>}
    >
      {open.length === 0 && (
        <Empty>Nothing is open. The next alert that passes every gate opens a trade here.</Empty>
      )}
      {[...open, ...ended].map((trade) => (
        <OpenTrade key={trade.id} trade={trade} />
      ))}
    </Panel>
  );
}

function LatestMessages() {
  const messages = useLive((live) => live.messages);
  const newest = useMemo(() => newestMessages(messages).slice(0, MESSAGES_SHOWN), [messages]);
  return (
    <Panel title="Latest messages" isFlush aside={<Link href="/alerts">All alerts</Link>}>
      {newest.length === 0 && <Empty>Nobody has said anything yet.</Empty>}
      {newest.map((message) => (
        <MessageLine key={message.key} message={message} />
      ))}
    </Panel>
  );
}
