/** What the bus and the roles need of the configuration, and what it must not have. */
import { isLoopback } from '#operate/settings.ts';
import type { ConfigProblem } from '../config-problems.ts';
import type { RolesSettings } from '../roles/roles-settings.ts';
import type { Secrets } from '../secrets.ts';

type Problem = Omit<ConfigProblem, 'place'>;

/** All that would keep the roles of this process from each other. */
export function busProblems(
  { roles }: { readonly roles: RolesSettings },
  { redisUrl, rolesSecret }: Pick<Secrets, 'redisUrl' | 'rolesSecret'>,
): readonly Problem[] {
  const problems: Problem[] = [];
  const problem = (path: string, message: string): void => {
    problems.push({ path, message, was: null });
  };
  if (redisUrl !== null) {
    const exposed = exposure(redisUrl.reveal());
    if (exposed !== null) problem('bus', exposed);
  }
  const [role = '', ...others] = new Set(roles.run);
  if (others.length > 0) return problems;
  if (redisUrl === null) {
    const why = 'the roles talk through Redis when they run apart';
    problem('roles.run', `expected STRIKEWIRE_REDIS_URL for the role ${role} alone: ${why}`);
  }
  if (rolesSecret === null) {
    const why = 'it proves to each role that the other one spoke';
    problem('roles.run', `expected STRIKEWIRE_ROLES_SECRET for the role ${role} alone: ${why}`);
  }
  return problems;
}

/** Whoever reaches the server can read the record there: it is let in only with a password. */
function exposure(url: string): string | null {
  const { hostname, password } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  if (password !== '' || isLoopback(host)) return null;
  return `expected a password in STRIKEWIRE_REDIS_URL, because ${host} is another machine`;
}
