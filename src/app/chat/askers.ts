/**
 * What people who act in a chat may do, as it stood when they last acted: their roles on a platform
 * are known with the act alone.
 *
 * Rule  the table of commands decides who may ask; this keeps an act from doing more than that,
 *       such as a `pause` that would lower a HALT without an admin.
 */
import type { Permission } from '#alerts/model.ts';
import { type Asker, actorOf } from '#operate/commands/authorise.ts';
import type { Role } from '#operate/model.ts';

const KEPT = 1_000;

export class Askers {
  readonly #permissions = new Map<string, ReadonlySet<Permission>>();

  note(asker: Asker): void {
    const actor = actorOf(asker);
    this.#permissions.delete(actor);
    this.#permissions.set(actor, asker.permissions);
    const [oldest] = this.#permissions.keys();
    if (this.#permissions.size > KEPT && oldest !== undefined) this.#permissions.delete(oldest);
  }

  roleOf(actor: string): Role | null {
    const held = this.#permissions.get(actor);
    if (held === undefined) return null;
    if (held.has('admin')) return 'admin';
    return held.has('operate') || held.has('trade') ? 'operator' : null;
  }
}
