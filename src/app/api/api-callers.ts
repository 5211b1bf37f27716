/**
 * People and programs that give orders over HTTP, beside those of chats: what they may do is their
 * role at this moment, so that a key revoked between an order and its sending stops it.
 */
import { PERMISSIONS, type Permission } from '#alerts/model.ts';
import { type AlertSettings, AlertSettingsSchema } from '#alerts/settings.ts';
import type { Role } from '#operate/model.ts';

/** The channel their orders are given in: it is on the record, and nobody speaks in it. */
export const API_CHANNEL = 'api';
const KEPT = 1_000;

const CHANNELS = AlertSettingsSchema.parse({
  channels: {
    [`local:${API_CHANNEL}`]: {
      name: 'orders over HTTP',
      purpose: 'commands',
      parser: { assets: ['option', 'equity', 'future'] },
    },
  },
}).channels;

export class ApiCallers {
  readonly #roleOf: (caller: string) => Role | null;
  readonly #callers = new Set<string>();

  constructor(roleOf: (caller: string) => Role | null) {
    this.#roleOf = roleOf;
  }

  /** Somebody is about to give an order. */
  note(caller: string): void {
    this.#callers.delete(caller);
    this.#callers.add(caller);
    const [oldest] = this.#callers;
    if (this.#callers.size > KEPT && oldest !== undefined) this.#callers.delete(oldest);
  }

  /** The settings of intake with them in it. */
  beside(settings: AlertSettings): AlertSettings {
    if (this.#callers.size === 0) return settings;
    const people = { ...settings.people };
    for (const caller of this.#callers) {
      const permissions = permissionsOf(this.#roleOf(caller));
      people[`local:${caller}`] = { name: caller, permissions: [...permissions] };
    }
    return { ...settings, people, channels: { ...settings.channels, ...CHANNELS } };
  }
}

/** What a role may do, in the words of chats. */
export function permissionsOf(role: Role | null): readonly Permission[] {
  if (role === null || role === 'viewer') return [];
  return role === 'admin' ? PERMISSIONS : ['alert', 'trade', 'operate'];
}
