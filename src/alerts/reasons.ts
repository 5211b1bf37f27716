/** Every reason a message was or was not acted on: stable code, meaning, and what to do. */
export const REASONS = {
  entry: { means: 'A complete instruction to open.', remedy: '' },
  exit: { means: 'A complete instruction to close.', remedy: '' },
} as const satisfies Record<string, { readonly means: string; readonly remedy: string }>;

export type ReasonCode = keyof typeof REASONS;
