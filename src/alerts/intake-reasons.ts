/** Reason codes of intake: who may trigger, when, and whether the contract can be what was meant. */
export const INTAKE_REASONS = {
  not_authorized: { means: 'The author may not trigger orders here.', remedy: '' },
} as const;
