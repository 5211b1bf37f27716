/** The badge every reader sees: `DRY-RUN`, `SIM`, `SANDBOX`, `REHEARSAL`, `LIVE ****1234`. */
import type { Environment } from '#risk/model.ts';
import { maskSecrets } from './mask.ts';

const BADGES: Readonly<Record<Environment, string>> = {
  simulated: 'SIM',
  sandbox: 'SANDBOX',
  rehearsal: 'REHEARSAL',
  production: 'LIVE',
};
export const DRY_RUN_BADGE = 'DRY-RUN';

/** Of an environment by its name, or of a badge already made; never with a whole account number. */
export function badgeOf(environment: string): string {
  return isEnvironment(environment)
    ? BADGES[environment]
    : maskSecrets(environment).replace('…', '****');
}

/** Of a whole desk: where money is real, with the last four characters of its account. */
export function deskBadge(environment: Environment, account: string | null): string {
  const badge = BADGES[environment];
  return environment === 'production' && account !== null
    ? `${badge} ****${account.slice(-4)}`
    : badge;
}

/** Of one plan on a desk: the desk's own badge names the account, a dry run says so. */
export function planBadge(
  plan: { readonly environment: Environment; readonly dryRun: boolean },
  desk: string,
): string {
  if (plan.dryRun) return DRY_RUN_BADGE;
  const own = BADGES[plan.environment];
  return desk.startsWith(own) ? desk : own;
}

function isEnvironment(text: string): text is Environment {
  return Object.hasOwn(BADGES, text);
}
