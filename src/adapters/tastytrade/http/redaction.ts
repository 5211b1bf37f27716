/**
 * Keeps secrets out of everything a person or a record may see: by value, in every spelling they
 * travel in, and by key, for secrets nobody told us of.
 */
import { clip, oneLine } from '#kernel/text.ts';

const SHOWN_MAX = 300;
/** Access tokens change every 15 minutes; those of the last hours can still turn up. */
const PASSING_MAX = 64;
/** Shorter ones would blot out ordinary words. */
const VALUE_LENGTH_MIN = 6;
const MARK = '[redacted]';
const BY_SHAPE: readonly (readonly [RegExp, string])[] = [
  [/\beyJ[\w-]{8,}(?:\.[\w-]+){0,2}/g, MARK],
  [/\b(Bearer|Basic)\s+[^\s"',;]+/gi, `$1 ${MARK}`],
  // `"access_token":"…"`
  [
    /(["'](?:\w*token|auth-token|client_secret|authorization|password)["']\s*:\s*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,;&}]+)/gi,
    `$1${MARK}`,
  ],
  // `refresh_token=…`
  [/\b((?:\w*token|auth-token|client_secret|password)=)[^\s,;&}]+/gi, `$1${MARK}`],
  // `auth-token: …`, `Authorization: …`; a bare `token:` is an ordinary word.
  [/\b((?:auth-token|authorization)\s*:\s*)("[^"]*"|'[^']*'|[^\s,;&}]+)/gi, `$1${MARK}`],
];

export interface Redactor {
  /**
   * From now on this value is never shown. `always` is for what is configured; of `passing` ones,
   * the tokens that follow one another, the newest are remembered.
   */
  hide(value: string, kind: 'always' | 'passing'): void;
  /** One short line without secrets, for errors and logs. */
  clean(text: string): string;
}

export function createRedactor(): Redactor {
  const always = new Set<string>();
  const passing = new Set<string>();
  return {
    hide(value, kind) {
      if (value.length < VALUE_LENGTH_MIN) return;
      if (kind === 'always') {
        always.add(value);
        return;
      }
      passing.delete(value);
      passing.add(value);
      const [oldest] = passing;
      if (passing.size > PASSING_MAX && oldest !== undefined) passing.delete(oldest);
    },
    clean(text) {
      let clean = text;
      for (const value of [...always, ...passing]) {
        for (const spelling of spellings(value)) clean = clean.replaceAll(spelling, MARK);
      }
      for (const [shape, mark] of BY_SHAPE) clean = clean.replace(shape, mark);
      return clip(oneLine(clean), SHOWN_MAX);
    },
  };
}

function spellings(value: string): readonly string[] {
  const bytes = Buffer.from(value, 'utf8');
  return [
    value,
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
    bytes.toString('base64'),
    bytes.toString('base64url'),
  ];
}
