/** Faults of the HTTP face: which requests they meet, and what becomes of those. */
import type { Random } from '#kernel/random.ts';
import type { JsonObject } from '../../support/json.ts';
import type { HttpRequest } from '../../support/loopback.ts';

export type FaultAction =
  /** An error body of the broker's; a number as `code` is one of its oddities. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly code?: string | number;
      readonly message?: string;
      /** In place of the broker's error body. */
      readonly body?: JsonObject;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'html'; readonly status: number }
  /** The connection ends without an answer. */
  | { readonly kind: 'drop' }
  | { readonly kind: 'hang' }
  /** So many bytes of the answer, then the connection ends. */
  | { readonly kind: 'truncate'; readonly bytes: number }
  | { readonly kind: 'delay'; readonly ms: number }
  /** Nothing is answered; the request takes effect so much later. */
  | { readonly kind: 'late'; readonly ms: number }
  /** Reads of orders show how things stood so long ago. */
  | { readonly kind: 'stale'; readonly ms: number };

export interface FaultRule {
  readonly method?: string;
  /** A part of the path, or a pattern. */
  readonly path?: string | RegExp;
  /** Which of the matching requests, counted from 1; all when absent. */
  readonly nth?: number | readonly number[];
  /** 0 to 1, of those. */
  readonly probability?: number;
  /** Before the request takes effect, or after it: its answer is lost or changed. */
  readonly when: 'before' | 'after';
  readonly fault: FaultAction;
}

export interface Faults {
  /** Undone by calling what it returns. */
  readonly add: (rule: FaultRule) => () => void;
  readonly clear: () => void;
  /** How often a rule has met a request. */
  readonly met: () => number;
}

export interface FaultBook extends Faults {
  readonly take: (request: HttpRequest) => FaultRule | null;
}

export function createFaults(random: Random): FaultBook {
  const rules = new Set<{ readonly rule: FaultRule; matched: number }>();
  let count = 0;
  return {
    add(rule) {
      const entry = { rule, matched: 0 };
      rules.add(entry);
      return () => rules.delete(entry);
    },
    clear: () => rules.clear(),
    met: () => count,
    take(request) {
      for (const entry of rules) {
        if (!matches(entry.rule, request)) continue;
        entry.matched += 1;
        if (!isTurn(entry.rule, entry.matched)) continue;
        if (!random.chance(entry.rule.probability ?? 1)) continue;
        count += 1;
        return entry.rule;
      }
      return null;
    },
  };
}

function matches({ method, path }: FaultRule, request: HttpRequest): boolean {
  if (method !== undefined && method !== request.method) return false;
  if (path === undefined) return true;
  return typeof path === 'string' ? request.path.includes(path) : path.test(request.path);
}

function isTurn({ nth }: FaultRule, matched: number): boolean {
  if (nth === undefined) return true;
  return typeof nth === 'number' ? nth === matched : nth.includes(matched);
}
