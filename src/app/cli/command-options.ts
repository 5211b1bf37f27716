/** What commands share: how they find their configuration and data directory. */
import { type Command, InvalidArgumentError } from 'commander';
import type { Config, ConfigRequest } from '../config.ts';
import type { Exit } from '../exit-codes.ts';
import { CommandFailed } from './io.ts';

/** Told how a command ended. */
export type Ended = (exit: Exit) => void;

/** Options by which every command finds its configuration and its data directory. */
export interface Located {
  readonly config?: string;
  readonly data?: string;
}

export interface StartOptions extends Located {
  readonly market?: string;
  readonly port?: number;
  readonly seed?: number;
  readonly roles?: readonly string[];
}

export function configured(command: Command): Command {
  return command
    .option('--config <file>', 'settings (default: strikewire.yaml, when there is one)')
    .option('--data <directory>', 'data directory (default: data)');
}

export function requestOf(options: StartOptions): Pick<ConfigRequest, 'file' | 'options'> {
  const given = [
    ['data.directory', '--data', options.data],
    ['market.source', '--market', options.market],
    ['market.seed', '--seed', options.seed],
    ['http.port', '--port', options.port],
    ['roles.run', '--roles', options.roles],
  ] as const;
  const set = given.filter(([, , value]) => value !== undefined);
  return {
    file: options.config,
    options: Object.fromEntries(set.map(([path, option, value]) => [path, { option, value }])),
  };
}

export async function configOf(
  options: StartOptions,
  demo: ConfigRequest['demo'] = {},
): Promise<Config> {
  const { readConfig } = await import('../config.ts');
  const config = readConfig({ ...requestOf(options), demo });
  if (config.ok) return config.value;
  const { formatProblems } = await import('../config-problems.ts');
  throw new CommandFailed('usage', formatProblems(config.error));
}

export function wholeNumber(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number.');
}

export function roleNames(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim());
}
