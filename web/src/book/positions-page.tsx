/** Positions and orders: what the account holds, what works, and what the broker itself lists. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { account, brokerOrders, positions, workingOrders } from '../api/questions.ts';
import type { AccountDetail, BrokerOrderView, PositionView } from '../api/types.ts';
import { Answered } from '../parts/answered.tsx';
import { Chip } from '../parts/chip.tsx';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { Figures } from '../parts/facts.tsx';
import { dollars, sentence } from '../parts/format.ts';
import { Instant } from '../parts/instant.tsx';
import { Empty, PageHead, Panel } from '../parts/panel.tsx';
import { Result } from '../parts/result.tsx';
import { tradePath } from '../shell/paths.ts';
import { DeskOrders } from './desk-orders.tsx';
import { PlaceOrder } from './place-order.tsx';

export function PositionsPage() {
  const held = useQuery(positions);
  const orders = useQuery(workingOrders);
  const atBroker = useQuery(brokerOrders);
  const balance = useQuery(account);
  return (
    <>
      <PageHead title="Positions and orders" />
      <div className="stack">
        <Answered query={balance} what="The account">
          {(given) => <Balance account={given} />}
        </Answered>
        <Panel title="Positions, as the broker says" isFlush>
          <Answered query={held} what="Positions">
            {({ items }) => <Positions items={items} />}
          </Answered>
        </Panel>
        <PlaceOrder />
        <Panel title="Orders of this desk" isFlush>
          <Answered query={orders} what="Orders">
            {({ items }) => <DeskOrders orders={items} />}
          </Answered>
        </Panel>
        <Panel title="The broker’s own list, last 24 hours" isFlush>
          <Answered query={atBroker} what="The broker’s list">
            {({ items }) => <BrokerOrders items={items} />}
          </Answered>
        </Panel>
      </div>
    </>
  );
}

function Balance({ account: given }: { readonly account: AccountDetail }) {
  return (
    <div className="stack tight">
      {given.fault !== null && (
        <p className="note warn">The broker could not be asked: {given.fault}</p>
      )}
      {given.restriction !== null && <p className="note bad">{given.restriction}</p>}
      <Figures
        facts={[
          ['Account', given.account ?? given.environment],
          ['Buying power', dollars(given.buyingPower)],
          ['Cash', dollars(given.cash)],
          ['Net liquidation', dollars(given.netLiquidation)],
          ['Sizing starts from', dollars(given.figures?.initialBuyingPower ?? null)],
          ['As of', <Instant key="a" at={given.readAt} />],
        ]}
      />
    </div>
  );
}

const POSITION_COLUMNS: readonly Column<PositionView>[] = [
  {
    name: 'Contract',
    sortBy: ({ contract }) => contract,
    show: ({ contract }) => <span className="nowrap">{contract}</span>,
  },
  { name: 'Net', isNumber: true, sortBy: ({ net }) => net, show: ({ net }) => String(net) },
  { name: 'Average', isNumber: true, show: ({ averagePrice }) => averagePrice },
  {
    name: 'Mark',
    isNumber: true,
    show: ({ mark }) => <span className="priced">{mark ?? '–'}</span>,
  },
  {
    name: 'Open result',
    isNumber: true,
    sortBy: ({ openResult }) => Number(openResult ?? 0),
    show: ({ openResult }) => <Result amount={openResult} />,
  },
  {
    name: 'Whose',
    show: ({ ours, net }) =>
      ours === net ? 'this desk’s' : <Chip tone="warn">{net - ours} by other hands</Chip>,
  },
  {
    name: 'Trades',
    show: ({ trades }) => (
      <span className="row tight">
        {trades.map((id) => (
          <Link key={id} href={tradePath(id)} className="mono">
            {id.slice(0, 8)}
          </Link>
        ))}
      </span>
    ),
  },
];

function Positions({ items }: { readonly items: readonly PositionView[] }) {
  if (items.length === 0) return <Empty>Nothing is held.</Empty>;
  return <DataTable columns={POSITION_COLUMNS} rows={items} idOf={({ symbol }) => symbol} />;
}

const BROKER_COLUMNS: readonly Column<BrokerOrderView>[] = [
  {
    name: 'Changed',
    sortBy: ({ updatedAt }) => updatedAt,
    show: ({ updatedAt }) => <Instant at={updatedAt} />,
  },
  {
    name: 'Contract',
    sortBy: ({ contract }) => contract,
    show: ({ contract }) => <span className="nowrap">{contract}</span>,
  },
  {
    name: 'What',
    show: ({ side, quantity }) => <span className="nowrap">{`${side} ${quantity}`}</span>,
  },
  { name: 'Limit', isNumber: true, show: ({ limit }) => limit ?? 'market' },
  { name: 'State', sortBy: ({ status }) => status, show: ({ status }) => sentence(status) },
  { name: 'Filled', isNumber: true, show: ({ filled }) => String(filled) },
  { name: 'Broker’s id', show: ({ orderId }) => <span className="mono">{orderId}</span> },
  {
    name: 'Trade',
    show: ({ tradeId }) =>
      tradeId === null ? (
        <Chip tone="warn">made elsewhere</Chip>
      ) : (
        <Link href={tradePath(tradeId)} className="mono">
          {tradeId.slice(0, 8)}
        </Link>
      ),
  },
];

function BrokerOrders({ items }: { readonly items: readonly BrokerOrderView[] }) {
  if (items.length === 0) return <Empty>The broker lists no order.</Empty>;
  return <DataTable columns={BROKER_COLUMNS} rows={items} idOf={({ orderId }) => orderId} />;
}
