/** What `strikewire check` says of the venue: logged in, the account, the clocks, quotes. */
import type { TastytradeClient } from '#adapters/tastytrade/client.ts';
import { openingObstacles } from '#adapters/tastytrade/wire/account.ts';
import type { Finding } from './cli/check.ts';

const SKEW_MS_MAX = 2_000;

export async function venueReport(
  client: TastytradeClient,
  account: string,
): Promise<readonly Finding[]> {
  const token = await client.tokens.current();
  if (!token.ok) return [{ name: 'tastytrade', ok: false, detail: token.error.detail }];
  const findings: Finding[] = [{ name: 'tastytrade', ok: true, detail: 'logged in' }];
  findings.push(await accountFinding(client, account), await standingFinding(client, account));
  const quotes = await client.quoteToken();
  const delay = quotes.ok && quotes.value.delayed ? 'delayed by 15 minutes: no entries' : 'live';
  findings.push({
    name: 'quotes',
    ok: quotes.ok,
    detail: quotes.ok ? delay : quotes.error.detail,
  });
  const { skew } = client.health();
  if (skew !== null) {
    const far = Math.abs(skew.skewMs) - skew.uncertaintyMs > SKEW_MS_MAX;
    const ahead = skew.skewMs > 0 ? 'ahead of' : 'behind';
    const apart = `the venue's clock is ${Math.abs(Math.round(skew.skewMs))} ms ${ahead} this one`;
    findings.push({ name: 'clock', ok: !far, detail: far ? `${apart}: set this one` : apart });
  }
  return findings;
}

async function accountFinding(client: TastytradeClient, account: string): Promise<Finding> {
  const accounts = await client.accounts();
  if (!accounts.ok) return { name: 'account', ok: false, detail: accounts.error.detail };
  const found = accounts.value.find(({ number }) => number === account);
  const reached = accounts.value.map(({ number }) => `****${number.slice(-4)}`).join(', ');
  return found === undefined
    ? { name: 'account', ok: false, detail: `${account} is none of these: ${reached}` }
    : { name: 'account', ok: true, detail: `****${account.slice(-4)} ${found.type ?? ''}`.trim() };
}

async function standingFinding(client: TastytradeClient, account: string): Promise<Finding> {
  const status = await client.account(account).tradingStatus();
  const name = 'may open';
  if (!status.ok) return { name, ok: false, detail: status.error.detail };
  const obstacles = openingObstacles(status.value);
  const detail = obstacles.length === 0 ? 'yes' : `no: ${obstacles.join(', ')}`;
  return { name, ok: obstacles.length === 0, detail };
}
