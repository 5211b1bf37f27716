/** A decision as a sentence: the rule, the numbers, and what can be done. */
import type { GateResult } from './model.ts';
import { RISK_REASONS } from './reasons.ts';

const REASONS = new Map<string, { means: string; remedy: string }>(Object.entries(RISK_REASONS));

/** The sentence of the first gate that did not pass; `null` when all did. */
export function describeRefusal(gates: readonly GateResult[]): string | null {
  const refused = gates.find((gate) => gate.outcome === 'refuse');
  const stopped = refused ?? gates.find((gate) => gate.outcome === 'hold');
  if (stopped === undefined) return null;
  const verb = stopped.outcome === 'hold' ? 'Held' : 'Refused';
  const rule = `${verb} by rule ${stopped.gate} (${stopped.detail}).`;
  const reason = REASONS.get(stopped.code);
  if (reason === undefined) return rule;
  return [rule, reason.means, reason.remedy].filter((part) => part !== '').join(' ');
}
