/**
 * Parts whose health is told: whoever composes one adds it here, and the page shows it. A part that
 * cannot be asked is told as away, and never keeps the others from being told.
 */
import { failureText } from '#kernel/text.ts';
import type { PartHealth } from '#operate/api/answers.ts';
import type { ActOutcome, PartAct, PartsControl } from '#operate/ports.ts';
import { refused } from '../refused.ts';

export interface Part {
  readonly name: string;
  readonly kind: PartHealth['kind'];
  health(): Omit<PartHealth, 'name' | 'kind' | 'acts'>;
  /** What can be done with it; `actor` is on record already. */
  readonly acts?: Partial<Record<PartAct, (actor: string, reason: string) => Promise<ActOutcome>>>;
}

const PART_ACTS: readonly PartAct[] = ['pause', 'resume', 'flush', 'rebuild'];

export class Parts implements PartsControl {
  readonly #parts = new Map<string, Part>();

  add(part: Part): void {
    this.#parts.set(part.name, part);
  }

  list(): readonly PartHealth[] {
    return [...this.#parts.values()].map((part) => ({
      name: part.name,
      kind: part.kind,
      ...healthOf(part),
      acts: PART_ACTS.filter((act) => part.acts?.[act] !== undefined),
    }));
  }

  async act(name: string, act: PartAct, actor: string, reason: string): Promise<ActOutcome> {
    const part = this.#parts.get(name);
    if (part === undefined) return refused('unknown_part', `there is no part ${name}`);
    const work = part.acts?.[act];
    return work === undefined
      ? refused('not_offered', `${name} cannot be asked to ${act}`)
      : work(actor, reason);
  }
}

function healthOf(part: Part): ReturnType<Part['health']> {
  try {
    return part.health();
  } catch (error) {
    return { state: 'away', detail: failureText(error), since: null, figures: [] };
  }
}
