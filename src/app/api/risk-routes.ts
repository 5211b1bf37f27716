/** The kill state and every limit, as used and allowed. */

import { type BasisPoints, formatPercent, shareOf } from '#kernel/percent.ts';
import { formatMoney, formatPrice, type Money, moneyFromUnits, type Price } from '#kernel/price.ts';
import type { LimitView } from '#operate/api/answers.ts';
import { bind, ok } from '#operate/api/bind.ts';
import { RISK_ROUTES } from '#operate/api/risk.ts';
import type { BoundRoute } from '#operate/ports.ts';
import type { DeskView } from '#operate/view.ts';
import type { Desk } from '#orders/desk.ts';
import { type DeskFigures, deskFigures, tradesByAuthor } from '#orders/figures.ts';
import { permits } from '#risk/kill-state.ts';
import type { AccountFigures } from '#risk/model.ts';
import { type Limits, type RiskSettings, RiskSettingsSchema } from '#risk/settings.ts';
import type { HaltFile } from '../halt-file.ts';

export interface RiskParts {
  readonly desk: Desk;
  readonly view: Pick<DeskView, 'desk'>;
  readonly risk: RiskSettings;
  readonly haltFile: Pick<HaltFile, 'isThere'>;
}

const DEFAULTS = RiskSettingsSchema.parse({}).limits;

export function riskRoutes({ desk, view, risk, haltFile }: RiskParts): readonly BoundRoute[] {
  return [
    bind(RISK_ROUTES.state, () => {
      const { killState } = desk.book;
      const { entries, steps, closes } = permits(killState);
      const now = desk.now();
      const figures = deskFigures(desk.book, { now, mark: (symbol) => desk.mark(symbol) });
      return ok({
        killState,
        killReason: view.desk().killReason,
        haltFile: haltFile.isThere(),
        reconciled: desk.isReconciled,
        permits: { entries, steps, exits: closes === 'all', closes },
        unresolvedOrders: figures.unresolvedOrders,
        oldestUnresolvedMs: figures.oldestUnresolvedMs,
        limits: limitViews(risk.limits, {
          ...{ figures, account: desk.account.figures() },
          perAuthor: most(tradesByAuthor(desk.book, now)),
          perUnderlying: most(openBy(desk, 'underlying')),
          perInstrument: most(openBy(desk, 'symbol')),
        }),
      });
    }),
  ];
}

interface Used {
  readonly figures: DeskFigures;
  readonly account: AccountFigures | null;
  readonly perAuthor: number;
  readonly perUnderlying: number;
  readonly perInstrument: number;
}

function limitViews(limits: Limits, used: Used): readonly LimitView[] {
  return [...moneyLimits(limits, used), ...countLimits(limits, used), ...eachTrade(limits)];
}

/** Shares of the day's initial buying power, as dollars once that is known. */
function moneyLimits(limits: Limits, { figures, account }: Used): readonly LimitView[] {
  const { dayResult, premiumOpen } = figures;
  const base = account?.initialBuyingPower ?? null;
  const loss = dayResult < 0n ? negated(dayResult) : 0n;
  const available = account?.availableBuyingPower ?? null;
  return [
    dollars(limits, 'premiumOpenMax', {
      label: 'Premium of open trades',
      of: base,
      used: premiumOpen,
    }),
    dollars(limits, 'dailyLossMax', { label: 'Loss of the day', of: base, used: loss }),
    dollars(limits, 'buyingPowerMax', {
      label: 'Buying power reserved by pending entries',
      of: available,
      used: account?.pendingDebit ?? null,
    }),
  ];
}

interface Amount {
  readonly label: string;
  readonly of: Money | null;
  readonly used: bigint | null;
}

function dollars(
  limits: Limits,
  name: 'premiumOpenMax' | 'dailyLossMax' | 'buyingPowerMax',
  { label, of, used }: Amount,
): LimitView {
  const share = limits[name];
  const about = { ...named(limits, name), label, usedFrom: 'record' } as const;
  if (of === null || used === null) {
    return { ...about, unit: 'percent', used: null, allowed: formatPercent(share), share: null };
  }
  const allowed = shareOf(of, share);
  const part = allowed === 0n ? null : Number((used * 10_000n) / allowed) / 10_000;
  const [usedText, allowedText] = [formatUnits(used), formatMoney(allowed)];
  return { ...about, unit: 'dollars', used: usedText, allowed: allowedText, share: part };
}

function countLimits(limits: Limits, used: Used): readonly LimitView[] {
  const { figures, perAuthor, perUnderlying, perInstrument } = used;
  const one = (
    name: CountLimit,
    label: string,
    value: number,
    unit: 'count' | 'ms' = 'count',
  ): LimitView => ({
    ...named(limits, name),
    ...{ label, unit, usedFrom: 'record' },
    used: String(Math.round(value)),
    allowed: String(limits[name]),
    share: limits[name] === 0 ? null : value / limits[name],
  });
  return [
    one('openTradesMax', 'Open trades', figures.openTrades),
    one('openPerUnderlyingMax', 'Open on one underlying, at most', perUnderlying),
    one('openPerInstrumentMax', 'Open on one contract, at most', perInstrument),
    one('tradesPerDayMax', 'Trades today', figures.tradesToday),
    one('tradesPerAuthorHourMax', 'Trades of one author in an hour, at most', perAuthor),
    one('mutationsPerMinuteMax', 'Order messages in a minute', figures.mutationsLastMinute),
    one('mutationsPerSecondMax', 'Order messages in a second', figures.mutationsLastSecond),
    one('rejectsInARowMax', 'Rejections in a row', figures.rejectsInARow),
    one('unresolvedMax', 'Orders of unknown fate', figures.unresolvedOrders),
    one('unresolvedAgeMsMax', 'Oldest of them', figures.oldestUnresolvedMs, 'ms'),
  ];
}

type CountLimit = {
  [Name in keyof Limits]: Limits[Name] extends number
    ? Limits[Name] extends BasisPoints
      ? never
      : Name
    : never;
}[keyof Limits];

/** What bounds each trade anew: nothing of it is used up. */
function eachTrade(limits: Limits): readonly LimitView[] {
  const one = (name: keyof Limits, label: string, unit: LimitView['unit'], allowed: string) => ({
    ...named(limits, name),
    ...{ label, unit, allowed, used: null, share: null, usedFrom: 'none' as const },
  });
  const percent = (name: keyof Limits, label: string, share: BasisPoints) =>
    one(name, label, 'percent', formatPercent(share));
  const number = (name: CountLimit, label: string, unit: 'count' | 'ms' = 'count') =>
    one(name, label, unit, String(limits[name]));
  const priced = (name: keyof Limits, label: string, value: Price) =>
    one(name, label, 'price', formatPrice(value));
  return [
    percent('allocation', 'Share of buying power one trade may commit', limits.allocation),
    one('premiumTradeMax', 'Dollars of one trade', 'dollars', formatMoney(limits.premiumTradeMax)),
    number('contractsMax', 'Contracts of one order'),
    number('sharesMax', 'Shares of one order'),
    number('futuresMax', 'Futures of one order'),
    number('quoteReceivedAgeMsMax', 'Age of a quote, since received', 'ms'),
    number('quoteEventAgeMsMax', "Age of a quote, by the market's time", 'ms'),
    priced('spreadAmountMax', 'Spread, as an amount', limits.spreadAmountMax),
    percent('spreadShareMax', 'Spread, as a share of the mid', limits.spreadShareMax),
    percent('deviationShareMax', "Off the alert's price", limits.deviationShareMax),
    priced('priceMin', 'Least price', limits.priceMin),
    number('collarTicksOverAlert', 'Ticks over the alert price'),
    number('collarTicksOverAsk', 'Ticks over the ask'),
  ];
}

function named(limits: Limits, name: keyof Limits) {
  const source = limits[name] === DEFAULTS[name] ? 'default' : 'configured';
  return { name: `risk.limits.${name}`, source } as const;
}

function openBy(desk: Desk, what: 'underlying' | 'symbol'): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { plan } of desk.book.open()) {
    const name = plan.instrument[what];
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

function most(counts: ReadonlyMap<string, number>): number {
  return Math.max(0, ...counts.values());
}

function negated(amount: bigint): bigint {
  return -amount;
}

function formatUnits(units: bigint): string {
  return formatMoney(moneyFromUnits(units));
}
