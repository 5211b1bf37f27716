/**
 * What a gate is: one rule, a pure function of everything an entry decision reads.
 *
 * A gate answers on purpose in every case. What it needs and does not have is a refusal
 * (`cannot_evaluate` or a code that names what is missing), never a pass.
 */
import type { Action } from '#alerts/model.ts';
import { formatMoney, type Money } from '#kernel/price.ts';
import type { Result } from '#kernel/result.ts';
import type { AssetClass } from '#market/instrument.ts';
import type { EntryPrice, EntryPriceFault } from '../entry-price.ts';
import type { EntryFacts, Environment, GateResult, Sizing } from '../model.ts';
import type { RiskCode } from '../reasons.ts';
import type { RiskPolicy } from '../settings.ts';
import type { SizingFault } from '../sizing.ts';

export interface EntryCase {
  readonly facts: EntryFacts;
  readonly policy: RiskPolicy;
  readonly environment: Environment;
  /** What the channel or strategy may do. */
  readonly allowed: {
    readonly actions: readonly Action[];
    readonly assets: readonly AssetClass[];
  };
  readonly price: Result<EntryPrice, EntryPriceFault>;
  readonly sizing: Result<Sizing, SizingFault | EntryPriceFault>;
}

export type Judgement =
  | { readonly outcome: 'pass'; readonly detail: string }
  | { readonly outcome: 'refuse' | 'hold'; readonly code: RiskCode; readonly detail: string };

export type Gate = (entry: EntryCase) => Judgement;

export function pass(detail: string): Judgement {
  return { outcome: 'pass', detail };
}

export function refuse(code: RiskCode, detail: string): Judgement {
  return { outcome: 'refuse', code, detail };
}

/** An operator may let it through. */
export function hold(code: RiskCode, detail: string): Judgement {
  return { outcome: 'hold', code, detail };
}

/** A gate's own name goes in front; its result is what goes on record. */
export function resultOf(gate: GateResult['gate'], judged: Judgement): GateResult {
  const { outcome, detail } = judged;
  return { gate, outcome, code: judged.outcome === 'pass' ? gate : judged.code, detail };
}

/** Passes while `amount` is at most `most`. */
export function atMost(what: string, amount: Money, most: Money, code: RiskCode): Judgement {
  const fits = amount <= most;
  const detail = `${what} ${formatMoney(amount)} ${fits ? '≤' : '>'} ${formatMoney(most)}`;
  return fits ? pass(detail) : refuse(code, detail);
}

/** Passes while one more is allowed. */
export function roomForOne(what: string, have: number, most: number, code: RiskCode): Judgement {
  const fits = have < most;
  const detail = `${what} ${have} ${fits ? '<' : '≥'} ${most}`;
  return fits ? pass(detail) : refuse(code, detail);
}
