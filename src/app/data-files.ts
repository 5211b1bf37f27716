/** Names of what the outer side keeps in the data directory. */

/** Digests of API keys. */
export const KEY_FILE = 'keys.json';
/** Where the running desk listens. */
export const DESK_FILE = 'desk.json';
/** The log, when a person watches the terminal. */
export const LOG_FILE = 'strikewire.log';
