/**
 * Who a process is, beyond a number that the system gives out again: its start time, the boot it
 * runs under, the host it runs on.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own words; compared, never read. */
  readonly started: string;
  /** Differs after each boot of the machine. */
  readonly boot: string;
  readonly host: string;
}

export function ownIdentity(): ProcessIdentity {
  const { pid } = process;
  return { pid, started: startOf(pid) ?? '', boot: bootId(), host: hostname() };
}

/** Whether that very process still runs; meaningful only under the same boot. */
export function isRunning({ pid, started }: ProcessIdentity): boolean {
  return startOf(pid) === started;
}

function startOf(pid: number): string | null {
  if (process.platform !== 'linux') return ask('ps', ['-o', 'lstart=', '-p', String(pid)]);
  const stat = readOrNull(`/proc/${pid}/stat`);
  // Field 22, counted after the command, which stands in brackets and may hold anything (proc(5)).
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

function bootId(): string {
  const id =
    process.platform === 'linux'
      ? readOrNull('/proc/sys/kernel/random/boot_id')
      : ask('sysctl', ['-n', 'kern.bootsessionuuid']);
  return id?.trim() ?? '';
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // No such process, or it ended while being read.
    return null;
  }
}

function ask(command: string, args: readonly string[]): string | null {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return null;
  }
}
