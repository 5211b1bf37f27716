/** Scenarios of access: tokens, the account, what it may do and what is in it. */
import { openingObstacles } from '#adapters/tastytrade/wire/account.ts';
import { formatMoney } from '#kernel/price.ts';
import { isOpen } from '#market/session.ts';
import { cannotTest, check, fail } from '../scenario-end.ts';
import type { Play } from './play.ts';

const SKEW_MS_MAX = 2_000;

const token: Play = async (course) => {
  const { client } = course.venue;
  const { tokens } = client;
  course.step('ask for an access token twice');
  const first = await tokens.current();
  if (!first.ok) fail(`no token: ${first.error.kind}: ${first.error.detail}`);
  const second = await tokens.current();
  const isKept = second.ok && second.value.fingerprint() === first.value.fingerprint();
  check(isKept, 'a good token was not kept');
  course.step('renew it as if it had been refused');
  const renewed = await tokens.renew(first.value);
  if (!renewed.ok) fail(`not renewed: ${renewed.error.kind}: ${renewed.error.detail}`);
  course.see(
    `tokens ${first.value.fingerprint()} and ${renewed.value.fingerprint()} (fingerprints)`,
  );
  const { expiresInMs } = client.health().token;
  check((expiresInMs ?? 0) > 30_000, `expected more than 30 s of life, was ${expiresInMs} ms`);
  return `kept, and renewed on request; good for ${Math.round((expiresInMs ?? 0) / 1_000)} s`;
};

const tokenRefused: Play = async (course) => {
  course.step('ask for a token with a refresh token that is none');
  const answer = await course.venue.askWithWrongToken();
  check(!answer.ok, 'a wrong refresh token was given an access token');
  const { kind, detail } = answer.error;
  check(kind === 'refused', `expected refused, was ${kind}: ${detail}`);
  course.step('ask for the accounts with the good one');
  await course.ask('accounts', course.venue.client.accounts());
  return `told as refused (${detail}); the good one goes on`;
};

const account: Play = async (course) => {
  const accounts = await course.ask('accounts', course.venue.client.accounts());
  course.see(`${accounts.length} accounts`);
  const own = accounts.find(({ number }) => number === course.venue.account);
  check(own !== undefined, 'the configured account is not among those of these credentials');
  check(!own.isClosed, 'the account is closed');
  return `${own.type ?? 'account'}, ${own.marginOrCash ?? 'kind unknown'}, open`;
};

const tradingStatus: Play = async (course) => {
  const status = await course.ask('trading status', course.venue.calls.tradingStatus());
  course.see(`options level: ${status.optionsLevel ?? 'not told'}`);
  const obstacles = openingObstacles(status);
  check(obstacles.length === 0, `nothing may be opened: ${obstacles.join(', ')}`);
  return `options: ${status.optionsLevel ?? 'not told'}; nothing restricted`;
};

const balances: Play = async (course) => {
  const { buyingPower, netLiquidation, cash } = await course.ask(
    'balances',
    course.venue.broker.balances(),
  );
  check(buyingPower > 0n, `no buying power: ${formatMoney(buyingPower)}`);
  const others = `net liquidation ${formatMoney(netLiquidation)}, cash ${formatMoney(cash)}`;
  return `buying power ${formatMoney(buyingPower)}, ${others}`;
};

const positions: Play = async (course) => {
  const held = await course.ask('positions', course.venue.broker.positions());
  return `${held.length} positions`;
};

const clock: Play = async (course) => {
  await course.ask('accounts', course.venue.client.accounts());
  const { skew } = course.venue.client.health();
  if (skew === null) cannotTest('the venue does not tell its time');
  const { skewMs, uncertaintyMs } = skew;
  const text = `${Math.round(skewMs)} ms ± ${Math.round(uncertaintyMs)} ms`;
  check(Math.abs(skewMs) - uncertaintyMs <= SKEW_MS_MAX, `the clocks are ${text} apart`);
  return `${text} apart`;
};

const session: Play = async (course) => {
  const { venue } = course;
  const answer = await venue.client.sessions(['Equity']);
  if (!answer.ok) cannotTest(`the venue does not tell its sessions: ${answer.error.detail}`);
  const [told] = answer.value;
  check(told !== undefined, 'the venue told of no session');
  const ours = isOpen('equity', course.clock.now()) ? 'open' : 'closed';
  const theirs = told.state === 'open' ? 'open' : 'closed';
  const text = `the venue says ${told.state}, our calendar ${ours}`;
  if (ours !== theirs && venue.environment === 'rehearsal') {
    cannotTest(`${text}: what stands in for the venue keeps hours of its own`);
  }
  check(ours === theirs, text);
  return text;
};

export const ACCESS = {
  token,
  token_refused: tokenRefused,
  account,
  trading_status: tradingStatus,
  balances,
  positions,
  clock,
  session,
} as const;
