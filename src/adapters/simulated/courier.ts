/**
 * The way between the desk and the simulated venue: latency there and back, and the faults a script
 * asks for. What is done at the venue and what its sender learns are two things here.
 */
import { err, ok, type Result } from '#kernel/result.ts';
import type { Cancel, Clock, EpochMs } from '#kernel/time.ts';
import type { MutationOutcome, QueryFault } from '#orders/ports.ts';
import type { AnswerFault, Call, Query, ScriptReader } from './script.ts';
import type { OrderPlan } from './venue/plan.ts';
import type { VenueAnswer } from './venue/venue.ts';

export interface CourierLatency {
  /** From the desk to the venue, and back. */
  readonly requestMs: number;
  readonly answerMs: number;
  readonly queryMs: number;
  /** After how long a lost answer is given up. */
  readonly timeoutMs: number;
}

/** Does one mutation at the venue. */
type Act = (at: EpochMs, plan: OrderPlan) => VenueAnswer;

export class Courier {
  readonly #clock: Clock;
  readonly #latency: CourierLatency;
  readonly #script: ScriptReader;
  readonly #underWay = new Set<Cancel>();

  constructor(clock: Clock, latency: CourierLatency, script: ScriptReader) {
    this.#clock = clock;
    this.#latency = latency;
    this.#script = script;
  }

  mutate(call: Call, act: Act): Promise<MutationOutcome> {
    const { answer: fault, plan } = this.#script.courseOf(call);
    const { requestMs, answerMs, timeoutMs } = this.#latency;
    return new Promise((resolve) => {
      const answer = (outcome: MutationOutcome, afterMs: number): void =>
        this.#after(afterMs, () => resolve(outcome));
      const untrue = untrueAnswer(fault);
      if (untrue !== null) {
        const isLost = untrue.kind === 'ambiguous';
        answer(untrue, isLost ? (failureMs(fault) ?? timeoutMs) : requestMs + answerMs);
      }
      if (fault !== null && neverArrives(fault)) return;
      this.#after(requestMs + (fault?.kind === 'ambiguous_late' ? fault.afterMs : 0), () => {
        const done = act(this.#clock.now(), plan);
        const slowerMs = fault?.kind === 'slow' ? fault.byMs : 0;
        if (untrue === null) answer(outcomeOf(done), answerMs + slowerMs);
      });
    });
  }

  query<T>(kind: Query, read: () => T): Promise<Result<T, QueryFault>> {
    const fault = this.#script.faultOf(kind);
    return new Promise((resolve) => {
      this.#after(this.#latency.queryMs, () => resolve(fault === null ? ok(read()) : err(fault)));
    });
  }

  /** What is under way is lost, as when the process at this end is killed: nobody is answered. */
  close(): void {
    for (const cancel of this.#underWay) cancel();
    this.#underWay.clear();
  }

  /** At once when the span is zero, so that a broker without latency needs no clock. */
  #after(ms: number, action: () => void): void {
    if (ms <= 0) {
      action();
      return;
    }
    const cancel = this.#clock.after(ms, () => {
      this.#underWay.delete(cancel);
      action();
    });
    this.#underWay.add(cancel);
  }
}

/** The outcome of a call that is not answered by what the venue did. */
function untrueAnswer(fault: AnswerFault | null): MutationOutcome | null {
  if (fault === null || fault.kind === 'slow') return null;
  if (fault.kind === 'not_sent') {
    return { kind: 'not_sent', reason: fault.reason, detail: 'by the script of this broker' };
  }
  if (fault.kind === 'rejected') return { kind: 'rejected', rejection: fault.rejection };
  return { kind: 'ambiguous', detail: 'no answer from the simulated broker' };
}

/** When a server's error comes instead of silence. */
function failureMs(fault: AnswerFault | null): number | undefined {
  const mayFail =
    fault?.kind === 'ambiguous_with_effect' || fault?.kind === 'ambiguous_without_effect';
  return mayFail ? fault.failsAfterMs : undefined;
}

function neverArrives(fault: AnswerFault): boolean {
  if (fault.kind === 'not_sent') return fault.isDone !== true;
  return fault.kind === 'ambiguous_without_effect' || fault.kind === 'rejected';
}

function outcomeOf(answer: VenueAnswer): MutationOutcome {
  return answer.kind === 'accepted'
    ? { kind: 'acked', order: answer.order }
    : { kind: 'rejected', rejection: answer.rejection };
}
