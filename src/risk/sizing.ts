/**
 * How many contracts an entry may buy, as arithmetic a person can follow.
 *
 * The share of the day's initial buying power given to one trade is divided by the cost of one
 * contract at the first limit. Caps in dollars are divided by its cost at the collar instead, the
 * highest price the entry may pay, so that no price step can break one. Every division rounds down
 * and the smallest result is the quantity. It is never rounded up: 0 is an answer.
 */
import { divideDown } from '#kernel/decimal.ts';
import { formatPercent, shareOf } from '#kernel/percent.ts';
import { formatMoney, formatPrice, type Money, subtractMoney, ZERO_MONEY } from '#kernel/price.ts';
import { isQuantity, type Quantity, quantity } from '#kernel/quantity.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { Instrument } from '#market/instrument.ts';
import { type UnitCost, unitCost } from './cost.ts';
import type { EntryPrice } from './entry-price.ts';
import type { AccountFigures, Sizing, SizingLine } from './model.ts';
import type { RiskPolicy } from './settings.ts';

export interface SizingInput {
  readonly instrument: Instrument;
  readonly price: EntryPrice;
  /** The quantity in the alert, or `null`. */
  readonly stated: number | null;
  readonly account: Pick<
    AccountFigures,
    'initialBuyingPower' | 'availableBuyingPower' | 'pendingDebit'
  >;
  readonly premiumOpen: Money;
}

export type SizingFault = 'margin_unknown' | 'quantity_not_whole';

interface Bound {
  readonly label: string;
  readonly quantity: Quantity;
  readonly value: string;
}

export function sizeEntry(input: SizingInput, policy: RiskPolicy): Result<Sizing, SizingFault> {
  const { instrument, price, stated } = input;
  if (stated !== null && !isQuantity(stated)) return err('quantity_not_whole');
  const atLimit = unitCost(instrument, price.limit, policy);
  const atCollar = unitCost(instrument, price.collar, policy);
  if (!atLimit.ok) return atLimit;
  if (!atCollar.ok) return atCollar;
  const allocated = allocation(input, policy);
  const bounds = [
    bound('by allocation', allocated.amount, atLimit.value.total),
    ...dollarCaps(input, policy, atCollar.value),
    countCap(instrument, policy),
    ...statedCap(stated, policy),
  ];
  const smallest = bounds.reduce((least, each) => (each.quantity < least.quantity ? each : least));
  const lines = [
    allocated.line,
    costLine('cost of one at the limit', input, price.limit, atLimit.value),
    costLine('cost of one at the collar', input, price.collar, atCollar.value),
    ...bounds.map(({ label, value }) => ({ label, value })),
    { label: 'quantity', value: `${smallest.quantity} (${smallest.label})` },
  ];
  return ok({ quantity: smallest.quantity, bound: smallest.label, lines });
}

function allocation(
  { account }: SizingInput,
  { limits }: RiskPolicy,
): { readonly amount: Money; readonly line: SizingLine } {
  const amount = positive(shareOf(account.initialBuyingPower, limits.allocation));
  const initial = formatMoney(account.initialBuyingPower);
  const share = formatPercent(limits.allocation);
  return {
    amount,
    line: { label: 'allocation', value: `${initial} × ${share} = ${formatMoney(amount)}` },
  };
}

function dollarCaps(input: SizingInput, { limits }: RiskPolicy, each: UnitCost): Bound[] {
  const { account, premiumOpen } = input;
  const openMax = shareOf(account.initialBuyingPower, limits.premiumOpenMax);
  const usable = shareOf(account.availableBuyingPower, limits.buyingPowerMax);
  return [
    bound('by premium per trade', limits.premiumTradeMax, each.total),
    bound(
      'by premium open',
      subtractMoney(openMax, premiumOpen),
      each.total,
      `${formatPercent(limits.premiumOpenMax)} of initial − ${formatMoney(premiumOpen)} open = `,
    ),
    bound(
      'by buying power',
      subtractMoney(usable, account.pendingDebit),
      each.total,
      `${formatPercent(limits.buyingPowerMax)} of ${formatMoney(account.availableBuyingPower)}` +
        ` − ${formatMoney(account.pendingDebit)} pending = `,
    ),
  ];
}

function countCap(instrument: Instrument, { limits }: RiskPolicy): Bound {
  const [label, most] = quantityMax(instrument, limits);
  return { label: `by ${label} per order`, quantity: quantity(most), value: String(most) };
}

/** The most of this kind of instrument one order may hold, and what it counts. */
export function quantityMax(
  instrument: Instrument,
  limits: RiskPolicy['limits'],
): readonly [label: string, most: number] {
  switch (instrument.kind) {
    case 'option':
    case 'future_option':
      return ['contracts', limits.contractsMax];
    case 'equity':
      return ['shares', limits.sharesMax];
    case 'future':
      return ['futures', limits.futuresMax];
  }
}

function statedCap(stated: Quantity | null, { limits }: RiskPolicy): Bound[] {
  if (stated === null || limits.statedQuantity === 'ignore') return [];
  return [{ label: 'as stated', quantity: stated, value: String(stated) }];
}

function bound(label: string, dollars: Money, each: Money, how = ''): Bound {
  const room = positive(dollars);
  const fits = divideDown(room, each);
  const capped = fits > COUNT_MAX ? COUNT_MAX : fits;
  const value = `${how}${formatMoney(room)} ÷ ${formatMoney(each)} = ${capped}`;
  return { label, quantity: quantity(Number(capped)), value };
}

function costLine(
  label: string,
  { instrument }: SizingInput,
  at: EntryPrice['limit'],
  cost: UnitCost,
): SizingLine {
  const base =
    instrument.kind === 'future'
      ? `${formatMoney(cost.committed)} margin`
      : `${formatPrice(at)} × ${instrument.multiplier}`;
  return { label, value: `${base} + ${formatMoney(cost.fees)} fees = ${formatMoney(cost.total)}` };
}

function positive(amount: Money): Money {
  return amount > 0n ? amount : ZERO_MONEY;
}

/** Far beyond every count cap; keeps an absurd balance out of the safe-integer limit. */
const COUNT_MAX = 1_000_000n;
