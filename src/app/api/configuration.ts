/** The configuration in force, as people write it; a secret is told as set or not. */
import { formatDecimal } from '#kernel/decimal.ts';
import type { ConfigurationView, SettingView } from '#operate/api/answers.ts';
import { type Config, loadConfig, settings } from '../config.ts';
import type { Setting } from '../config-reference.ts';
import { lookUp } from '../config-sources.ts';

/** Nothing is there: what a configuration of nothing says is every default. */
const NOWHERE = '/nonexistent';

export function configurationView(config: Config): ConfigurationView {
  const bare = loadConfig({ directory: NOWHERE, environment: {} });
  const defaults = bare.ok ? bare.value : null;
  return {
    file: config.file,
    settings: settings().map((setting) => settingView(setting, config, defaults)),
    secrets: Object.entries(config.secrets).map(([name, secret]) => ({
      name,
      set: secret !== null,
    })),
  };
}

function settingView(setting: Setting, config: Config, defaults: Config | null): SettingView {
  const value = shown(setting, lookUp(config, setting.path)?.value);
  const usual = defaults === null ? null : shown(setting, lookUp(defaults, setting.path)?.value);
  return {
    path: setting.path.join('.'),
    value,
    source: value === usual || isPlace(setting) ? 'default' : 'configured',
    variable: setting.env,
    expected: setting.expected,
  };
}

/** The data directory is told as a whole path, which no default is. */
function isPlace({ path }: Setting): boolean {
  return path.join('.') === 'data.directory';
}

function shown(setting: Setting, value: unknown): string {
  if (setting.path.at(-1) === 'account' && typeof value === 'string') {
    return `****${value.slice(-4)}`;
  }
  // A percentage or a time of day is written as a text and kept as a number.
  if (setting.type === 'text' && typeof value === 'number') return asWritten(setting, value);
  if (typeof value === 'string') return value;
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === 'bigint' ? formatDecimal(inner) : inner,
    )?.replaceAll(/^"|"$/g, '') ?? ''
  );
}

function asWritten({ path }: Setting, value: number): string {
  if (!path.at(-1)?.startsWith('entries')) return `${value / 100}%`;
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${two(Math.floor(value / 60))}:${two(value % 60)}`;
}
