import { describe, expect, it } from 'vitest';
import type { CertifyVenue } from '#app/certify/certify-venue.ts';
import { date } from '#kernel/calendar.ts';
import { err, ok } from '#kernel/result.ts';
import { newYorkInstant } from '#market/session.ts';
import { resultFault } from '#operate/certification/certificate.ts';
import type { Certification } from '#operate/certification/model.ts';
import type { ScenarioId } from '#operate/certification/scenarios.ts';
import type { Broker } from '#orders/ports.ts';
import { openSimulatedVenue, type SimulatedVenue } from './simulated-venue.ts';

function verdictsOf({ results }: Certification): readonly string[] {
  return results.map(({ scenario, verdict, detail }) => `${scenario} ${verdict}: ${detail}`);
}

function verdictOf(certification: Certification, scenario: ScenarioId) {
  return certification.results.find((one) => one.scenario === scenario);
}

/** The same venue, with a broker that behaves otherwise in something. */
function withBroker({ venue }: SimulatedVenue, over: Partial<Broker>): CertifyVenue {
  const { broker } = venue;
  return {
    ...venue,
    broker: {
      place: (ticket) => broker.place(ticket),
      replace: (request) => broker.replace(request),
      cancel: (id) => broker.cancel(id),
      orders: (since) => broker.orders(since),
      orderById: (id) => broker.orderById(id),
      ordersByClientId: (id, since) => broker.ordersByClientId(id, since),
      positions: () => broker.positions(),
      balances: () => broker.balances(),
      onOrder: (listener) => broker.onOrder(listener),
      onReconnect: (listener) => broker.onReconnect(listener),
      ...over,
    },
  };
}

function leftAt({ bench }: SimulatedVenue): readonly string[] {
  const open = bench.broker.ledger.orders().filter(({ cancellable }) => cancellable);
  return open.map(({ orderId, status }) => `${orderId} ${status}`);
}

async function heldAt({ venue }: SimulatedVenue): Promise<readonly number[]> {
  const positions = await venue.broker.positions();
  return positions.ok ? positions.value.map(({ net }) => net).filter((net) => net !== 0) : [NaN];
}

describe('a certification', () => {
  it('of a venue that does all it should is a certificate', async () => {
    const simulated = await openSimulatedVenue();
    const certification = await simulated.certify();
    expect(verdictsOf(certification).filter((line) => !line.includes(' passed: '))).toEqual([
      'snapshot not_testable: the venue gives none here: market data: 502',
      expect.stringContaining('put not_testable: not taken here'),
      expect.stringContaining('partial_fill not_testable: the venue filled it in one piece'),
    ]);
    expect(resultFault(certification)).toBeNull();
    expect(certification).toMatchObject({
      isWhole: true,
      thing: { account: '0001', environment: 'sandbox' },
    });
  });

  it('leaves no order and no contract behind', async () => {
    const simulated = await openSimulatedVenue();
    await simulated.certify();
    expect(leftAt(simulated)).toEqual([]);
  });

  it('tells what it did and saw, and names itself in every order', async () => {
    const simulated = await openSimulatedVenue();
    const certification = await simulated.certify({ only: ['edit'] });
    const edit = verdictOf(certification, 'edit');
    expect(edit?.steps[0]).toMatch(/^place buy to open 1 UBER .* limit 0\.01 as cert-2025/);
    expect(edit?.evidence.join('\n')).toMatch(/cancelled, 0 of 1 filled/);
    const ids = simulated.bench.broker.ledger.orders().map((order) => order.clientOrderId ?? '');
    expect(ids.filter((id) => !id.startsWith(certification.name))).toEqual([]);
  });

  it('of some scenarios only is no certificate', async () => {
    const { certify } = await openSimulatedVenue();
    const certification = await certify({ only: ['token', 'cancel'] });
    expect(certification.results.map(({ scenario }) => scenario)).toEqual(['token', 'cancel']);
    expect(resultFault(certification)).toBe('is of some scenarios only');
  });

  it('that is interrupted ends after its scenario, with everything taken back', async () => {
    const simulated = await openSimulatedVenue();
    let isInterrupted = false;
    const certification = await simulated.certify({
      isInterrupted: () => isInterrupted,
      onResult({ scenario }) {
        isInterrupted ||= scenario === 'fill';
      },
    });
    expect(certification.results.at(-1)?.scenario).toBe('fill');
    expect(certification.isWhole).toBe(false);
    expect([leftAt(simulated), await settledHeld(simulated)]).toEqual([[], []]);
  });

  it('gives up a scenario that does not end, goes on, and lets it do nothing more', async () => {
    const simulated = await openSimulatedVenue();
    let isHanging = true;
    const venue = withBroker(simulated, {
      orderById(id) {
        if (!isHanging) return simulated.venue.broker.orderById(id);
        return new Promise((resolve) => {
          // Answers when nobody waits for it any more.
          simulated.bench.clock.after(60_000, () => {
            isHanging = false;
            resolve(ok(null));
          });
        });
      },
    });
    const certification = await simulated.certify({ venue, only: ['limit_live', 'cancel'] });
    expect(verdictsOf(certification)[0]).toBe('limit_live failed: not done within 45 s');
    expect(leftAt(simulated)).toEqual([]);
  });

  it('looks up again what could not be looked up before', async () => {
    const simulated = await openSimulatedVenue();
    const { venue } = simulated;
    let asked = 0;
    const instruments: CertifyVenue['instruments'] = {
      ...venue.instruments,
      async listing(underlying) {
        asked += 1;
        if (asked > 1) return venue.instruments.listing(underlying);
        return err({ kind: 'unavailable', detail: '503' });
      },
    };
    const certification = await simulated.certify({
      venue: { ...venue, instruments },
      only: ['limit_live', 'cancel'],
    });
    expect(certification.results.map(({ verdict }) => verdict)).toEqual(['failed', 'passed']);
  });

  it('sells what it has bought without a quote too', async () => {
    const simulated = await openSimulatedVenue();
    const { venue } = simulated;
    let isQuoted = true;
    const quotes: CertifyVenue['quotes'] = {
      ...venue.quotes,
      latest: (symbol) => (isQuoted ? venue.quotes.latest(symbol) : null),
    };
    await simulated.certify({
      venue: { ...venue, quotes },
      only: ['fill'],
      onResult() {
        isQuoted = false;
      },
    });
    expect(await settledHeld(simulated)).toEqual([]);
  });

  it('takes anything that goes wrong for a failure, and cleans up behind it', async () => {
    const simulated = await openSimulatedVenue();
    const venue = withBroker(simulated, {
      replace() {
        throw new Error('a defect');
      },
    });
    const certification = await simulated.certify({ venue, only: ['edit'] });
    expect(verdictsOf(certification)).toEqual(['edit failed: a defect']);
    expect(leftAt(simulated)).toEqual([]);
  });
});

async function settledHeld(simulated: SimulatedVenue): Promise<readonly number[]> {
  return simulated.bench.done(heldAt(simulated));
}

describe('a certification finds', () => {
  async function find(
    change: (simulated: SimulatedVenue) => CertifyVenue,
    scenario: ScenarioId,
  ): Promise<string> {
    const simulated = await openSimulatedVenue();
    const certification = await simulated.certify({ venue: change(simulated), only: [scenario] });
    expect(leftAt(simulated)).toEqual([]);
    return verdictsOf(certification)[0] ?? '';
  }

  it('a wrong refresh token that is taken', async () => {
    const change = ({ venue }: SimulatedVenue): CertifyVenue => ({
      ...venue,
      askWithWrongToken: () => venue.client.tokens.current(),
    });
    expect(await find(change, 'token_refused')).toContain('failed: a wrong refresh token');
  });

  it('another account than the configured one', async () => {
    const change = ({ venue }: SimulatedVenue): CertifyVenue => ({ ...venue, account: '5WT00002' });
    expect(await find(change, 'account')).toContain('failed: the configured account');
  });

  it('clocks that are apart', async () => {
    const change = ({ venue }: SimulatedVenue): CertifyVenue => ({
      ...venue,
      client: {
        ...venue.client,
        health: () => ({
          ...venue.client.health(),
          skew: { skewMs: -4_000, uncertaintyMs: 500, at: 0 as never },
        }),
      },
    });
    expect(await find(change, 'clock')).toContain('failed: the clocks are -4000 ms ± 500 ms apart');
  });

  it('an edit that leaves the original working', async () => {
    const change = (simulated: SimulatedVenue): CertifyVenue =>
      withBroker(simulated, {
        async replace({ clientOrderId, terms }) {
          const { broker, instruments } = simulated.venue;
          const [original] = simulated.bench.broker.ledger.orders();
          if (original === undefined) throw new Error('expected an original');
          const instrument = await instruments.bySymbol(original.symbol);
          if (!instrument.ok) throw new Error('expected its instrument');
          return broker.place({
            ...{ clientOrderId, terms, instrument: instrument.value },
            ...{ side: 'buy', effect: 'open', timeInForce: 'day', quantity: original.quantity },
          });
        },
      });
    expect(await find(change, 'edit')).toContain('edit failed: both work: ');
  });

  it('a close that opens a position', async () => {
    const change = (simulated: SimulatedVenue): CertifyVenue =>
      withBroker(simulated, {
        place: (ticket) => simulated.venue.broker.place({ ...ticket, side: 'buy', effect: 'open' }),
      });
    expect(await find(change, 'strict_close')).toContain('failed: ');
  });

  it('an identifier that is not found again', async () => {
    const change = (simulated: SimulatedVenue): CertifyVenue =>
      withBroker(simulated, { ordersByClientId: async () => ok([]) });
    expect(await find(change, 'limit_found')).toBe('limit_found failed: found none');
  });

  it('a stream that tells of nothing', async () => {
    const change = (simulated: SimulatedVenue): CertifyVenue =>
      withBroker(simulated, { onOrder: () => () => undefined });
    expect(await find(change, 'stream_reconnect')).toContain('failed: expected news of ');
  });

  it('a cancel that is taken and does nothing, and cannot clean up behind it', async () => {
    const simulated = await openSimulatedVenue();
    const venue = withBroker(simulated, {
      async cancel(id) {
        const order = await simulated.venue.broker.orderById(id);
        if (!order.ok || order.value === null) throw new Error('expected the order');
        return { kind: 'acked', order: order.value };
      },
    });
    const certification = await simulated.certify({ venue, only: ['cancel'] });
    expect(verdictsOf(certification)[0]).toMatch(/^cancel failed: .*; cleaning up: /);
  });

  it('questions the venue does not answer', async () => {
    const fault = err({ kind: 'unreachable', detail: '503' } as const);
    const change = (simulated: SimulatedVenue): CertifyVenue =>
      withBroker(simulated, { balances: async () => fault });
    expect(await find(change, 'balances')).toBe('balances failed: balances: unreachable: 503');
  });
});

describe('a certification tells as not testable', () => {
  it('quotes of a delayed feed', async () => {
    const simulated = await openSimulatedVenue();
    const { venue } = simulated;
    const delayed: CertifyVenue = {
      ...venue,
      quotes: {
        ...venue.quotes,
        latest(symbol) {
          const quote = venue.quotes.latest(symbol);
          return quote === null ? null : { ...quote, delayed: true };
        },
      },
    };
    const certification = await simulated.certify({ venue: delayed, only: ['quote_equity'] });
    expect(verdictOf(certification, 'quote_equity')).toMatchObject({
      verdict: 'not_testable',
      detail: expect.stringContaining('of a delayed feed') as string,
    });
  });

  it('orders and fills while the market is closed', async () => {
    const at = newYorkInstant(date('2025-12-02'), '20:00');
    const { certify } = await openSimulatedVenue({ at });
    const certification = await certify({ only: ['limit_live', 'fill', 'quote_option'] });
    const failed = verdictsOf(certification).filter((line) => line.includes(' failed: '));
    expect(failed).toEqual([]);
    expect(resultFault({ ...certification, isWhole: true })).toMatch(/^has not shown /);
  });

  it('fills of a far limit, as an older sandbox made them', async () => {
    const simulated = await openSimulatedVenue();
    const venue = withBroker(simulated, {
      place(ticket) {
        const terms = ticket.side === 'buy' ? ({ kind: 'market' } as const) : ticket.terms;
        return simulated.venue.broker.place({ ...ticket, terms });
      },
    });
    const certification = await simulated.certify({ venue, only: ['limit_live'] });
    expect(verdictsOf(certification)[0]).toContain('an older sandbox does so');
    expect(await settledHeld(simulated)).toEqual([]);
  });
});
