/**
 * Who may do what: the configuration, and what admins have changed past it, read from the record.
 * The last word on each person and permission counts, across restarts.
 */
import type { Permission } from '#alerts/model.ts';
import { PERMISSIONS } from '#alerts/model.ts';
import type { AlertSettings } from '#alerts/settings.ts';
import type { DeskEntry } from '#audit/model.ts';

/** What was changed past the configuration, as plain data. */
export interface SavedAllowList {
  readonly changes: readonly {
    readonly who: string;
    readonly permissions: readonly (readonly [Permission, boolean])[];
  }[];
  readonly seq: number;
}

export class AllowList {
  #configured: AlertSettings;
  /** By `platform:user id`: what was granted (true) or withdrawn (false). */
  readonly #changes = new Map<string, Map<Permission, boolean>>();
  #settings: AlertSettings;
  /** Of the newest change taken: each is told twice, when it is made and when it is on disk. */
  #seq = -1;

  constructor(configured: AlertSettings) {
    this.#configured = configured;
    this.#settings = configured;
  }

  take(entry: DeskEntry): void {
    if (entry.kind !== 'allow_list.changed' || entry.seq <= this.#seq) return;
    this.#seq = entry.seq;
    const { who, to } = entry.body;
    const permission = PERMISSIONS.find((one) => one === entry.body.permission);
    if (permission === undefined) return;
    const changes = this.#changes.get(who) ?? new Map<Permission, boolean>();
    changes.set(permission, to === 'granted');
    this.#changes.set(who, changes);
    this.#settings = this.#changed();
  }

  save(): SavedAllowList {
    const changes = [...this.#changes].map(([who, permissions]) => ({
      who,
      permissions: [...permissions],
    }));
    return { changes, seq: this.#seq };
  }

  /** Of a new list, in place of the records that made what was saved. */
  restore({ changes, seq }: SavedAllowList): void {
    for (const { who, permissions } of changes) this.#changes.set(who, new Map(permissions));
    this.#seq = seq;
    if (changes.length > 0) this.#settings = this.#changed();
  }

  /** What the configuration says, without what was changed past it. */
  configured(): AlertSettings {
    return this.#configured;
  }

  /** The configuration says something else from now on. */
  reconfigure(configured: AlertSettings): void {
    this.#configured = configured;
    this.#settings = this.#changes.size === 0 ? configured : this.#changed();
  }

  /** In force now. */
  settings(): AlertSettings {
    return this.#settings;
  }

  /** One line a person, with what was changed past the configuration. */
  lines(): readonly string[] {
    const { people, roles, channels } = this.#settings;
    const able = ([id, { name, permissions }]: [
      string,
      { name: string; permissions: readonly string[] },
    ]) => `${id}${name === '' ? '' : ` (${name})`}: ${permissions.join(', ') || 'nothing'}`;
    const changed = [...this.#changes].flatMap(([who, permissions]) =>
      [...permissions].map(([one, is]) => `${who} ${is ? '+' : '−'}${one}`),
    );
    return [
      ...Object.entries(people).map(able),
      ...Object.entries(roles).map((role) => `role ${able(role)}`),
      ...Object.entries(channels).map(([id, { purpose }]) => `channel ${id}: ${purpose}`),
      ...(changed.length === 0 ? [] : [`Changed past the configuration: ${changed.join('; ')}`]),
    ];
  }

  #changed(): AlertSettings {
    return { ...this.#configured, people: this.#people(), withdrawn: this.#withdrawn() };
  }

  #withdrawn(): NonNullable<AlertSettings['withdrawn']> {
    const taken = [...this.#changes].map(([who, changes]) => {
      const of = PERMISSIONS.filter((one) => changes.get(one) === false);
      return [who, of] as const;
    });
    return Object.fromEntries(taken);
  }

  #people(): AlertSettings['people'] {
    const people = { ...this.#configured.people };
    for (const [who, changes] of this.#changes) {
      const before = people[who] ?? { name: '', permissions: [] };
      const held = new Set(before.permissions);
      for (const [permission, is] of changes) {
        if (is) held.add(permission);
        else held.delete(permission);
      }
      people[who] = { ...before, permissions: PERMISSIONS.filter((one) => held.has(one)) };
    }
    return people;
  }
}
