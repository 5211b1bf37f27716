/** Names of what the outer side keeps in, and beside, the data directory. */
import { resolve } from 'node:path';
import type { Config } from './config.ts';

/** Digests of API keys. */
export const KEY_FILE = 'keys.json';
/** People who log in. */
export const OPERATOR_FILE = 'operators.json';
/** Where the running desk listens. */
export const DESK_FILE = 'desk.json';
/** The log, when a person watches the terminal. */
export const LOG_FILE = 'strikewire.log';
/** The record for SQL, a file for each day. */
export const PARQUET_DIRECTORY = 'parquet';

/** Where backups go: as configured, else beside the data directory, and not in it. */
export function backupDirectory({ jobs, data }: Pick<Config, 'jobs' | 'data'>): string {
  return resolve(jobs.backup.directory ?? `${data.directory}-backups`);
}
