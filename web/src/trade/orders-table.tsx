/** Orders of one trade, with the broker's own ids. */
import type { OrderView } from '../api/types.ts';
import { Instant } from '../parts/instant.tsx';
import { Empty } from '../parts/panel.tsx';
import { OrderChip } from '../parts/states.tsx';

export function OrdersTable({ orders }: { readonly orders: readonly OrderView[] }) {
  if (orders.length === 0) return <Empty>No order was sent.</Empty>;
  return (
    <div className="scroll">
      <table className="grid">
        <thead>
          <tr>
            <th scope="col">Placed</th>
            <th scope="col">What</th>
            <th scope="col" className="number">
              Limit
            </th>
            <th scope="col">State</th>
            <th scope="col" className="number">
              Filled
            </th>
            <th scope="col">Broker’s id</th>
            <th scope="col">Ours</th>
            <th scope="col">For</th>
          </tr>
        </thead>
        <tbody>
          {orders.map((order) => (
            <tr key={order.cid}>
              <td>
                <Instant at={order.placedAt} />
              </td>
              <td>
                {order.role}: {order.side} {order.quantity}
              </td>
              <td className="number">{order.limit ?? 'market'}</td>
              <td>
                <OrderChip order={order} />
                {order.rejection !== null && <div className="small bad">{order.rejection}</div>}
              </td>
              <td className="number">
                {order.filled}
                {order.averagePrice !== null && ` at ${order.averagePrice}`}
              </td>
              <td className="mono">{order.orderId ?? '–'}</td>
              <td className="mono">{order.cid}</td>
              <td>{order.timeInForce === 'gtc' ? 'until cancelled' : 'the day'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
