/** Reason codes of the parser. */
export const PARSER_REASONS = {
  entry: { means: 'A complete instruction to open.', remedy: '' },
  exit: { means: 'A complete instruction to close.', remedy: '' },
} as const;
