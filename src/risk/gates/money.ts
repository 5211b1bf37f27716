/** Gates on dollars and counts of one order: account figures, size, caps, buying power. */
import { formatPercent, shareOf } from '#kernel/percent.ts';
import { addMoney, type Money, moneyFromUnits, type Price } from '#kernel/price.ts';
import { marketTime } from '#market/market-time.ts';
import { newYorkDate } from '#market/session.ts';
import { unitCost } from '../cost.ts';
import { quantityMax } from '../sizing.ts';
import { atMost, type EntryCase, type Judgement, pass, refuse } from './gate.ts';

export function accountGate({ facts, policy }: EntryCase): Judgement {
  const { account, now } = facts;
  const today = newYorkDate(now);
  const code = 'account_not_current';
  if (account.day !== today) {
    return refuse(code, `initial buying power is of ${account.day}, today is ${today}`);
  }
  const ageMs = now - account.readAt;
  const ageMax = policy.limits.accountAgeMsMax;
  if (ageMs > ageMax) return refuse(code, `balances read ${ageMs} ms ago > ${ageMax} ms`);
  if (account.restriction !== undefined) return refuse('account_restricted', account.restriction);
  const sensible = account.initialBuyingPower > 0n && account.pendingDebit >= 0n;
  return sensible
    ? pass(`balances of ${marketTime(account.readAt)}`)
    : refuse(code, 'expected buying power above 0 and no negative pending debit');
}

export function sizeGate({ facts, policy, sizing }: EntryCase): Judgement {
  if (!sizing.ok) {
    const { error } = sizing;
    if (error === 'no_price' || error === 'above_collar') {
      return refuse('cannot_evaluate', 'no limit to size with');
    }
    return refuse(error, error === 'margin_unknown' ? facts.instrument.underlying : 'not whole');
  }
  const { quantity, bound } = sizing.value;
  const [unit, most] = quantityMax(facts.instrument, policy.limits);
  const detail = `${quantity} ${unit}, at most ${most} (${bound})`;
  return quantity >= 1 && quantity <= most ? pass(detail) : refuse('no_quantity', detail);
}

/** At the first limit: what R-07 divides. */
export function allocationGate(entry: EntryCase): Judgement {
  const { facts, policy } = entry;
  const most = shareOf(facts.account.initialBuyingPower, policy.limits.allocation);
  const cost = costAt(entry, 'limit');
  return cost === null ? unsized() : atMost('cost at the limit', cost, most, 'over_allocation');
}

/** At the collar: no price step may break a cap in dollars. */
export function premiumTradeGate(entry: EntryCase): Judgement {
  const most = entry.policy.limits.premiumTradeMax;
  const cost = costAt(entry, 'collar');
  return cost === null ? unsized() : atMost('cost at the collar', cost, most, 'over_trade_limit');
}

export function premiumOpenGate(entry: EntryCase): Judgement {
  const { facts, policy } = entry;
  const most = shareOf(facts.account.initialBuyingPower, policy.limits.premiumOpenMax);
  const cost = costAt(entry, 'collar');
  if (cost === null) return unsized();
  const open = addMoney(facts.book.premiumOpen, cost);
  return atMost('open with this trade', open, most, 'over_open_limit');
}

export function buyingPowerGate(entry: EntryCase): Judgement {
  const { account } = entry.facts;
  const share = entry.policy.limits.buyingPowerMax;
  const most = shareOf(account.availableBuyingPower, share);
  const cost = costAt(entry, 'collar');
  if (cost === null) return unsized();
  const what = `pending and this trade, of ${formatPercent(share)} of available,`;
  return atMost(what, addMoney(account.pendingDebit, cost), most, 'over_buying_power');
}

/** What the sized quantity costs, fees included; worked out anew, not taken from the sizing. */
function costAt({ facts, policy, price, sizing }: EntryCase, at: 'limit' | 'collar'): Money | null {
  if (!price.ok || !sizing.ok) return null;
  const each: Price = price.value[at];
  const cost = unitCost(facts.instrument, each, policy);
  if (!cost.ok) return null;
  return moneyFromUnits(cost.value.total * BigInt(sizing.value.quantity));
}

function unsized(): Judgement {
  return refuse('cannot_evaluate', 'no size to cost');
}
