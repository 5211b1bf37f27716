/** Desks in processes of their own at a stand-in that does what it is told, for tests. */
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import type { Recorded } from '#events/record.ts';
import { createRandom } from '#kernel/random.ts';
import type { OptionInstrument } from '#market/instrument.ts';
import type { DeskRecord } from '#orders/model.ts';
import type { RunningDesk } from '../cli/strikewire.ts';
import { openDesk, post, recordOnce, temporaryDirectory } from '../integration/process/desks.ts';
import type { OrderEntry } from '../stand-ins/tastytrade/ledger.ts';
import type { StandInOptions } from '../stand-ins/tastytrade/options.ts';
import { openTastytradeStandIn, type TastytradeStandIn } from '../stand-ins/tastytrade/stand-in.ts';
import type { Settings } from './desk-process.ts';
import { atStandIn, openBazaar } from './stand-in-ground.ts';

export interface Venue {
  readonly standIn: TastytradeStandIn;
  readonly contracts: readonly OptionInstrument[];
  /** What leads a desk, or a command, there. */
  readonly settings: Settings;
  /** That can be an order now; about the nth contract. */
  alert(contract: number): string;
  /** Everything that can still fill, oldest first. */
  working(): readonly OrderEntry[];
  /** Orders placed or changed since a moment: what is left when cancels are taken out. */
  sentSince(mutations: number): readonly string[];
}

/** However slow the machine is, no step and no end of a window falls into a test by itself. */
const PATIENT: Settings = {
  STRIKEWIRE_RISK_ENTRY_CONVERT: 'never',
  STRIKEWIRE_RISK_ENTRY_WAIT_MS: '300000',
  STRIKEWIRE_RISK_ENTRY_WINDOW_MS: '600000',
  STRIKEWIRE_LOG_LEVEL: 'error',
};

/** Closed when the test, or the file, is over. */
export async function openVenue(options: StandInOptions = {}): Promise<Venue> {
  const standIn = await openTastytradeStandIn({ accounts: [{ cash: '1000000' }], ...options });
  const bazaar = openBazaar(standIn, createRandom(1));
  onTestFinished(async () => {
    bazaar.close();
    await standIn.close();
  });
  return {
    standIn,
    contracts: bazaar.contracts,
    settings: { ...PATIENT, ...atStandIn(standIn) },
    alert: (at) => bazaar.alert(bazaar.contracts[at]),
    working: () => standIn.ledger.orders().filter(({ isTerminal }) => !isTerminal),
    sentSince: (mutations) =>
      standIn.ledger
        .mutations()
        .slice(mutations)
        .filter(({ method }) => method !== 'DELETE')
        .map(({ method, externalIdentifier }) => `${method} ${externalIdentifier}`),
  };
}

export function deskAt(
  { settings }: Venue,
  more: Settings = {},
  directory = temporaryDirectory(),
): Promise<RunningDesk> {
  return openDesk({ ...settings, ...more }, directory);
}

/** An entry that works at the venue; from now on nothing that is bought there fills. */
export async function enter(venue: Venue, desk: RunningDesk, contract: number): Promise<void> {
  venue.standIn.behave({ side: 'buy', course: { fills: { kind: 'never' } } });
  await take(venue, desk, contract);
  await until(() => venue.working().some(({ side }) => side === 'buy'));
  const entry = venue.working().find(({ side }) => side === 'buy')?.externalIdentifier;
  await recordOnce(desk.directory, (records) => records.some(tellsOf(entry ?? '')));
}

/** A position, half of it on sale at its target. */
export async function holdAt(venue: Venue, desk: RunningDesk, contract: number): Promise<void> {
  venue.standIn.behave({ side: 'buy', nth: 1, course: { fills: { kind: 'immediate' } } });
  venue.standIn.behave({ side: 'sell', nth: 1, course: { fills: { kind: 'never' } } });
  await take(venue, desk, contract);
  await until(() => venue.working().some(({ side }) => side === 'sell'));
  const exit = venue.working().find(({ side }) => side === 'sell')?.externalIdentifier;
  await recordOnce(desk.directory, (records) => records.some(tellsOf(exit ?? '')));
}

/** The broker has said that the order is at work, and that is on record. */
function tellsOf(cid: string): (record: Recorded<DeskRecord>) => boolean {
  return ({ kind, body }) =>
    kind === 'order.seen' && body.sighting.cid === cid && body.sighting.status === 'working';
}

async function take(venue: Venue, desk: RunningDesk, contract: number): Promise<void> {
  const { body } = await post(desk, venue.alert(contract));
  if (body['verdict'] !== 'order') throw new Error(`expected a trade, was ${JSON.stringify(body)}`);
}

const Token = z.object({ access_token: z.string() });

/** An order by hand, at the broker's own page: it carries no mark of ours. */
export async function placeByHand(
  {
    standIn,
    contracts,
  }: Pick<Venue, 'standIn'> & { readonly contracts: readonly { readonly symbol: string }[] },
  contract: number,
): Promise<void> {
  const { apiUrl, credentials, accounts } = standIn;
  const { clientSecret, refreshToken } = credentials;
  const headers = { 'content-type': 'application/json', 'user-agent': 'hand/1.0' };
  const grant = {
    grant_type: 'refresh_token',
    client_secret: clientSecret,
    refresh_token: refreshToken,
  };
  const body = JSON.stringify(grant);
  const login = await fetch(`${apiUrl}/oauth/token`, { method: 'POST', headers, body });
  const token = Token.parse(await login.json()).access_token;
  const leg = { 'instrument-type': 'Equity Option', action: 'Buy to Open', quantity: 1 };
  const order = {
    'time-in-force': 'Day',
    'order-type': 'Limit',
    price: '0.10',
    'price-effect': 'Debit',
    legs: [{ ...leg, symbol: contracts[contract]?.symbol }],
  };
  const placed = await fetch(`${apiUrl}/accounts/${accounts[0]}/orders`, {
    method: 'POST',
    headers: { ...headers, authorization: `Bearer ${token}` },
    body: JSON.stringify(order),
  });
  if (!placed.ok) throw new Error(`expected an order, was ${await placed.text()}`);
}

const LOOKS_MAX = 3_000;
const LOOK_EVERY_MS = 20;

/** Looks until it is so; a test that waits for ever says what it waited for. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    if (isSo()) return;
    await new Promise((resolve) => {
      setTimeout(resolve, LOOK_EVERY_MS);
    });
  }
  throw new Error(`never became so: ${isSo.toString()}`);
}
