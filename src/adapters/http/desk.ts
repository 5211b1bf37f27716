/** What the server shows and works: given by `app/`, which knows the parts behind it. */
import type { Caller, Endpoint, Role } from '#operate/model.ts';
import type {
  ApiCall,
  ApiProblem,
  BoundRoute,
  Checked,
  Logins,
  Readiness,
  RequestLedger,
  Standing,
} from '#operate/ports.ts';

export interface HttpDesk {
  /** Every route there is: those of `routes`, and those the server answers itself. */
  readonly endpoints: readonly Endpoint[];
  readonly routes: readonly BoundRoute[];
  /** What was sent against what was declared. */
  check(endpoint: Endpoint, sent: Pick<ApiCall, 'params' | 'query' | 'body'>): Checked | ApiProblem;
  readonly feed: PageFeed;
  readonly ledger: RequestLedger;
  readonly logins: Logins;
  readiness(): Readiness;
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
  /** The desk's time and the live quotes of what it works on, ready for JSON. */
  pulse(): unknown;
}

/** What the page shows and how it changes, ready for JSON. */
export interface PageFeed {
  snapshot(): unknown;
  /** Sequence number of the last record that is counted in. */
  seq(): number;
  /** Calls `listener` with every change, in order, until undone. */
  onUpdate(listener: (update: unknown) => void): () => void;
}

export interface HttpOptions {
  readonly host: string;
  readonly port: number;
  readonly allowedHosts: readonly string[];
  /** A proxy of the operator's ends TLS in front: cookies are secure, the last hop is believed. */
  readonly behindProxy: boolean;
  readonly bodyBytesMax: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveMs: number;
  /** A session ends after so long, whatever it does, and after so long without a request. */
  readonly sessionMs: number;
  readonly sessionIdleMs: number;
  readonly streamsMax: number;
  readonly streamsPerCaller: number;
  /** Of one caller, in a minute; the kill state is set past it. */
  readonly requestsPerMinute: number;
  /** Logs a browser on this machine in by itself; `null`: the page asks who it is. */
  readonly localCaller: Caller | null;
  /** Needed to read the metrics; `null`: anybody who reaches the port. */
  readonly metricsRole: Role | null;
  /** Directory of the page's files. */
  readonly pageDirectory: string;
  /** Who a key belongs to, compared in constant time; `null` for none. */
  authenticate(key: string): Caller | null;
  /** What a caller is now, whoever; `null`: nobody any more. */
  standing(caller: string): Standing | null;
  /** Called once a request has been answered. */
  onAnswered(answered: Answered): void;
}

export interface Answered {
  readonly requestId: string;
  readonly method: string;
  /** The route as declared, `(none)` for an unknown one. */
  readonly route: string;
  readonly status: number;
  /** Of the problem; `null` without one. */
  readonly code: string | null;
  /** Somebody known was turned away for what they are. */
  readonly isDenied: boolean;
  readonly ms: number;
  readonly caller: string | null;
  readonly address: string;
  /** A defect to be logged. */
  readonly error: unknown;
}
