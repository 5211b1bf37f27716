/**
 * `promtool`, which comes with Prometheus: what it says of metrics, rules and configurations.
 *
 * Without it a test leaves itself out and says why; with STRIKEWIRE_SERVICES=required it fails.
 */
import { spawnSync } from 'node:child_process';

const BINARY = 'promtool';

export interface Verdict {
  readonly code: number | null;
  /** Everything it said. */
  readonly said: string;
}

interface Skip {
  (note: string): never;
}

/** `input` is what it reads; bounded in time. */
export function promtool(skip: Skip, args: readonly string[], input = ''): Verdict {
  const ran = spawnSync(BINARY, args, { input, encoding: 'utf8', timeout: 30_000 });
  if (ran.error === undefined) return { code: ran.status, said: `${ran.stdout}${ran.stderr}` };
  const why = `no ${BINARY} on this machine (apt-get install prometheus): ${ran.error.message}`;
  if (process.env['STRIKEWIRE_SERVICES'] === 'required') throw new Error(why);
  return skip(why);
}
