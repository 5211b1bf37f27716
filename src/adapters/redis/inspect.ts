/** Looks at a Redis once, for `strikewire check`: whether it is one this program can use. */
import type { BusFault, BusLimits } from '#bus/model.ts';
import type { Random } from '#kernel/random.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { Secret } from '#kernel/secret.ts';
import type { Clock } from '#kernel/time.ts';
import { Connection } from './connection.ts';
import { text } from './replies.ts';

export interface RedisFacts {
  readonly version: string;
  /** `null` when it is one the program can use; else why not, and what to do. */
  readonly unfit: string | null;
}

const MAJOR_MIN = 7;

export async function inspectRedis(parts: {
  readonly url: Secret;
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: BusLimits;
}): Promise<Result<RedisFacts, BusFault>> {
  const { namespace } = parts.settings;
  const connection = new Connection({ ...parts, isPatient: true, onFault: () => undefined });
  try {
    const asked = await connection.run([
      ['INFO', 'server'],
      ['INFO', 'memory'],
      ['SET', `{${namespace}}:check`, '1', 'PX', '1000'],
    ]);
    if (!asked.ok) return err(asked.error);
    const [server = '', memory = ''] = asked.value.map(text);
    const version = field(server, 'redis_version');
    return ok({ version, unfit: unfitOf(version, memory) });
  } finally {
    connection.close();
  }
}

function unfitOf(version: string, memory: string): string | null {
  if (Number.parseInt(version, 10) < MAJOR_MIN) {
    return `Redis ${version} is too old: use ${MAJOR_MIN}.0 or newer`;
  }
  const policy = field(memory, 'maxmemory_policy');
  if (Number(field(memory, 'maxmemory')) === 0 || policy === 'noeviction') return null;
  return `maxmemory-policy is ${policy}, which throws records away: set it to noeviction`;
}

function field(info: string, name: string): string {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
}
