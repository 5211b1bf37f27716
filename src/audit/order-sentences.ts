/** What was asked of the broker and what it said: one sentence per record. */
import type { ClientOrderId } from '#kernel/ids.ts';
import { formatPrice } from '#kernel/price.ts';
import { words } from '#kernel/text.ts';
import type { OrderIntent, TradeRecord } from '#orders/model.ts';
import type { Fill, OrderStatus } from '#orders/ports.ts';
import type { BodyOf, ByKind } from './by-kind.ts';
import { quoted } from './mask.ts';
import type { OrderStory, TradeStory } from './model.ts';
import { atTerms, bidAsk, roleName } from './phrases.ts';

interface OrderNarration {
  readonly trade: TradeStory | null;
  readonly before: TradeStory | null;
}

const ID_MAX = 40;

const STANDING: Readonly<Record<OrderStatus, string>> = {
  received: 'has reached the broker',
  contingent: 'waits for the order it replaces to be gone',
  routed: 'is on its way to the exchange',
  working: 'is working',
  cancel_requested: 'is being cancelled',
  replace_requested: 'is being replaced',
  filled: 'is filled',
  cancelled: 'is cancelled',
  rejected: 'was refused',
  expired: 'has expired',
  removed: 'was removed by the broker',
  unknown: 'is in a state we do not know',
};

export const ORDER_SENTENCES: ByKind<
  Extract<TradeRecord['kind'], `order.${string}`>,
  OrderNarration,
  string
> = {
  'order.intended': ({ body }, { trade }) => intended(body, trade),
  'order.answered': ({ body }, { trade }) => answered(body, nameOf(trade, body.cid)),
  'order.seen': ({ body }, narration) => seen(body, narration),
  'order.missed': ({ body }, { trade }) =>
    `Did not find the ${nameOf(trade, body.cid)} at the broker; it still counts as live.`,
  'order.ended': ({ body: { cid, end } }, { trade }) =>
    end === 'absent'
      ? `The ${nameOf(trade, cid)} is proven absent: it never reached the broker.`
      : `Gave up the ${nameOf(trade, cid)}: it never reached the broker.`,
};

function intended({ intent, quote }: BodyOf<'order.intended'>, trade: TradeStory | null): string {
  const market = quote === null ? '' : ` (${bidAsk(quote)})`;
  switch (intent.op) {
    case 'submit':
      return `${submitted(intent, trade)}${market}.`;
    case 'replace': {
      const to = intent.terms.kind === 'limit' ? formatPrice(intent.terms.limit) : 'market';
      return `Asking the broker to move the ${nameOf(trade, intent.cid)} to ${to}${market}.`;
    }
    case 'cancel':
      return `Asking the broker to cancel the ${nameOf(trade, intent.cid)}.`;
  }
}

function submitted(
  intent: Extract<OrderIntent, { op: 'submit' }>,
  trade: TradeStory | null,
): string {
  const { cid, side, quantity, terms, role, timeInForce } = intent;
  const sends = find(trade, cid)?.sends ?? 1;
  const verb = sends > 1 ? 'Sending again what provably never arrived' : 'Sending an order';
  const what = `${verb}: ${side} ${quantity} ${atTerms(terms)}`;
  if (role === 'entry') return what;
  if (role === 'close') return `${what} to close`;
  return `${what} to take the profit, ${timeInForce === 'gtc' ? 'good till cancelled' : 'for the day'}`;
}

function answered({ op, answer }: BodyOf<'order.answered'>, name: string): string {
  const what = { submit: `the ${name}`, replace: 'the new price', cancel: 'the cancel' }[op];
  switch (answer.kind) {
    case 'acked':
      return op === 'cancel'
        ? `The broker took the cancel: the ${name} counts until it is seen cancelled.`
        : `The broker took ${what}: order ${quoted(answer.orderId, ID_MAX)}.`;
    case 'rejected': {
      const { code, message } = answer.rejection;
      return `The broker refused ${what} (${quoted(code, ID_MAX)}): ${quoted(message)}`;
    }
    case 'not_sent':
      return `The broker was not reached with ${what} (${words(answer.reason)}): ${quoted(answer.detail)}`;
    case 'ambiguous': {
      const meanwhile =
        op === 'submit'
          ? "it counts as live until the broker's own list says otherwise"
          : 'the order is read again before anything else';
      return `No clear answer to ${what} (${quoted(answer.detail)}): ${meanwhile}.`;
    }
  }
}

function seen({ sighting }: BodyOf<'order.seen'>, { trade, before }: OrderNarration): string {
  const id = `order ${quoted(sighting.orderId, ID_MAX)}`;
  const order = find(trade, sighting.cid);
  if (order === null) return `The broker shows ${id}: it ${STANDING[sighting.status]}.`;
  const was = find(before, sighting.cid);
  const found = was?.phase === 'unknown' ? `Found the ${roleName(order.role)} at the broker. ` : '';
  const fresh = order.fills.slice(was?.fills.length ?? 0);
  if (fresh.length > 0) return `${found}${filled(order, fresh, trade)}`;
  if (gaveWay(trade, order)) return `${found}The order at the old price is gone: ${id}.`;
  const behind = sighting.filled > order.filled ? `, ${sighting.filled} filled by its count` : '';
  const why = sighting.rejection === null ? '' : ` (${quoted(sighting.rejection.message)})`;
  const stands = `${STANDING[sighting.status]}${behind}${why}`;
  return `${found}The ${roleName(order.role)} ${stands}: ${id}.`;
}

function filled(order: OrderStory, fresh: readonly Fill[], trade: TradeStory | null): string {
  const list = fresh
    .map(({ quantity, price }) => `${quantity} at ${formatPrice(price)}`)
    .join(', ');
  const { bought = 0, averageEntry = null, held = 0 } = trade?.figures ?? {};
  if (order.role === 'entry') {
    const average = averageEntry === null ? '' : ` at ${formatPrice(averageEntry)} on average`;
    return `Bought ${list}: ${bought} of ${trade?.plan.quantity ?? order.quantity}${average}.`;
  }
  return `Sold ${list}${order.role === 'exit' ? ', the target' : ''}: ${held} left.`;
}

/** Cancelled because a replacement took its place. */
function gaveWay(trade: TradeStory | null, { cid, end }: OrderStory): boolean {
  return end === 'cancelled' && trade?.orders.some((other) => other.replaces === cid) === true;
}

function find(trade: TradeStory | null, cid: ClientOrderId): OrderStory | null {
  return trade?.orders.find((order) => order.cid === cid) ?? null;
}

function nameOf(trade: TradeStory | null, cid: ClientOrderId): string {
  const order = find(trade, cid);
  return order === null ? 'order' : roleName(order.role);
}
