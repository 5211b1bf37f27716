/** This desk's orders: working ones can be moved inside their collar, or taken back. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { cancelOrder } from '../api/acts.ts';
import { useMay } from '../api/session.ts';
import type { DeskOrder } from '../api/types.ts';
import { useConfirm } from '../parts/confirm.tsx';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { Instant } from '../parts/instant.tsx';
import { Empty } from '../parts/panel.tsx';
import { OrderChip } from '../parts/states.tsx';
import { tradePath } from '../shell/paths.ts';
import { MoveOrder } from './move-order.tsx';

const COLUMNS: readonly Column<DeskOrder>[] = [
  {
    name: 'Placed',
    sortBy: ({ placedAt }) => placedAt,
    show: ({ placedAt }) => <Instant at={placedAt} />,
  },
  {
    name: 'Contract',
    sortBy: ({ contract }) => contract,
    show: ({ contract, tradeId }) => (
      <Link className="nowrap" href={tradePath(tradeId)}>
        {contract}
      </Link>
    ),
  },
  {
    name: 'What',
    show: ({ role, side, quantity }) => (
      <span className="nowrap">{`${role}: ${side} ${quantity}`}</span>
    ),
  },
  { name: 'Limit', isNumber: true, show: ({ limit }) => limit ?? 'market' },
  {
    name: 'State',
    sortBy: ({ end, phase }) => end ?? phase,
    show: (order) => <OrderChip order={order} />,
  },
  { name: 'Filled', isNumber: true, show: ({ filled }) => String(filled) },
  { name: 'Broker’s id', show: ({ orderId }) => <span className="mono">{orderId ?? '–'}</span> },
  { name: 'Acts', show: (order) => <OrderActs order={order} /> },
];

export function DeskOrders({ orders }: { readonly orders: readonly DeskOrder[] }) {
  if (orders.length === 0) return <Empty>No order was sent.</Empty>;
  return <DataTable columns={COLUMNS} rows={orders} idOf={({ cid }) => cid} />;
}

function OrderActs({ order }: { readonly order: DeskOrder }) {
  const confirm = useConfirm();
  const may = useMay('operator');
  const [isMoving, setMoving] = useState(false);
  const { orderId, role, end } = order;
  // Exits and closes are the desk's own to manage: a trade is closed as a whole.
  if (!may || orderId === null || end !== null || role !== 'entry') return null;
  const cancel = () =>
    confirm({
      title: 'Take this order back?',
      about: `${order.contract}: ${order.side} ${order.quantity} at ${order.limit ?? 'market'}.`,
      does: 'Take it back',
      reason: 'welcome',
      act: async (reason) => cancelOrder(orderId, reason),
    });
  return (
    <span className="row tight">
      <Button size="compact-xs" variant="default" onClick={cancel}>
        Cancel
      </Button>
      <Button size="compact-xs" variant="default" onClick={() => setMoving(true)}>
        Move
      </Button>
      {isMoving && <MoveOrder order={order} orderId={orderId} onClose={() => setMoving(false)} />}
    </span>
  );
}
