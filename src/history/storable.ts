/**
 * Texts as a database takes them: PostgreSQL has no room for the character NUL, nor it or DuckDB
 * for half a surrogate pair, and one such character in a chat message must not hold up all that
 * follows. Each is shown as U+FFFD; the journal keeps what was really written.
 */
const UNKNOWN = '\uFFFD';

export function storableText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return whole.includes('\0') ? whole.replaceAll('\0', UNKNOWN) : whole;
}

/** The JSON text of plain data, or of what is JSON text already. */
export function storableJson(text: string): string {
  // An escape of either kind is needed to write such a character in JSON; most texts have none.
  const isEscaped = text.includes('\\u') && /\\u(?:0000|d[89a-f])/i.test(text);
  if (!isEscaped && text.isWellFormed()) return text;
  return JSON.stringify(cleaned(JSON.parse(text)));
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [storableText(key), cleaned(inner)]),
  );
}
