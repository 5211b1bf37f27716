/** The program itself is wrong. Nobody catches this to carry on. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';
}

/**
 * Throws unless `condition` holds; `rule` states what must be true, positively. Where it is asked
 * often and says what was found, the text is given as a function and made only when needed.
 */
export function invariant(condition: unknown, rule: string | (() => string)): asserts condition {
  if (!condition) throw new InvariantViolation(typeof rule === 'string' ? rule : rule());
}

/** Marks the branch no value can reach, so that a new case fails to compile. */
export function unreachable(value: never): never {
  throw new InvariantViolation(`every case is handled, was ${described(value)}`);
}

/** Amounts are bigints, which JSON does not know. */
function described(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'bigint' ? `${part}n` : part,
  );
}
