/** Gates on the contract and its hours. */
import type { ParsedAlert } from '#alerts/model.ts';
import type { IsoDate } from '#kernel/calendar.ts';
import { type EpochMs, epochMs, plus } from '#kernel/time.ts';
import { contractName } from '#market/contract-name.ts';
import type { Instrument } from '#market/instrument.ts';
import { marketTime } from '#market/market-time.ts';
import {
  isCovered,
  newYorkDate,
  newYorkInstant,
  type Session,
  sessionOf,
  tradeDate,
} from '#market/session.ts';
import type { Environment } from '../model.ts';
import type { Limits } from '../settings.ts';
import { type EntryCase, type Judgement, pass, refuse } from './gate.ts';

export function instrumentGate({ facts }: EntryCase): Judgement {
  const { instrument, alert, now } = facts;
  const name = contractName(instrument);
  const differing = mismatch(alert, instrument);
  if (differing !== null) return refuse('instrument_mismatch', `${name}: ${differing}`);
  if (!instrument.tradable) return refuse('not_tradable', `${name} is not tradable`);
  if (instrument.closingOnly) return refuse('closing_only', `${name} is closing-only`);
  if (instrument.kind === 'option' && !instrument.standard) {
    return refuse('not_standard', `${name} is an adjusted contract`);
  }
  const last = lastTradeAt(instrument);
  if (last !== null && last <= now) {
    return refuse(
      'contract_expired',
      `${name} stopped trading ${newYorkDate(last)} ${marketTime(last)}`,
    );
  }
  return pass(`${name} is tradable`);
}

export function sessionGate({ facts, policy, environment }: EntryCase): Judgement {
  const { instrument, now } = facts;
  if (keepsNoHours(policy.limits, environment)) return pass(NO_HOURS);
  const day = tradeDate(instrument.session, now);
  if (!isCovered(day)) return refuse('cannot_evaluate', `no calendar for ${day}`);
  const session = sessionOf(instrument.session, day);
  const at = marketTime(now);
  if (session === null || now < session.open || now >= session.close) {
    return refuse('market_closed', `closed at ${at} New York time, ${day}`);
  }
  const { from, until } = entryHours(instrument, day, session, policy.limits);
  const hours = `${marketTime(from)} to ${marketTime(until)} New York time`;
  if (now < from || now >= until) {
    return refuse('outside_entry_hours', `expected ${hours}, was ${at}`);
  }
  const last = lastTradeAt(instrument);
  if (last !== null && now >= last - policy.limits.expiryStopMs) {
    const lead = `${policy.limits.expiryStopMs / 60_000} min before ${marketTime(last)}`;
    return refuse('expires_too_soon', `entries stop ${lead}, was ${at}`);
  }
  return pass(`${at} lies within ${hours}`);
}

/** Entries from `from` on, none from `until` on; whatever is configured, inside the session. */
function entryHours(
  instrument: Instrument,
  day: IsoDate,
  session: Session,
  limits: Limits,
): { readonly from: EpochMs; readonly until: EpochMs } {
  const beforeClose = plus(session.close, -limits.entriesStopBeforeCloseMs);
  if (instrument.session === 'future') return { from: session.open, until: beforeClose };
  return {
    from: newYorkInstant(day, limits.entriesFrom),
    until: epochMs(Math.min(newYorkInstant(day, limits.entriesUntil), beforeClose)),
  };
}

const NO_HOURS = 'hours are not kept (limits.hours: any)';

/** Only a rehearsal may; whatever is configured, production keeps the exchange's hours. */
export function keepsNoHours({ hours }: Limits, environment: Environment): boolean {
  return hours === 'any' && environment !== 'production';
}

function lastTradeAt(instrument: Instrument): EpochMs | null {
  return instrument.kind === 'equity' ? null : instrument.lastTradeAt;
}

/** What the alert says and the instrument is not, or `null`. */
function mismatch(alert: ParsedAlert, instrument: Instrument): string | null {
  if (alert.asset !== instrument.kind) return `a ${alert.asset} was named`;
  const root = instrument.kind === 'equity' ? instrument.underlying : instrument.root;
  if (alert.symbol !== instrument.underlying && alert.symbol !== root) {
    return `${alert.symbol} was named`;
  }
  if (instrument.kind === 'equity' || instrument.kind === 'future') return null;
  const same =
    alert.right === instrument.right &&
    alert.strike === instrument.strike &&
    alert.expiry === instrument.expiry;
  return same ? null : 'another strike, side or expiry was named';
}
