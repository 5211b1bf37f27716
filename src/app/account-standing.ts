/**
 * Whether the venue's account is the one that was named, and may open positions. Looked at with the
 * balances, so that what risk reads of the account is of one moment.
 */
import type { TastytradeClient } from '#adapters/tastytrade/client.ts';
import { openingObstacles } from '#adapters/tastytrade/wire/account.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { Clock } from '#kernel/time.ts';
import type { Balances, Broker, QueryFault } from '#orders/ports.ts';

export interface AccountStanding {
  /** Why nothing may be opened now, or `null` when it may. */
  read(): Promise<Result<string | null, QueryFault>>;
}

/** Asked for anew after this long; the venue changes it by the day. */
const STANDING_MS = 60_000;

export function createAccountStanding(
  client: TastytradeClient,
  account: string,
  clock: Clock,
): AccountStanding {
  let isListed = false;
  let last: { readonly restriction: string | null; readonly at: number } | null = null;

  /** The credentials must be those of the account that was named, whatever they can reach. */
  async function find(): Promise<Result<string | null, QueryFault>> {
    if (isListed) return ok(null);
    const accounts = await client.accounts();
    if (!accounts.ok) return accounts;
    isListed = accounts.value.some(({ number }) => number === account);
    const own = `these credentials do not reach account ****${account.slice(-4)}`;
    return ok(isListed ? null : own);
  }

  return {
    async read() {
      if (last !== null && clock.mono() - last.at < STANDING_MS) return ok(last.restriction);
      const found = await find();
      if (!found.ok || found.value !== null) return found;
      const status = await client.account(account).tradingStatus();
      if (!status.ok) return status;
      const obstacles = openingObstacles(status.value);
      const restriction = obstacles.length === 0 ? null : `the account is ${obstacles.join(', ')}`;
      last = { restriction, at: clock.mono() };
      return ok(restriction);
    },
  };
}

/** The broker, whose balances also say whether the account may open positions. */
export function withStanding(broker: Broker, standing: AccountStanding): Broker {
  return {
    place: (ticket, mayLeave) => broker.place(ticket, mayLeave),
    replace: (request, mayLeave) => broker.replace(request, mayLeave),
    cancel: (orderId) => broker.cancel(orderId),
    orders: (since) => broker.orders(since),
    orderById: (id) => broker.orderById(id),
    ordersByClientId: (id, since) => broker.ordersByClientId(id, since),
    positions: () => broker.positions(),
    onOrder: (listener) => broker.onOrder(listener),
    onReconnect: (listener) => broker.onReconnect(listener),
    async balances(): Promise<Result<Balances, QueryFault>> {
      const [balances, restriction] = await Promise.all([broker.balances(), standing.read()]);
      if (!balances.ok) return balances;
      return restriction.ok
        ? ok({ ...balances.value, restriction: restriction.value })
        : err(restriction.error);
    },
  };
}
