/** What the server shows and works: given by `app/`, which knows the parts behind it. */
import type { MessageKey } from '#kernel/ids.ts';
import type { Caller, Role } from '#operate/model.ts';
import type { AlertAnswer, DeskControl, Readiness } from '#operate/ports.ts';

export interface HttpDesk {
  readonly control: DeskControl;
  readonly feed: PageFeed;
  /** Lets a held message through; `null` when none is held under the key. */
  release(message: MessageKey, actor: string): Promise<AlertAnswer | null>;
  readiness(): Readiness;
  /** The answer to a message as `alert --json` prints it. */
  answerJson(answer: AlertAnswer): unknown;
  /** The newest audit rows, newest first, ready for JSON. */
  recentAudit(limit: number): readonly unknown[];
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
  /** The desk's time and the live quotes of what it works on, ready for JSON. */
  pulse(): unknown;
  /** A message that is a valid order now; `null` when nothing can be quoted. */
  example(): Promise<string | null>;
}

/** What the page shows and how it changes, ready for JSON. */
export interface PageFeed {
  snapshot(): unknown;
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
  readonly sessionMs: number;
  readonly streamsMax: number;
  /** Logs a browser on this machine in by itself; `null`: the page asks for a key. */
  readonly localCaller: Caller | null;
  /** Needed to read the metrics; `null`: anybody who reaches the port. */
  readonly metricsRole: Role | null;
  /** Directory of the page's files. */
  readonly pageDirectory: string;
  /** Who a key belongs to, compared in constant time; `null` for none. */
  authenticate(key: string): Caller | null;
  /** Called once a request has been answered. */
  onAnswered(answered: Answered): void;
}

export interface Answered {
  readonly requestId: string;
  readonly method: string;
  /** The route as declared, `(none)` for an unknown one. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
  readonly caller: string | null;
  readonly address: string;
  /** A defect to be logged. */
  readonly error: unknown;
}
