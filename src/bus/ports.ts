/**
 * The bus between the parts of the desk and between its processes: streams, latest values, and the
 * record as others follow it. All of it is a projection of the journal, bounded, and may be away,
 * slow or wiped at any time: nothing that decides about orders waits for it.
 *
 * Every call answers within a bound, with a fault as a value; none throws for the store's sake.
 */
import type { Result } from '#kernel/result.ts';
import type {
  BusEntry,
  BusFault,
  Delivery,
  Fields,
  HotChange,
  HotValue,
  Owner,
  SequencedEntry,
  StoreHealth,
  Stream,
} from './model.ts';

type Answer<T> = Promise<Result<T, BusFault>>;

export interface Bus {
  /**
   * Adds entries in order and gives their ids. After a fault some of the first may be there: who
   * gives them again must be understood by readers that have seen them (at least once).
   */
  publish(stream: Stream, entries: readonly Fields[]): Answer<readonly string[]>;
  /** What came after an entry, oldest first; waits for something at most `waitMs`. */
  read(request: ReadRequest): Answer<readonly BusEntry[]>;
  /** One of those who share the entries of a stream among them. */
  consumer(request: ConsumerRequest): Consumer;
  /** How far a group is behind; all zero for a stream or group that is not there. */
  standing(stream: string, group: string): Answer<GroupStanding>;
}

export interface ReadRequest {
  readonly stream: string;
  /** Id of the last entry seen; `null`: from the oldest one kept; `'$'`: only what comes now. */
  readonly after: string | null;
  readonly max: number;
  readonly waitMs: number;
}

export interface ConsumerRequest {
  readonly stream: Stream;
  readonly group: string;
  /** Unique among those that run: under it unfinished entries are found again. */
  readonly name: string;
  /** Where a new group begins: with the oldest entry kept, or with what comes now. */
  readonly from: 'oldest' | 'now';
  /** What another consumer holds for longer is taken over; longer than any handling may take. */
  readonly claimAfterMs: number;
  /** An entry handed out more often than that is set aside in `NAME:dead`. */
  readonly deliveriesMax: number;
}

export interface Consumer {
  /**
   * What is to be handled next, at most `max`: first what this consumer left unfinished, then what
   * a dead one holds, then new entries, waited for at most `waitMs`. Handed out at least once.
   */
  take(max: number, waitMs: number): Answer<Taken>;
  /** Called once the effect is durable; gives how many were still open. */
  ack(ids: readonly string[]): Answer<number>;
  close(): Promise<void>;
}

export interface Taken {
  readonly deliveries: readonly Delivery[];
  /** Set aside as undeliverable. */
  readonly dead: number;
  /** Handed out before and gone since: the stream was trimmed past them. */
  readonly gone: number;
}

export interface GroupStanding {
  /** Entries not handed out yet. */
  readonly behind: number;
  /** Handed out and not acknowledged. */
  readonly open: number;
  /** Trimmed away before anybody was handed them: readers must go to the source. */
  readonly missed: number;
}

export interface HotState {
  /** Writes latest values; of a table beyond `limit` values the oldest written go. */
  put(changes: readonly HotChange[], limit: number): Answer<null>;
  values(table: string): Answer<ReadonlyMap<string, HotValue>>;
}

/** Where the record stands in a store. */
export interface RecordStanding {
  /** Sequence number of the last record there; 0 when there is none. */
  readonly last: number;
  /** Of the oldest one kept; 0 when there is none. */
  readonly first: number;
}

/**
 * The record as others follow it: the stream `records`, whose entries carry the journal's sequence
 * numbers as their places, and what is written together with them. One desk writes, under a lease;
 * a store that was wiped or restarted from an old copy says where it stands, and is written on from
 * there: nothing is doubled, and a gap cannot hide.
 */
export interface RecordStore {
  /**
   * Begins to write as this owner, whose record ends at `upTo`. What is there of another journal,
   * or beyond that end, is removed, unless another journal's desk holds the lease: then
   * `superseded`.
   */
  claim(owner: Owner, upTo: number): Answer<RecordStanding>;
  /** Adds all of an emission or nothing; renews the lease; gives the last sequence number. */
  emit(emission: Emission): Answer<number>;
  /** Who holds the lease, or `null`. */
  owner(): Answer<Owner | null>;
  /** Changes whenever what is there was begun anew; `null`: nothing was. */
  generation(): Answer<string | null>;
}

export interface Emission {
  readonly owner: Owner;
  /** What the first record follows; an empty store takes any. Else `out_of_step`. */
  readonly after: number;
  readonly records: readonly SequencedEntry[];
  /** The same records as audit rows, ready for JSON. */
  readonly rows: readonly SequencedEntry[];
  readonly hot: readonly HotChange[];
}

/** A store with all its faces. */
export interface BusStore {
  readonly bus: Bus;
  readonly hot: HotState;
  readonly record: RecordStore;
  health(): StoreHealth;
  close(): Promise<void>;
}

/** Names of the streams the record is told in. */
export const RECORDS = 'records';
export const ROWS = 'audit';
