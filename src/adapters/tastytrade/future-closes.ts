/**
 * Closes of futures: checked by us, because the venue has no closing order for them.
 *
 * `Sell` of a future that is not held opens a short. So before each close, orders and positions are
 * read, and no more is sent than is held and promised to no other order. One close of a contract at
 * a time; one just sent counts until the venue lists it.
 */
import type { ClientOrderId } from '#kernel/ids.ts';
import type { Result } from '#kernel/result.ts';
import type { Clock } from '#kernel/time.ts';
import type { InstrumentSymbol } from '#market/instrument.ts';
import type {
  BrokerOrder,
  MutationOutcome,
  OrderTicket,
  Position,
  QueryFault,
  Side,
} from '#orders/ports.ts';

export interface FutureCloses {
  /** Sends the close if what it closes is there. */
  guard(ticket: OrderTicket, send: () => Promise<MutationOutcome>): Promise<MutationOutcome>;
}

export interface FutureClosesOptions {
  readonly clock: Clock;
  readonly positions: () => Promise<Result<readonly Position[], QueryFault>>;
  /** All that can still fill, however old. */
  readonly workingOrders: () => Promise<Result<readonly BrokerOrder[], QueryFault>>;
}

/** A close sent that the venue may not list yet. */
interface Sent {
  readonly clientOrderId: ClientOrderId;
  readonly symbol: InstrumentSymbol;
  readonly side: Side;
  readonly quantity: number;
  /** On the monotonic clock. */
  readonly until: number;
}

/** Longer than a request can take and a list can lag. */
const UNLISTED_MS = 20_000;
const TERMINAL: readonly BrokerOrder['status'][] = [
  'filled',
  'cancelled',
  'rejected',
  'expired',
  'removed',
];

export function createFutureCloses(options: FutureClosesOptions): FutureCloses {
  const { clock } = options;
  const turns = new Map<InstrumentSymbol, Promise<unknown>>();
  let sent: readonly Sent[] = [];

  async function checked(
    ticket: OrderTicket,
    send: () => Promise<MutationOutcome>,
  ): Promise<MutationOutcome> {
    const { clientOrderId, side, quantity, instrument } = ticket;
    const { symbol } = instrument;
    const orders = await options.workingOrders();
    // Positions last: what filled between the two is then missing from both, never free in both.
    const positions = orders.ok ? await options.positions() : orders;
    if (!orders.ok) return notChecked(orders.error);
    if (!positions.ok) return notChecked(positions.error);
    const now = clock.mono();
    const listed = new Set(orders.value.map((order) => order.clientOrderId));
    sent = sent.filter((one) => one.until > now && !listed.has(one.clientOrderId));
    const net = positions.value.find((position) => position.symbol === symbol)?.net ?? 0;
    const held = side === 'sell' ? net : -net;
    const free = held - promised(orders.value, symbol, side) - unlisted(sent, symbol, side);
    if (free < quantity) {
      const message = `expected ${quantity} to close, held and free: ${Math.max(0, free)}`;
      return { kind: 'rejected', rejection: { code: 'close_without_position', message } };
    }
    const outcome = await send();
    if (outcome.kind === 'acked' || outcome.kind === 'ambiguous') {
      const until = clock.mono() + UNLISTED_MS;
      sent = [...sent, { clientOrderId, symbol, side, quantity, until }];
    }
    return outcome;
  }

  return {
    guard(ticket, send) {
      const { symbol } = ticket.instrument;
      const before = turns.get(symbol) ?? Promise.resolve();
      const turn = before.then(() => checked(ticket, send));
      const settled = turn.then(
        () => undefined,
        () => undefined,
      );
      turns.set(symbol, settled);
      void settled.then(() => {
        if (turns.get(symbol) === settled) turns.delete(symbol);
      });
      return turn;
    },
  };
}

function promised(orders: readonly BrokerOrder[], symbol: InstrumentSymbol, side: Side): number {
  return orders
    .filter((order) => order.symbol === symbol && order.side === side)
    .filter((order) => !TERMINAL.includes(order.status))
    .reduce((total, order) => total + order.remaining, 0);
}

function unlisted(sent: readonly Sent[], symbol: InstrumentSymbol, side: Side): number {
  return sent
    .filter((one) => one.symbol === symbol && one.side === side)
    .reduce((total, one) => total + one.quantity, 0);
}

function notChecked({ kind, detail }: QueryFault): MutationOutcome {
  const reason = kind === 'malformed' ? 'unreachable' : kind;
  return { kind: 'not_sent', reason, detail: `what it closes could not be read: ${detail}` };
}
