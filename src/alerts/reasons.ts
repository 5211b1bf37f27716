/** Every reason a message was or was not acted on: stable code, meaning, and what to do. */
import { INTAKE_REASONS } from './intake-reasons.ts';
import { PARSER_REASONS } from './parser-reasons.ts';

export interface Reason {
  /** What was found, in one sentence without the particulars. */
  readonly means: string;
  /** What the author or an operator can do; empty when there is nothing to do. */
  readonly remedy: string;
}

export const REASONS = { ...PARSER_REASONS, ...INTAKE_REASONS } as const;

export type ReasonCode = keyof typeof REASONS;
