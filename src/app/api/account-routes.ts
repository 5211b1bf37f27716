/** What the account holds and may spend, as the broker says now, and quotes. */
import { formatMoney, formatPrice, type Money, moneyFromUnits } from '#kernel/price.ts';
import { formatInstant } from '#kernel/time.ts';
import { contractName, nameOfSymbol } from '#market/contract-name.ts';
import { ACCOUNT_ROUTES } from '#operate/api/account.ts';
import type { PositionView } from '#operate/api/answers.ts';
import { bind, no, ok } from '#operate/api/bind.ts';
import type { BoundRoute } from '#operate/ports.ts';
import type { DeskView } from '#operate/view.ts';
import { held } from '#orders/core/exposure.ts';
import type { Desk } from '#orders/desk.ts';
import type { Position } from '#orders/ports.ts';
import { type QuoteParts, quoteOf } from '../chat/quote-line.ts';

export interface AccountParts extends QuoteParts {
  readonly desk: Desk;
  readonly view: Pick<DeskView, 'desk'>;
  /** Number of the account; `null` where it is made up. */
  readonly account: string | null;
}

export function accountRoutes(parts: AccountParts): readonly BoundRoute[] {
  const { desk, view } = parts;
  const { broker } = desk.deps;
  return [
    bind(ACCOUNT_ROUTES.positions, async () => {
      const read = await broker.positions();
      if (!read.ok) return no('broker_silent', `${read.error.kind}: ${read.error.detail}`);
      const items = read.value.map((position) => positionView(desk, position));
      return ok({ items, readAt: formatInstant(desk.now()) });
    }),
    bind(ACCOUNT_ROUTES.account, async () => {
      const read = await broker.balances();
      const { environment, account: figures } = view.desk();
      const balances = read.ok ? read.value : null;
      return ok({
        account: parts.account === null ? null : `****${parts.account.slice(-4)}`,
        environment,
        buyingPower: money(balances?.buyingPower),
        cash: money(balances?.cash),
        netLiquidation: money(balances?.netLiquidation),
        restriction: balances?.restriction ?? null,
        fault: read.ok ? null : `${read.error.kind}: ${read.error.detail}`,
        readAt: formatInstant(desk.now()),
        figures,
      });
    }),
    bind(ACCOUNT_ROUTES.quote, async ({ query }) => {
      const found = await quoteOf(parts, query.contract);
      if (found.kind === 'failed') return no('not_found', found.detail);
      const { instrument, quote } = found;
      return ok({
        contract: contractName(instrument),
        symbol: instrument.symbol,
        bid: formatPrice(quote.bid),
        ask: formatPrice(quote.ask),
        bidSize: quote.bidSize,
        askSize: quote.askSize,
        at: formatInstant(quote.eventAt),
        receivedAt: formatInstant(quote.receivedAt),
        ageMs: Math.max(0, desk.now() - quote.receivedAt),
      });
    }),
  ];
}

function money(amount: Money | undefined): string | null {
  return amount === undefined ? null : formatMoney(amount);
}

function positionView(desk: Desk, position: Position): PositionView {
  const { symbol, net, averagePrice, multiplier } = position;
  const trades = desk.book.open().filter(({ plan }) => plan.instrument.symbol === symbol);
  const mark = desk.mark(symbol);
  const each = mark === null ? null : (mark - averagePrice) * BigInt(net) * BigInt(multiplier);
  const [first] = trades;
  return {
    ...{ symbol, net },
    contract: first === undefined ? nameOfSymbol(symbol) : contractName(first.plan.instrument),
    averagePrice: formatPrice(averagePrice),
    mark: mark === null ? null : formatPrice(mark),
    openResult: each === null ? null : formatMoney(moneyFromUnits(each)),
    trades: trades.map(({ id }) => id),
    ours: trades.reduce((sum, trade) => sum + Math.max(0, held(trade)), 0),
  };
}
