/**
 * Structured logs: one JSON line per event, with the ids of the trail it belongs to.
 *
 * Secrets are kept out twice: by the name of their field and by value, also in the encodings a URL
 * or a header would give them. Control characters never reach a terminal (F196, F197).
 */
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import type { Secret } from '#kernel/secret.ts';

export type Log = Logger;
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface LogOptions {
  readonly level: LogLevel;
  readonly secrets: readonly Secret[];
  readonly write: (line: string) => void;
}

const REDACTED = '[redacted]';
const SECRET_NAME = /authorization|cookie|secret|passw|token|api[-_]?key|^key$/i;
const DEPTH_MAX = 6;

export function createLog({ level, secrets, write }: LogOptions): Log {
  const scrub = createScrubber(secrets);
  const destination: DestinationStream = { write: (line) => write(scrub(line)) };
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      messageKey: 'text',
      errorKey: 'error',
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => Object.fromEntries(Object.entries(fields).map(withoutSecret(0))),
      },
    },
    destination,
  );
}

/** Removes every form of every secret from a line, and escapes what could steer a terminal. */
export function createScrubber(secrets: readonly Secret[]): (line: string) => string {
  const forms = [...new Set(secrets.flatMap(formsOf))].toSorted((a, b) => b.length - a.length);
  return (line) => {
    const clean = forms.reduce((text, form) => text.replaceAll(form, REDACTED), line);
    return clean.replaceAll(
      // C1 controls, line separators and direction overrides: JSON leaves them as they are.
      /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  };
}

function formsOf(secret: Secret): string[] {
  const value = secret.reveal();
  const bytes = Buffer.from(value, 'utf8');
  return [
    value,
    encodeURIComponent(value),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ];
}

type Field = [string, unknown];

function withoutSecret(depth: number): (field: Field) => Field {
  return ([name, value]) => [name, SECRET_NAME.test(name) ? REDACTED : cleaned(value, depth)];
}

function cleaned(value: unknown, depth: number): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  if (depth >= DEPTH_MAX) return '[too deep]';
  if (Array.isArray(value)) return value.map((item) => cleaned(item, depth + 1));
  if ('toJSON' in value) return value;
  return Object.fromEntries(Object.entries(value).map(withoutSecret(depth + 1)));
}
