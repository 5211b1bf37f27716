/** Reasons for which words around a contract are no instruction, and what their rules look at. */
import type { Run } from '../sheet/sheet.ts';

export type Objection =
  | 'question'
  | 'correction'
  | 'cancelled'
  | 'cut_off'
  | 'recap'
  | 'conditional'
  | 'prepare'
  | 'watch'
  | 'negated'
  | 'hypothetical'
  | 'not_filled'
  | 'already_happened'
  | 'position_note'
  | 'flow_report'
  | 'multi_leg'
  | 'roll'
  | 'short_premium'
  | 'example'
  | 'paper_trade'
  | 'third_person'
  | 'two_instructions'
  | 'two_sides';

export interface Scope {
  /** Verb and contract parts: what stands before it is judged most strictly. */
  readonly core: Run;
  readonly intent: 'open' | 'close' | 'none';
  readonly strength: 'explicit' | 'casual';
  readonly prepareWords: readonly string[];
}
