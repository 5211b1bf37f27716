/**
 * What a world's script asks of calls, orders and notifications, done on the way between a
 * tastytrade client and the stand-in: as bytes that are lost, late, refused or doubled.
 */
import type { BrokerLatency } from '#adapters/simulated/broker-settings.ts';
import type { AnswerFault, Call, ScriptReader } from '#adapters/simulated/script.ts';
import type { OrderPlan } from '#adapters/simulated/venue/plan.ts';
import { decodeOrder } from '#adapters/tastytrade/wire/order.ts';
import type { Clock } from '#kernel/time.ts';
import type { Instrument, InstrumentSymbol } from '#market/instrument.ts';
import { newYorkDate } from '#market/session.ts';
import { parseJson, recordOf } from '../stand-ins/support/json.ts';
import type { HttpReply, HttpRequest } from '../stand-ins/support/loopback.ts';
import type { OrderBehaviour } from '../stand-ins/tastytrade/engine/behaviour.ts';
import type { TastytradeStandIn } from '../stand-ins/tastytrade/stand-in.ts';
import { callOf } from './calls.ts';
import { type Between, refusedConnection } from './in-process.ts';

export interface WayOptions {
  readonly clock: Clock;
  readonly standIn: TastytradeStandIn;
  readonly script: ScriptReader;
  readonly latency: BrokerLatency;
  /** `shared` is quicker, and beyond the reach of the stand-in's own faults. */
  readonly chains: 'shared' | 'own';
  readonly instrumentOf: (symbol: InstrumentSymbol) => Instrument | null;
}

export interface ScriptedWay extends Between {
  /** The account stream is silent for so long, then ends. */
  disconnect(forMs: number): void;
  /** Lists show nothing new for so long. */
  freezeLists(forMs: number): void;
}

type Answer = (request: HttpRequest) => Promise<HttpReply>;

const ACCOUNT_READ = /^\/accounts\/[^/]+\/(?:orders|positions|balances)/;
const ORDER_LIST = /^\/accounts\/[^/]+\/orders/;
const CHAIN = /^\/option-chains\/[^/]+\/nested$/;
const CHAINS = new Map<string, HttpReply>();
const SERVICE_RESTART = 1012;

export function createScriptedWay(options: WayOptions): ScriptedWay {
  const { clock, standIn, script, latency } = options;
  let outages = 0;
  let frozenSince: number | null = null;
  let heldBack: (() => void) | null = null;

  function wait(ms: number): Promise<void> {
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      clock.after(ms, resolve);
    });
  }

  async function mutate(call: Call, request: HttpRequest, answer: Answer): Promise<HttpReply> {
    const { answer: fault, plan } = script.courseOf(call);
    const perform = async (): Promise<HttpReply> => {
      await wait(latency.requestMs + (fault?.kind === 'ambiguous_late' ? fault.afterMs : 0));
      const undo = behaveAs(standIn, call, plan);
      const answered = answer(request);
      undo();
      return answered;
    };
    if (fault === null) {
      const done = await perform();
      await wait(latency.answerMs);
      return done;
    }
    if (fault.kind === 'slow') {
      const done = await perform();
      await wait(latency.answerMs + fault.byMs);
      return done;
    }
    if (arrives(fault)) void perform();
    return untrue(fault);
  }

  async function untrue(fault: Exclude<AnswerFault, { kind: 'slow' }>): Promise<HttpReply> {
    switch (fault.kind) {
      case 'rejected': {
        await wait(latency.requestMs + latency.answerMs);
        return reply(422, fault.rejection);
      }
      case 'not_sent': {
        await wait(latency.requestMs + latency.answerMs);
        if (fault.reason === 'throttled') return reply(429, { code: 'too_many_requests' });
        if (fault.reason === 'unauthorized') return reply(401, { code: 'invalid_session' });
        throw refusedConnection();
      }
      case 'ambiguous_late':
        return { kind: 'hang' };
      case 'ambiguous_with_effect':
      case 'ambiguous_without_effect': {
        if (fault.failsAfterMs === undefined) return { kind: 'hang' };
        await wait(fault.failsAfterMs);
        return reply(502, { code: 'bad_gateway' });
      }
    }
  }

  async function read(request: HttpRequest, answer: Answer): Promise<HttpReply> {
    if (options.chains === 'shared' && CHAIN.test(request.path)) return chainOf(request, answer);
    if (!ACCOUNT_READ.test(request.path)) return answer(request);
    await wait(latency.queryMs);
    const frozenMs = frozenSince === null ? 0 : clock.mono() - frozenSince;
    const ms = Math.max(latency.listLagMs, frozenMs);
    if (ms === 0 || !ORDER_LIST.test(request.path)) return answer(request);
    const undo = standIn.faults.add({ when: 'before', fault: { kind: 'stale', ms } });
    const shown = answer(request);
    undo();
    return shown;
  }

  /** Megabytes that are the same all day, made once for all worlds of that day. */
  async function chainOf(request: HttpRequest, answer: Answer): Promise<HttpReply> {
    const key = `${newYorkDate(clock.now())} ${request.path}`;
    const known = CHAINS.get(key);
    if (known !== undefined) return known;
    const made = await answer(request);
    if (made.kind !== 'answer' || made.status !== 200) return made;
    // Another world's clock has another time, and the desk would pause for it.
    const { date: _, ...headers } = made.headers;
    const shared = { ...made, headers };
    CHAINS.set(key, shared);
    return shared;
  }

  function deliver(text: string, send: (text: string) => void): void {
    const order = orderIn(text);
    if (order === null) {
      send(text);
      return;
    }
    const delivery = script.deliveryOf(order);
    const later = (ms: number): void => {
      clock.after(ms, () => {
        if (outages === 0) send(text);
      });
    };
    const held = heldBack;
    if (delivery?.kind === 'drop') return;
    if (delivery?.kind === 'swap') {
      heldBack = () => later(latency.streamMs);
      return;
    }
    if (delivery?.kind === 'double') later(latency.streamMs);
    later(latency.streamMs + (delivery?.kind === 'delay' ? delivery.byMs : 0));
    heldBack = null;
    held?.();
  }

  return {
    async request(request, answer) {
      const call = callOf(request, standIn.ledger, options.instrumentOf);
      return call === null ? read(request, answer) : mutate(call, request, answer);
    },
    frame(path, text, send) {
      if (path !== '/streamer') send(text);
      else if (outages === 0) deliver(text, send);
    },
    disconnect(forMs) {
      outages += 1;
      clock.after(forMs, () => {
        outages -= 1;
        if (outages === 0) standIn.streamer.close(SERVICE_RESTART);
      });
    },
    freezeLists(forMs) {
      frozenSince = clock.mono();
      clock.after(forMs, () => {
        frozenSince = null;
      });
    },
  };
}

function arrives(fault: AnswerFault): boolean {
  if (fault.kind === 'not_sent') return fault.isDone === true;
  return fault.kind === 'ambiguous_with_effect' || fault.kind === 'ambiguous_late';
}

function reply(
  status: number,
  error: { readonly code: string; readonly message?: string },
): HttpReply {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ error: { message: 'by the script of this world', ...error } });
  return { kind: 'answer', status, headers, body };
}

function orderIn(text: string) {
  const frame = recordOf(parseJson(text));
  if (frame['type'] !== 'Order') return null;
  const order = decodeOrder(frame['data']);
  return order.ok ? order.value : null;
}

/** Until the order has been made, which asks once. */
function behaveAs({ behave }: TastytradeStandIn, call: Call, plan: OrderPlan): () => void {
  const { clientOrderId } = call;
  if (call.kind === 'cancel' || clientOrderId === null) return () => undefined;
  if (Object.keys(plan).length === 0) return () => undefined;
  const { fills, ...rest } = plan;
  const course: OrderBehaviour = { ...rest, ...(fills !== undefined && { fills: fillsOf(fills) }) };
  return behave({ externalIdentifier: clientOrderId, course });
}

function fillsOf(fills: NonNullable<OrderPlan['fills']>): NonNullable<OrderBehaviour['fills']> {
  if (fills === 'by_market') return { kind: 'market' };
  return fills === 'never' ? { kind: 'never' } : { kind: 'scheduled', fills };
}
