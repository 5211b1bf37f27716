/** Bodies of the wire as values, with nothing lost and nothing a body could do to us. */
import { err, ok, type Result } from '#kernel/result.ts';

/** A number too long for a double: as it stands it would come out as another one. */
const LONG_NUMBER = /[:[,]\s*-?\d{16}/;

/**
 * Reads one JSON document. Whole numbers a double cannot hold come out as strings. Own properties
 * only: a key `__proto__` is a key like any other, and schemas pass on what they name alone.
 */
export function parseJson(text: string): Result<unknown, 'not_json'> {
  try {
    const parsed: unknown = LONG_NUMBER.test(text)
      ? JSON.parse(text, keepDigits)
      : JSON.parse(text);
    return ok(parsed);
  } catch {
    return err('not_json');
  }
}

function keepDigits(
  _key: string,
  value: unknown,
  ...rest: readonly { source?: string }[]
): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = rest[0]?.source ?? '';
  return /^-?\d+$/.test(source) ? source : value;
}
