/** The nouns of the bus: what travels, how it is bounded, how it can fail. */

/** What one entry of a stream carries: names and texts. */
export type Fields = Readonly<Record<string, string>>;

/** A stream by name, with what bounds it. */
export interface Stream {
  readonly name: string;
  /** Newest entries kept, at least; a store may keep a few hundred more. */
  readonly limit: number;
  /** A stream nobody has written to for so long is gone; `null`: stays. */
  readonly idleMs: number | null;
}

export interface BusEntry {
  /** Ascending within its stream; its form is the store's own. */
  readonly id: string;
  readonly fields: Fields;
}

/** An entry handed to a consumer, and how often it was handed out, this time included. */
export interface Delivery extends BusEntry {
  readonly deliveries: number;
}

/**
 * away: there is no connection, nothing was sent · unanswered: sent, no answer in time: it may have
 * been done · busy: too much is under way already, nothing was sent · full: the store has no memory
 * left · read_only: the store takes no writes (a replica) · loading: it is starting · moved: it is
 * one node of a cluster, and not the right one · denied: wrong password or missing permission ·
 * superseded: another desk writes here now · out_of_step: the store is not where it was thought to
 * be · refused: anything else it said no to.
 */
export const BUS_FAULTS = [
  'away',
  'unanswered',
  'busy',
  'full',
  'read_only',
  'loading',
  'moved',
  'denied',
  'superseded',
  'out_of_step',
  'refused',
] as const;
export type BusFaultKind = (typeof BUS_FAULTS)[number];

export interface BusFault {
  readonly kind: BusFaultKind;
  /** For an operator; holds no secret. */
  readonly detail: string;
}

/**
 * How a kind of traffic is treated when more comes than goes.
 * order: never dropped, the giver is refused · audit: never dropped, read again from the journal ·
 * signal: the newest of each key stays · firehose: the oldest go, and are counted.
 */
export const TRAFFIC = ['order', 'audit', 'signal', 'firehose'] as const;
export type Traffic = (typeof TRAFFIC)[number];

/** Who writes the record to a store. */
export interface Owner {
  /** Of the journal: another one's entries are never mixed with these. */
  readonly journal: string;
  /** Of the process. */
  readonly run: string;
  /** Grows with every run on one journal: a newer run takes over from an older one. */
  readonly epoch: number;
}

/** An entry with a place of its own: 1, 2, 3 … as the journal counts. */
export interface SequencedEntry {
  readonly seq: number;
  readonly fields: Fields;
}

/** Latest values of one table, by key. */
export interface HotChange {
  readonly table: string;
  readonly put: Fields;
  readonly remove: readonly string[];
  /** Everything that stood there before goes. */
  readonly whole: boolean;
  /** The table is gone when it was not written to for so long; `null`: stays. */
  readonly idleMs: number | null;
}

export interface HotValue {
  readonly text: string;
  /** How long ago it was written, by the store's own clock. */
  readonly ageMs: number;
}

/** What a health view and the metrics show of a store. */
export interface StoreHealth {
  readonly kind: 'memory' | 'redis';
  /** Where, without credentials. */
  readonly place: string;
  readonly state: 'up' | 'away';
  /** The last fault, in words, and how long ago; `null`: none yet. */
  readonly fault: { readonly detail: string; readonly agoMs: number } | null;
  readonly faults: Readonly<Partial<Record<BusFaultKind, number>>>;
  /** As last asked; `null`: not known. */
  readonly memoryBytes: number | null;
  readonly memoryMaxBytes: number | null;
  readonly keys: number | null;
}

/** How much a store holds and how long it is waited for; what each means stands in settings.ts. */
export interface BusLimits {
  readonly namespace: string;
  readonly recordsMax: number;
  readonly auditMax: number;
  readonly valuesMax: number;
  readonly connectWithinMs: number;
  readonly commandWithinMs: number;
  readonly commandsMax: number;
  readonly retryMsMax: number;
  readonly leaseMs: number;
}
