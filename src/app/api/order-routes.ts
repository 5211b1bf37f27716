/**
 * Orders over HTTP: the path of an order that somebody types in a chat, with its gates and sizing.
 *
 * Rules
 * 1. The order's message is named after caller and idempotency key: the same one is never two.
 * 2. Where orders are real they are asked about first; what is done is what was shown.
 */
import type { Reading } from '#alerts/model.ts';
import { WIDE_PARSE_POLICY } from '#alerts/parser/settings.ts';
import { shortDigest } from '#kernel/digest.ts';
import { asOrderId, messageKey } from '#kernel/ids.ts';
import { formatPrice, price } from '#kernel/price.ts';
import { type Clock, formatInstant, plus } from '#kernel/time.ts';
import { contractName, nameOfSymbol } from '#market/contract-name.ts';
import { newYorkDate } from '#market/session.ts';
import type { BrokerOrderView, DeskOrder } from '#operate/api/answers.ts';
import { bind, done, no, ok } from '#operate/api/bind.ts';
import { ORDER_ROUTES } from '#operate/api/orders.ts';
import type { TradeView } from '#operate/api.ts';
import { alertLine } from '#operate/commands/answer.ts';
import {
  CONFIRM_MS,
  type Confirmations,
  createConfirmations,
  digestOf,
} from '#operate/commands/confirmations.ts';
import type { AlertAnswer, BoundRoute, DeskControl } from '#operate/ports.ts';
import type { DeskView } from '#operate/view.ts';
import type { Desk } from '#orders/desk.ts';
import type { BrokerOrder } from '#orders/ports.ts';
import { needsArming } from '#risk/arming.ts';
import type { Environment } from '#risk/model.ts';
import { answerJson } from '../answer.ts';
import type { AlertLane } from '../lane/alert-lane.ts';
import type { LaneDependencies } from '../lane/lane-context.ts';
import { cancelOrder, replaceLimit } from '../order-acts.ts';
import { recordableText } from '../recordable-text.ts';
import { API_CHANNEL, type ApiCallers } from './api-callers.ts';

export interface OrderParts {
  readonly desk: Desk;
  readonly lane: Pick<AlertLane, 'take'>;
  readonly control: DeskControl;
  readonly view: Pick<DeskView, 'desk' | 'snapshot'>;
  readonly clock: Clock;
  readonly read: LaneDependencies['read'];
  readonly callers: ApiCallers;
  readonly environment: Environment;
  readonly confirmOrders: 'real' | 'always';
  readonly newCode: () => string;
}

const DAY_MS = 86_400_000;

export function orderRoutes(parts: OrderParts): readonly BoundRoute[] {
  return [...orderReads(parts), ...placing(parts), ...orderActs(parts)];
}

function orderReads({ desk, view }: OrderParts): readonly BoundRoute[] {
  const { broker } = desk.deps;
  return [
    bind(ORDER_ROUTES.list, ({ query: { trade, state } }) => {
      const all = view.snapshot().trades.flatMap(ordersOf);
      const items = all.filter(
        ({ tradeId, phase }) =>
          (trade === undefined || tradeId === trade) &&
          (state === undefined || (phase === 'terminal') === (state === 'ended')),
      );
      return ok({ items: items.toSorted((a, b) => b.placedAt.localeCompare(a.placedAt)) });
    }),
    bind(ORDER_ROUTES.atBroker, async () => {
      const read = await broker.orders(plus(desk.now(), -DAY_MS));
      if (!read.ok) return no('broker_silent', `${read.error.kind}: ${read.error.detail}`);
      const newest = read.value.toSorted((a, b) => b.updatedAt - a.updatedAt);
      const items = newest.map((order) => brokerView(desk, order));
      return ok({ items, readAt: formatInstant(desk.now()) });
    }),
    bind(ORDER_ROUTES.one, async ({ params: { id } }) => {
      const known = view.snapshot().trades.flatMap(ordersOf);
      const order = known.find(({ orderId }) => orderId === id) ?? null;
      const read = await broker.orderById(asOrderId(id));
      const asked = read.ok ? read.value : null;
      if (order === null && read.ok && asked === null) {
        return no('not_found', 'neither this desk nor the broker knows this order');
      }
      const fault = read.ok ? null : `${read.error.kind}: ${read.error.detail}`;
      const atBroker = asked === null ? null : brokerView(desk, asked);
      return ok({ order, broker: atBroker, brokerFault: fault });
    }),
  ];
}

function placing(parts: OrderParts): readonly BoundRoute[] {
  const { desk, clock } = parts;
  const confirmations = createConfirmations(clock, parts.newCode);
  return [
    bind(ORDER_ROUTES.place, async ({ body: { text, dryRun }, actor, key }) => {
      const id = messageIdOf(actor, key);
      const asks = parts.confirmOrders === 'always' || needsArming(parts.environment);
      if (asks && !dryRun) return askFirst(parts, confirmations, { id, actor, text });
      return ok({
        kind: 'decided',
        answer: answerJson(await place(parts, { id, actor, text, dryRun })),
      });
    }),
    bind(ORDER_ROUTES.confirm, async ({ body, actor }) => {
      const taken = confirmations.take(body.code, { actor, channelId: API_CHANNEL });
      if (taken.kind === 'refused') return no('refused', taken.text);
      const { id, line: text, digest } = taken.question;
      const reading = readOrder(parts, text);
      if (digestOf(shownOf(parts, reading)) !== digest) {
        return no('refused', 'it would mean something else by now; give it again');
      }
      return ok(answerJson(await place(parts, { id, actor, text, dryRun: false })));
    }),
  ];

  function askFirst(
    all: OrderParts,
    asked: Confirmations,
    { id, actor, text }: Pick<Order, 'id' | 'actor' | 'text'>,
  ) {
    const reading = readOrder(all, text);
    if (reading.alert === null) return no('refused', `${reading.detail} (${reading.code})`);
    const shown = shownOf(all, reading);
    const code = asked.ask({
      ...{ actor, id, channelId: API_CHANNEL, line: text, digest: digestOf(shown) },
    });
    return ok({
      kind: 'confirm' as const,
      code,
      shown,
      environment: all.view.desk().environment,
      expiresAt: formatInstant(plus(desk.now(), CONFIRM_MS)),
    });
  }
}

function orderActs(parts: OrderParts): readonly BoundRoute[] {
  return [
    bind(ORDER_ROUTES.replace, async ({ params: { id }, body: { limit, reason }, actor }) =>
      done(await replaceLimit(parts, asOrderId(id), price(limit), { actor, reason }), {}),
    ),
    bind(ORDER_ROUTES.cancel, async ({ params: { id }, body: { reason }, actor }) =>
      done(await cancelOrder(parts, asOrderId(id), { actor, reason }), {}),
    ),
  ];
}

interface Order {
  readonly id: string;
  readonly actor: string;
  readonly text: string;
  readonly dryRun: boolean;
}

async function place(
  { desk, lane, callers }: OrderParts,
  { id, actor, text, dryRun }: Order,
): Promise<AlertAnswer> {
  callers.note(actor);
  const now = desk.now();
  return lane.take(
    {
      key: messageKey('local', API_CHANNEL, id),
      platform: 'local',
      channelId: API_CHANNEL,
      messageId: id,
      author: { id: actor, kind: 'person', displayName: actor, roleIds: [] },
      text: recordableText(text),
      postedAt: now,
      receivedAt: now,
      relation: 'initial',
      dryRun,
    },
    'order',
  ).answer;
}

function readOrder({ read, desk }: OrderParts, text: string): Reading {
  return read(text, newYorkDate(desk.now()), WIDE_PARSE_POLICY, 'local');
}

function shownOf({ view }: OrderParts, { alert }: Reading): string {
  const { environment } = view.desk();
  return `${environment} ${alert === null ? '' : alertLine(alert)}`;
}

/** Whoever repeats it repeats the same message, which trades once. */
function messageIdOf(actor: string, key: string | null): string {
  return `a-${shortDigest(`${actor} ${key ?? ''}`, 24)}`;
}

function ordersOf({ id, contract, symbol, orders }: TradeView): readonly DeskOrder[] {
  return orders.map((order) => ({ ...order, tradeId: id, contract, symbol }));
}

function brokerView(desk: Desk, order: BrokerOrder): BrokerOrderView {
  const { orderId, clientOrderId, symbol, side, quantity, remaining, terms, status } = order;
  const trade = desk.book.byOrderId(orderId)?.trade ?? null;
  return {
    ...{ orderId, clientOrderId, symbol, side, quantity, status },
    contract: trade === null ? nameOfSymbol(symbol) : contractName(trade.plan.instrument),
    filled: quantity - remaining,
    limit: terms.kind === 'limit' ? formatPrice(terms.limit) : null,
    rejectReason: order.rejectReason,
    updatedAt: formatInstant(order.updatedAt),
    tradeId: trade?.id ?? null,
  };
}
