/**
 * Calls to the venue: questions are asked again when that can help, orders never are.
 *
 * Rules
 * 1. A mutation is sent once. Only a 401, which refuses before anything is done, is followed by a
 *    second try: after one renewal of the token, and after looking whether the first did something.
 * 2. A mutation that could not leave within `sendWithinMs`, or is not wanted any more when its turn
 *    comes, does not leave.
 * 3. Nothing a person may see holds a secret.
 */
import type { Random } from '#kernel/random.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { Secret } from '#kernel/secret.ts';
import type { Clock, EpochMs } from '#kernel/time.ts';
import type { MayLeave, NotSentReason } from '#orders/ports.ts';
import type { AccessTokens, TokenFault } from '../access.ts';
import { type Exchange, exchange, type Fetch, type Reply } from './exchange.ts';
import { type Body, judgeMutation, judgeQuery, type QueryFailure, type Verdict } from './judge.ts';
import type { Lanes, Leave } from './lanes.ts';
import { createPatience, type Patience } from './patience.ts';
import type { Redactor } from './redaction.ts';

export interface RestSettings {
  readonly sendWithinMs: number;
  readonly orderWithinMs: number;
  readonly queryWithinMs: number;
  readonly queryTries: number;
}

export interface RestOptions {
  /** Without a slash at the end. */
  readonly apiUrl: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: Random;
  readonly tokens: AccessTokens & { worked(token: Secret): void };
  readonly lanes: Lanes;
  readonly redactor: Redactor;
  readonly settings: RestSettings;
  /** Sent with every call: who we are, and which version we speak. */
  readonly headers: Readonly<Record<string, string>>;
  readonly onCall?: ((call: CallRecord) => void) | undefined;
}

/** One call made, for metrics and logs. */
export interface CallRecord {
  /** The call's name, never its address: that holds the account. */
  readonly name: string;
  readonly outcome: number | 'not_sent' | 'lost';
  readonly ms: number;
}

/** How far the venue's clock is ahead of ours. */
export interface ClockSkew {
  readonly skewMs: number;
  /** Half a second of the header itself and half of the way there and back. */
  readonly uncertaintyMs: number;
  readonly at: EpochMs;
}

export interface Question {
  readonly name: string;
  readonly path: string;
  readonly params?: readonly (readonly [string, string])[];
  /** For an answer that can be done without. */
  readonly tries?: 'once';
}

export interface Mutation {
  readonly name: string;
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body: unknown;
  /** Whether a first try that was refused as unauthorized has done something after all. */
  readonly recheck?: () => Promise<Seen>;
  readonly mayLeave?: MayLeave | undefined;
}

export type Seen = 'absent' | 'found' | 'unknown';

export interface Rest {
  ask(question: Question): Promise<Result<Body, QueryFailure>>;
  send(mutation: Mutation): Promise<Verdict>;
  skew(): ClockSkew | null;
  close(): void;
}

const COOLING = 'the venue asks for fewer calls (HTTP 429), and is left alone for a while';
const HALF_SECOND_MS = 500;
/** For an order that may have been taken, before it is sent once more. */
const LOOKS = 3;

export function createRest(options: RestOptions): Rest {
  return new RestCalls(options);
}

class RestCalls implements Rest {
  readonly #options: RestOptions;
  readonly #patience: Patience;
  #skew: ClockSkew | null = null;

  constructor(options: RestOptions) {
    this.#options = options;
    this.#patience = createPatience(options.clock, options.random);
  }

  skew(): ClockSkew | null {
    return this.#skew;
  }

  close(): void {
    this.#patience.end();
  }

  async ask(question: Question): Promise<Result<Body, QueryFailure>> {
    const { clock, settings } = this.#options;
    const until = clock.mono() + 2 * settings.queryWithinMs;
    let isRenewed = false;
    for (let tries = 1; ; tries += 1) {
      const { answer, token } = await this.#askOnce(question, until - clock.mono());
      if (answer.ok) return answer;
      const { kind } = answer.error;
      // 403 is no matter of the token: it is good, and may not do this.
      if (answer.error.status === 401 && token !== null && !isRenewed) {
        isRenewed = true;
        tries -= 1;
        const renewed = await this.#options.tokens.renew(token);
        if (!renewed.ok) return err(failureOf(renewed.error));
        continue;
      }
      const mayHelp = kind === 'unreachable' || kind === 'throttled' || kind === 'malformed';
      if (!mayHelp || tries >= settings.queryTries || question.tries === 'once') return answer;
      if (!(await this.#patience.beforeTry(tries, until))) return answer;
    }
  }

  async #askOnce({ name, path, params }: Question, leftMs: number) {
    const { tokens, settings } = this.#options;
    const withinMs = Math.max(1, Math.min(leftMs, settings.queryWithinMs));
    const token = await tokens.current();
    if (!token.ok) return failed(failureOf(token.error));
    const turn = await this.#turn(withinMs);
    if (!turn.ok) return failed(turn.error);
    try {
      const target = params === undefined ? path : `${path}?${queryOf(params)}`;
      const call = { method: 'GET', target, body: null, withinMs };
      const result = await this.#exchange(name, call, token.value);
      const answer = judgeQuery(result);
      if (answer.ok) return { answer, token: token.value };
      if (answer.error.kind === 'throttled') this.#coolDown(result);
      return failed(this.#clean(name, answer.error), token.value);
    } finally {
      turn.value();
    }
  }

  /** A place among the calls, taken when the venue does not ask for patience. */
  async #turn(withinMs: number): Promise<Result<Leave, QueryFailure>> {
    const { clock, lanes } = this.#options;
    const until = clock.mono() + withinMs;
    for (;;) {
      if (!(await this.#patience.cooledDown(until - clock.mono()))) {
        return err({ kind: 'throttled', detail: COOLING, status: 429 });
      }
      const leave = await lanes.enter('query', Math.max(0, until - clock.mono()));
      if (leave === null) {
        return err({ kind: 'throttled', detail: 'too many calls are waiting', status: null });
      }
      // Those before it may have been told to wait while it stood in line.
      if (!this.#patience.isCooling()) return ok(leave);
      leave();
    }
  }

  async send(mutation: Mutation): Promise<Verdict> {
    const { clock, settings, tokens } = this.#options;
    const sendBy = clock.mono() + settings.sendWithinMs;
    const first = await this.#sendOnce(mutation, sendBy);
    if (first.token === null || !isUnauthorized(first.verdict)) return first.verdict;
    const renewed = await this.#within(tokens.renew(first.token), sendBy);
    if (renewed === null || !renewed.ok) {
      // Refused for good, it was refused then; while nobody answers, it cannot be looked for.
      const isRefused = renewed !== null && reasonOf(renewed.error) === 'unauthorized';
      return isRefused ? first.verdict : refusedYet('unknown');
    }
    const earlier = await this.#recheck(mutation, sendBy);
    if (earlier !== 'absent') return refusedYet(earlier);
    const again = await this.#sendOnce(mutation, sendBy);
    if (again.token === null) return isWithdrawn(again.verdict) ? again.verdict : first.verdict;
    if (!isUnauthorized(again.verdict)) return again.verdict;
    const later = await this.#recheck(mutation, clock.mono() + settings.sendWithinMs);
    return later === 'absent' ? again.verdict : refusedYet(later);
  }

  /** Several looks: lists lag behind what was taken. */
  async #recheck({ recheck }: Mutation, until: number): Promise<Seen> {
    if (recheck === undefined) return 'absent';
    for (let looks = 1; ; looks += 1) {
      const seen = (await this.#within(recheck(), until)) ?? 'unknown';
      if (seen !== 'absent' || looks === LOOKS) return seen;
      await this.#betweenLooks();
    }
  }

  /** In the time a send has there is room for every look and a second try. */
  #betweenLooks(): Promise<void> {
    const { clock, settings } = this.#options;
    const { promise, resolve } = Promise.withResolvers<void>();
    clock.after(settings.sendWithinMs / (LOOKS + 1), () => resolve());
    return promise;
  }

  /** `token` is the one it went with, `null` when nothing was sent. */
  async #sendOnce(
    { name, method, path, body, mayLeave }: Mutation,
    sendBy: number,
  ): Promise<{ readonly verdict: Verdict; readonly token: Secret | null }> {
    const { clock, tokens, lanes, settings } = this.#options;
    const late = 'it could not be sent in time';
    const token = await this.#within(tokens.current(), sendBy);
    if (token === null) return unsent('unreachable', `${late}: no access token yet`);
    if (!token.ok) return unsent(reasonOf(token.error), token.error.detail);
    const leave = await lanes.enter('order', Math.max(0, sendBy - clock.mono()));
    if (leave === null) return unsent('unreachable', `${late}: too many calls are under way`);
    try {
      if (clock.mono() >= sendBy) return unsent('unreachable', late);
      if (mayLeave?.() === false) return unsent('withdrawn', 'it was taken back while it waited');
      const text = body === null ? null : JSON.stringify(body);
      const call = { method, target: path, body: text, withinMs: settings.orderWithinMs };
      const result = await this.#exchange(name, call, token.value);
      const verdict = judgeMutation(result);
      if (verdict.kind === 'not_sent' && verdict.reason === 'throttled') this.#coolDown(result);
      return { verdict: this.#cleanVerdict(name, verdict), token: token.value };
    } finally {
      leave();
    }
  }

  async #exchange(
    name: string,
    call: {
      readonly method: string;
      readonly target: string;
      readonly body: string | null;
      readonly withinMs: number;
    },
    token: Secret,
  ): Promise<Exchange> {
    const { apiUrl, fetch, clock, headers, tokens } = this.#options;
    const began = clock.mono();
    const result = await exchange(fetch, clock, {
      url: `${apiUrl}${call.target}`,
      method: call.method,
      headers: {
        ...headers,
        authorization: `Bearer ${token.reveal()}`,
        ...(call.body !== null && { 'content-type': 'application/json' }),
      },
      body: call.body,
      withinMs: call.withinMs,
    });
    const outcome = result.kind === 'reply' ? result.status : result.kind;
    this.#options.onCall?.({ name, outcome, ms: clock.mono() - began });
    if (result.kind !== 'reply') return result;
    if (result.status < 400) tokens.worked(token);
    this.#skew = skewOf(result) ?? this.#skew;
    return result;
  }

  #coolDown(result: Exchange): void {
    this.#patience.coolDown(result.kind === 'reply' ? result.retryAfter : null);
  }

  /** What is waited for, or `null` when it takes longer. */
  async #within<T>(wanted: Promise<T>, until: number): Promise<T | null> {
    const { clock } = this.#options;
    const { promise: late, resolve } = Promise.withResolvers<null>();
    const cancel = clock.after(Math.max(0, until - clock.mono()), () => resolve(null));
    try {
      return await Promise.race([wanted, late]);
    } finally {
      cancel();
    }
  }

  #clean(name: string, failure: QueryFailure): QueryFailure {
    return { ...failure, detail: this.#options.redactor.clean(`${name}: ${failure.detail}`) };
  }

  #cleanVerdict(name: string, verdict: Verdict): Verdict {
    const { redactor } = this.#options;
    if (verdict.kind === 'done') return verdict;
    if (verdict.kind === 'rejected') {
      const { code, message } = verdict.rejection;
      const rejection = { code: redactor.clean(code), message: redactor.clean(message) };
      return { kind: 'rejected', rejection };
    }
    return { ...verdict, detail: redactor.clean(`${name}: ${verdict.detail}`) };
  }
}

function isUnauthorized(verdict: Verdict): boolean {
  return verdict.kind === 'not_sent' && verdict.reason === 'unauthorized';
}

function isWithdrawn(verdict: Verdict): boolean {
  return verdict.kind === 'not_sent' && verdict.reason === 'withdrawn';
}

function unsent(reason: NotSentReason, detail: string) {
  return { verdict: { kind: 'not_sent', reason, detail }, token: null } as const;
}

function failed(error: QueryFailure, token: Secret | null = null) {
  return { answer: err(error), token };
}

function queryOf(params: readonly (readonly [string, string])[]): string {
  const query = new URLSearchParams();
  for (const [name, value] of params) query.append(name, value);
  return query.toString();
}

function refusedYet(seen: Seen): Verdict {
  return { kind: 'ambiguous', detail: `refused as unauthorized; looked for it: ${seen}` };
}

function reasonOf({ kind }: TokenFault): 'unreachable' | 'unauthorized' | 'throttled' {
  if (kind === 'refused' || kind === 'stopped') return 'unauthorized';
  return kind === 'throttled' ? 'throttled' : 'unreachable';
}

function failureOf(fault: TokenFault): QueryFailure {
  const { kind, detail } = fault;
  return { kind: kind === 'malformed' ? 'malformed' : reasonOf(fault), detail, status: null };
}

/** From the `Date` header, which has whole seconds: half of one is added. */
function skewOf({ date, sentAt, receivedAt }: Reply): ClockSkew | null {
  const venueMs = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(venueMs)) return null;
  return {
    skewMs: Math.round(venueMs + HALF_SECOND_MS - (sentAt + receivedAt) / 2),
    uncertaintyMs: HALF_SECOND_MS + Math.abs(receivedAt - sentAt) / 2,
    at: receivedAt,
  };
}
