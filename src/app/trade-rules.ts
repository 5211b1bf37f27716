/** The trade core's own rules, for telling the story of a trade. */
import type { TradeRules } from '#audit/model.ts';
import { nextStepAt } from '#orders/discovery/schedule.ts';
import { exitPrice, exitQuantity } from '#orders/exits/target.ts';

export const TRADE_RULES: TradeRules = { nextStepAt, exitQuantity, exitPrice };
