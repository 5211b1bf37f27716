/**
 * What went wrong at the store, in plain words with what to do: each failure of a server, a network
 * or a file is classed here, once. No text holds a password: a URL is never repeated.
 */
import type { StoreFault, StoreFaultKind } from '#history/ports.ts';
import { StoreRefusal } from './session.ts';

interface Meaning {
  readonly kind: StoreFaultKind;
  readonly code: string;
  readonly means: string;
}

const meaning = (kind: StoreFaultKind, code: string, means: string): Meaning => ({
  kind,
  code,
  means,
});

const COMES_BACK = 'The journal keeps everything; the store is filled up once it is back.';
const UNREACHABLE = meaning('away', 'unreachable', `The database cannot be reached. ${COMES_BACK}`);
const CUT = meaning('away', 'cut', `The connection to the database was lost. ${COMES_BACK}`);
const SILENT = meaning('away', 'silent', `The database does not answer in time. ${COMES_BACK}`);
const STOPPING = meaning(
  'away',
  'shutting_down',
  `The database is stopping or starting. ${COMES_BACK}`,
);
const WRONG_PASSWORD = meaning(
  'refused',
  'wrong_password',
  'The database refuses this user or password: correct STRIKEWIRE_DATABASE_URL.',
);

/** By SQLSTATE, whole or its class; the whole one counts first. */
const BY_STATE: Readonly<Record<string, Meaning>> = {
  '08': CUT,
  '57P01': STOPPING,
  '57P02': STOPPING,
  '57P03': STOPPING,
  '57P05': CUT,
  '25P03': CUT,
  '57014': meaning('away', 'slow', `A statement took longer than it may. ${COMES_BACK}`),
  '55P03': meaning('away', 'locked', 'Somebody holds a lock on the tables; it is tried again.'),
  '40001': meaning('again', 'serialization', 'Two transactions met; it is tried again.'),
  '40P01': meaning('again', 'deadlock', 'Two transactions waited for each other; tried again.'),
  '53': meaning('away', 'out_of_resources', `The database lacks resources. ${COMES_BACK}`),
  '53100': meaning('away', 'disk_full', `The disk of the database is full. ${COMES_BACK}`),
  '53300': meaning(
    'away',
    'too_many_connections',
    'The database takes no more connections: close some, or raise max_connections.',
  ),
  '58': meaning('away', 'disk_failing', 'The database cannot read or write its own files.'),
  '25006': meaning(
    'away',
    'read_only',
    'The database takes no writes (read-only): it is a standby, or default_transaction_read_only ' +
      'is on.',
  ),
  '28P01': WRONG_PASSWORD,
  '28000': WRONG_PASSWORD,
  '3D000': meaning(
    'refused',
    'no_database',
    'There is no such database: make it (createdb), or correct STRIKEWIRE_DATABASE_URL.',
  ),
  '42501': meaning(
    'refused',
    'no_permission',
    'The database user lacks a permission. It needs CREATE on the database, or a schema of its own.',
  ),
  XX: meaning('refused', 'damaged', 'The database found its own files damaged.'),
};

/** Errors of the network and of the client, by code or by the beginning of the message. */
const BY_CODE: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: UNREACHABLE,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ETIMEDOUT: UNREACHABLE,
  EAI_AGAIN: UNREACHABLE,
  ENOTFOUND: meaning(
    'away',
    'unknown_host',
    'The host of the database has no address: correct STRIKEWIRE_DATABASE_URL, or wait for DNS.',
  ),
  ENOENT: UNREACHABLE,
  ECONNRESET: CUT,
  EPIPE: CUT,
  ABORT_ERR: SILENT,
};

const BY_MESSAGE: readonly (readonly [RegExp, Meaning])[] = [
  [/^(?:timeout expired|timeout exceeded when trying to connect)/i, UNREACHABLE],
  [/^Connection terminated due to connection timeout/i, UNREACHABLE],
  [/^(?:Query read timeout|The operation was aborted)/i, SILENT],
  [/^(?:Connection (?:terminated|ended|lost)|Client has encountered|Client was closed)/i, CUT],
  // Kysely's, of one on which even a rollback came to nothing; it hides the words of before.
  [/^Postgres connection has been discarded/, CUT],
  [/does not support SSL/i, meaning('refused', 'no_tls', 'The database does not offer TLS.')],
  [
    /certificate/i,
    meaning('refused', 'bad_certificate', 'The certificate of the database is not accepted.'),
  ],
  [/SASL|SCRAM|password must be a string/i, WRONG_PASSWORD],
];

const UNKNOWN = meaning(
  'defect',
  'not_taken',
  'The store does not take what it is given; the journal is whole. Please report this.',
);

const DETAIL_MAX = 300;

export function faultOf(error: unknown, server: string): StoreFault {
  if (error instanceof StoreRefusal) {
    return { kind: 'refused', code: error.code, detail: error.message };
  }
  const cause = causeOf(error);
  const code = codeOf(cause);
  const message = cause instanceof Error ? cause.message : String(cause);
  const {
    kind,
    code: name,
    means,
  } = BY_STATE[code] ??
  BY_CODE[code] ??
  (/^[0-9A-Z]{5}$/.test(code) ? BY_STATE[code.slice(0, 2)] : undefined) ??
  BY_MESSAGE.find(([pattern]) => pattern.test(message))?.[1] ??
  UNKNOWN;
  const said = message.slice(0, DETAIL_MAX);
  return { kind, code: name, detail: `${means} (${server}: ${said})` };
}

/** Whether a session is of no more use after this: nobody is at the other end. */
export function isLost(error: unknown): boolean {
  const { code } = faultOf(error, '');
  return code === 'cut' || code === 'silent' || code === 'unreachable';
}

/** What lies beneath an error, or beneath the first of several that one attempt gave. */
function causeOf(error: unknown): unknown {
  if (error instanceof Error && error.cause instanceof Error) return causeOf(error.cause);
  return error instanceof AggregateError ? causeOf(error.errors[0]) : error;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
