/**
 * The configuration read again while the desk runs: who may do what, and what listed channels are
 * for.
 *
 * Rules
 * 1. The whole configuration is checked before anything changes; with one problem nothing does.
 * 2. People, roles and listed channels change at once, each on record with before and after.
 *    Everything else that differs is named: it takes a restart.
 * 3. What was granted or withdrawn by command counts on, past the configuration.
 */
import type { AlertSettings } from '#alerts/settings.ts';
import { formatDecimal } from '#kernel/decimal.ts';
import type { Result } from '#kernel/result.ts';
import { clip } from '#kernel/text.ts';
import type { ActOutcome } from '#operate/ports.ts';
import type { Desk } from '#orders/desk.ts';
import { noteAct } from './act-note.ts';
import type { AllowList } from './chat/allow-list.ts';
import { endUnsent, RELOADED } from './chat/allow-list-acts.ts';
import { type Config, settings } from './config.ts';
import type { ConfigProblem } from './config-problems.ts';
import { lookUp } from './config-sources.ts';
import { peopleOfDesk } from './demo-room.ts';
import { refused } from './refused.ts';

export interface ReloadParts {
  readonly desk: Desk;
  readonly allowList: AllowList;
  /** As the desk was started with. */
  readonly config: Config;
  /** Reads it again from where it came; absent: it came from nowhere. */
  readonly load: (() => Result<Config, readonly ConfigProblem[]>) | undefined;
}

/** Whoever asks was checked before: it changes who may do what. */
export type Reload = (actor: string, reason?: string) => Promise<ActOutcome>;

interface Change {
  /** `person discord:1` */
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

const LISTS = ['people', 'roles', 'channels'] as const;
const ONE = { people: 'person', roles: 'role', channels: 'channel' } as const;
const PROBLEMS_SHOWN = 5;
const DETAIL_MAX = 400;
const NONE = 'not listed';

export function createReload(parts: ReloadParts): Reload {
  const { desk, allowList, config, load } = parts;
  return async (actor, reason = '') => {
    if (reason !== '') await noteAct(desk, 'reload the configuration', { actor, reason });
    const read = load?.();
    if (read === undefined) {
      return refused('not_available', 'this desk was not started from a configuration');
    }
    if (!read.ok) {
      const detail = problemText(read.error);
      await noteAct(desk, `${RELOADED}: refused`, { actor, reason: clip(detail, DETAIL_MAX) });
      return refused('configuration_invalid', detail);
    }
    const { alerts, chat } = read.value;
    // Of the environment that runs: another one takes a restart.
    const next = peopleOfDesk(alerts, chat.script, config.environment);
    const { usable, unheard } = usableNow(allowList, next);
    const before = allowList.settings();
    const changes = changesBetween(allowList.configured(), usable);
    allowList.reconfigure(usable);
    const recorded = record(desk, changes, actor);
    for (const who of losers(before, allowList.settings())) endUnsent(desk, who, actor);
    await recorded;
    return {
      kind: 'done',
      detail: summary(changes, [...unheard, ...otherwise(config, read.value)]),
    };
  };
}

/** A channel nobody was listening to cannot be heard before a restart. */
function usableNow(allowList: AllowList, next: AlertSettings) {
  const known = allowList.configured();
  const isHeard = (id: string): boolean =>
    Object.hasOwn(known.channels, id) || id.startsWith('local:');
  const channels = Object.entries(next.channels);
  return {
    usable: {
      ...known,
      ...{ people: next.people, roles: next.roles },
      channels: Object.fromEntries(channels.filter(([id]) => isHeard(id))),
    },
    unheard: channels.flatMap(([id]) => (isHeard(id) ? [] : [`alerts.channels ${id}`])),
  };
}

function changesBetween(now: AlertSettings, next: AlertSettings): readonly Change[] {
  return LISTS.flatMap((list) => {
    const [old, fresh] = [now[list], next[list]];
    const ids = [...new Set([...Object.keys(old), ...Object.keys(fresh)])];
    return ids.flatMap((id) => {
      const [before, after] = [textOf(old[id]), textOf(fresh[id])];
      return before === after ? [] : [{ what: `${ONE[list]} ${id}`, before, after }];
    });
  });
}

function textOf(entry: object | undefined): string {
  if (entry === undefined) return NONE;
  if ('permissions' in entry && Array.isArray(entry.permissions)) {
    return entry.permissions.join(', ') || 'nothing';
  }
  return clip(asJson(entry), DETAIL_MAX);
}

async function record(desk: Desk, changes: readonly Change[], actor: string): Promise<void> {
  const at = desk.now();
  const drafts = changes.map(({ what, before, after }) => ({
    kind: 'operator.acted' as const,
    body: { act: `${RELOADED}: ${what}`, reason: `before: ${before}; after: ${after}`, at },
    actor,
  }));
  if (drafts.length === 0)
    await noteAct(desk, `${RELOADED}: nothing differs`, { actor, reason: '' });
  else await desk.record(drafts, 'sync').durable;
}

/** People who could trigger or order before, and no longer can. */
function losers(before: AlertSettings, after: AlertSettings): readonly string[] {
  return Object.entries(before.people).flatMap(([who, { permissions }]) => {
    const kept = after.people[who]?.permissions ?? [];
    const hasLost = permissions.some(
      (one) => (one === 'alert' || one === 'trade') && !kept.includes(one),
    );
    return hasLost ? [who] : [];
  });
}

/** Names of settings that differ and are not for a running desk. */
function otherwise(now: Config, next: Config): readonly string[] {
  const paths = settings()
    .map(({ path }) => path)
    .filter(([section, list]) => section !== 'alerts' || !LISTS.some((one) => one === list));
  const changed = paths.filter((path) => asJson(lookUp(now, path)) !== asJson(lookUp(next, path)));
  const secrets = Object.entries(next.secrets).flatMap(([name, secret]) => {
    const [, before = null] = Object.entries(now.secrets).find(([one]) => one === name) ?? [];
    return secret?.reveal() === before?.reveal() ? [] : [`the secret ${name}`];
  });
  return [...new Set([...changed.map((path) => path.join('.')), ...secrets])];
}

function summary(changes: readonly Change[], restart: readonly string[]): string {
  const done = changes.map(({ what, before, after }) => `${what}: ${before} → ${after}`);
  const lines = [
    changes.length === 0 ? 'nothing about people, roles and channels differs' : done.join('; '),
    ...(restart.length === 0 ? [] : [`needs a restart: ${restart.join(', ')}`]),
  ];
  return lines.join('. ');
}

function problemText(problems: readonly ConfigProblem[]): string {
  const shown = problems.slice(0, PROBLEMS_SHOWN).map(({ path, place, message, was }) => {
    const subject = path === '' ? place : `${path} (${place})`;
    return `${subject}: ${message}${was === null ? '' : `, was ${was}`}`;
  });
  const more = problems.length - shown.length;
  const rest = more > 0 ? `; and ${more} more` : '';
  return `nothing was changed: ${shown.join('; ')}${rest}`;
}

function asJson(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === 'bigint' ? formatDecimal(inner) : inner,
    ) ?? ''
  );
}
