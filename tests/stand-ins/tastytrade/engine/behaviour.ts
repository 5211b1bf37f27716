/** What a test may ask of single orders in place of the market's own course. */
import type { Price } from '#kernel/price.ts';
import type { Draft } from './model.ts';

export type FillPlan =
  /** By the quotes. */
  | { readonly kind: 'market' }
  | { readonly kind: 'never' }
  /** All of it at its own limit as soon as it is live. */
  | { readonly kind: 'immediate' }
  | { readonly kind: 'delayed'; readonly afterMs: number }
  /** So many at once, the rest later; never when `thenAfterMs` is `null`. */
  | { readonly kind: 'partial'; readonly quantity: number; readonly thenAfterMs: number | null }
  | { readonly kind: 'scheduled'; readonly fills: readonly PlannedFill[] };

export interface PlannedFill {
  /** Counted from the moment the order is live. */
  readonly afterMs: number;
  readonly quantity: number;
  /** The order's limit, or the touch, when absent. */
  readonly price?: Price;
}

export interface OrderBehaviour {
  readonly fills?: FillPlan;
  /** Refused at once, before an order exists. */
  readonly refuse?: { readonly status: number; readonly code: string; readonly message: string };
  /** Accepted, then `Rejected`. */
  readonly rejectLater?: { readonly afterMs: number; readonly reason: string };
  /** Fills this many between `Cancel Requested` and `Cancelled`. */
  readonly fillDuringCancel?: number;
  /** Fills this many of the original during a replace, which aborts the replacement. */
  readonly fillDuringReplace?: number;
  /** What becomes of the original of an aborted replacement; `lives` when absent. */
  readonly abortedOriginal?: 'lives' | 'cancelled';
  /** So many cancels are taken and lead to nothing. */
  readonly cancelsIgnored?: number;
  /** Status and remaining quantity are told this long before the fill rows. */
  readonly fillRowsLagMs?: number;
  /** Every fill arrives in this many pieces. */
  readonly fillPieces?: number;
  /** Of this order on the account stream. */
  readonly notifications?: 'normal' | 'duplicate' | 'out_of_order' | 'drop';
}

/** Absent parts match everything. */
export interface BehaviourRule {
  readonly externalIdentifier?: string;
  readonly symbol?: string;
  readonly side?: 'buy' | 'sell';
  /** Only replacements, or only orders that replace nothing. */
  readonly replacement?: 'only' | 'never';
  /** The nth order that matches everything else, counted from 1. */
  readonly nth?: number;
  readonly course: OrderBehaviour;
}

export interface Behaviours {
  readonly add: (rule: BehaviourRule) => () => void;
  readonly of: (draft: Draft, kind: 'new' | 'replacement') => OrderBehaviour;
}

/** The first rule that matches decides; each rule counts its own matches. */
export function createBehaviours(usual: OrderBehaviour): Behaviours {
  const rules = new Set<{ readonly rule: BehaviourRule; matched: number }>();
  return {
    add(rule) {
      const entry = { rule, matched: 0 };
      rules.add(entry);
      return () => rules.delete(entry);
    },
    of(draft, kind) {
      for (const entry of rules) {
        if (!matches(entry.rule, draft, kind)) continue;
        entry.matched += 1;
        if (entry.rule.nth === undefined || entry.rule.nth === entry.matched) {
          return { ...usual, ...entry.rule.course };
        }
      }
      return usual;
    },
  };
}

function matches(rule: BehaviourRule, draft: Draft, kind: 'new' | 'replacement'): boolean {
  const [leg] = draft.legs;
  if (rule.externalIdentifier !== undefined && rule.externalIdentifier !== draft.externalIdentifier)
    return false;
  if (rule.symbol !== undefined && rule.symbol !== leg?.instrument.symbol) return false;
  if (
    rule.side !== undefined &&
    leg?.action.startsWith(rule.side === 'buy' ? 'Buy' : 'Sell') !== true
  )
    return false;
  if (rule.replacement === 'only') return kind === 'replacement';
  return rule.replacement !== 'never' || kind === 'new';
}
