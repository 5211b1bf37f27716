/** What an environment with a real broker needs of the configuration, and what it must not have. */
import { bindTastytrade, type TastytradeBinding } from '#adapters/tastytrade/binding.ts';
import type { TastytradeSettings } from '#adapters/tastytrade/settings.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { Secret } from '#kernel/secret.ts';
import type { OrdersSettings } from '#orders/settings.ts';
import type { Environment } from '#risk/model.ts';
import type { RiskSettings } from '#risk/settings.ts';
import type { ConfigProblem } from './config-problems.ts';
import { ENV_PREFIX } from './config-reference.ts';
import type { Secrets } from './secrets.ts';

export interface VenueSettings {
  readonly environment: Environment;
  readonly tastytrade: TastytradeSettings;
  readonly risk: RiskSettings;
  readonly orders: OrdersSettings;
}

export type VenueProblem = Omit<ConfigProblem, 'place'>;

/** All that would keep a desk of that environment from its venue; nothing for a simulated one. */
export function venueProblems(settings: VenueSettings, secrets: Secrets): readonly VenueProblem[] {
  const { environment, tastytrade, risk } = settings;
  if (environment === 'simulated') return [];
  const bound = bindVenue(settings, secrets);
  const problems: VenueProblem[] = bound.ok ? [] : [...bound.error];
  if (tastytrade.account === null) {
    const message = `expected the account that environment ${environment} may trade, as in 5WT00000`;
    problems.push({ path: 'tastytrade.account', message, was: null });
  }
  if (environment === 'production' && risk.limits.hours === 'any') {
    const message = 'expected exchange: production keeps the hours of the exchange';
    problems.push({ path: 'risk.limits.hours', message, was: 'any' });
  }
  return [...problems, ...patienceProblems(settings)];
}

/** An order counts as absent, or its answer as lost, only after the longest a request may take. */
function patienceProblems({ tastytrade, orders }: VenueSettings): readonly VenueProblem[] {
  const { sendWithinMs, orderWithinMs } = tastytrade;
  // To leave, to be answered, and to be looked for once after a refused token.
  const longestMs = 2 * sendWithinMs + orderWithinMs;
  return (['quarantineMs', 'answerWithinMs'] as const)
    .filter((setting) => orders[setting] <= longestMs)
    .map((setting) => ({
      path: `orders.${setting}`,
      message: `expected more than ${longestMs}, the longest an order's request may take`,
      was: String(orders[setting]),
    }));
}

/** Where orders go and as whom. Production has secrets of its own, which nothing else reads. */
export function bindVenue(
  { environment, tastytrade }: Pick<VenueSettings, 'environment' | 'tastytrade'>,
  secrets: Secrets,
): Result<TastytradeBinding, readonly VenueProblem[]> {
  if (environment === 'simulated') {
    const message = 'expected sandbox, rehearsal or production: simulated has no venue';
    return err([{ path: 'environment', message, was: environment }]);
  }
  const isReal = environment === 'production';
  const prefix = isReal ? 'TASTYTRADE_PRODUCTION' : 'TASTYTRADE';
  const clientSecret = isReal
    ? secrets.tastytradeProductionClientSecret
    : secrets.tastytradeClientSecret;
  const refreshToken = isReal
    ? secrets.tastytradeProductionRefreshToken
    : secrets.tastytradeRefreshToken;
  const { apiUrl, streamerUrl } = tastytrade;
  // The addresses are judged even without secrets, so that every problem is told at once.
  const bound = bindTastytrade({
    ...{ environment, apiUrl, streamerUrl },
    clientSecret: clientSecret ?? NOTHING,
    refreshToken: refreshToken ?? NOTHING,
  });
  const problems = [
    ...(clientSecret === null ? [secretMissing(environment, `${prefix}_CLIENT_SECRET`)] : []),
    ...(refreshToken === null ? [secretMissing(environment, `${prefix}_REFRESH_TOKEN`)] : []),
    ...(bound.ok ? [] : bound.error).map(({ setting, detail }): VenueProblem => {
      return { path: `tastytrade.${setting}`, message: detail, was: null };
    }),
  ];
  return bound.ok && problems.length === 0 ? ok(bound.value) : err(problems);
}

const NOTHING = new Secret('');

function secretMissing(environment: Environment, variable: string): VenueProblem {
  const name = ENV_PREFIX + variable;
  const message = `expected ${name} (or ${name}_FILE) to be set for environment ${environment}`;
  return { path: 'environment', message, was: null };
}
