/** Buttons pressed and commands sent: the interaction, its callback, what the person is shown. */
import { type JsonObject, listOf, recordOf, textOf } from '../support/json.ts';
import { componentsOf, faultOf, invalid, ok } from './messages.ts';
import { fault, type Member, type Reply } from './model.ts';
import type { World } from './world.ts';

const EPHEMERAL = 1 << 6;
const CALLBACK = { message: 4, deferred: 5, deferredUpdate: 6, choices: 8 } as const;

interface Interaction {
  readonly id: string;
  readonly token: string;
  answered: 'no' | 'deferred' | 'message' | 'choices';
  /** Past its three seconds. */
  readonly isLate: boolean;
  text: string | null;
  isEphemeral: boolean;
  components: readonly JsonObject[];
  choices: readonly string[];
}

export interface Answer {
  readonly text: string;
  readonly isEphemeral: boolean;
  readonly components: readonly JsonObject[];
  readonly choices: readonly string[];
}

export interface Act {
  readonly channelId: string;
  readonly member: Member;
  readonly type: 2 | 3 | 4;
  readonly data: JsonObject;
  readonly message?: JsonObject;
}

export class Interactions {
  readonly #world: World;
  readonly #dispatch: (event: string, data: JsonObject) => void;
  readonly #all = new Map<string, Interaction>();
  readonly #waiting = new Set<() => void>();
  /** Interactions from now on are answered too late, however fast. */
  isLate = false;

  constructor(world: World, dispatch: (event: string, data: JsonObject) => void) {
    this.#world = world;
    this.#dispatch = dispatch;
  }

  /** Resolves with its id once it was sent; `wait` tells how it was answered. */
  start({ channelId, member, type, data, message }: Act): string {
    const id = this.#world.newId();
    const token = `interaction-token-${id}`;
    const none = { components: [], choices: [], text: null, isEphemeral: false } as const;
    this.#all.set(id, { id, token, answered: 'no', isLate: this.isLate, ...none });
    const channel = this.#world.channels.get(channelId);
    const guildId = channel?.guildId ?? null;
    const user = this.#world.userWire(member.user);
    this.#dispatch('INTERACTION_CREATE', {
      ...{ id, application_id: this.#world.applicationId, type, token, version: 1, data },
      ...{ channel_id: channelId, app_permissions: '0', locale: 'en-US' },
      ...(channel !== undefined && { channel: this.#world.channelWire(channel) }),
      ...(guildId === null
        ? { user }
        : {
            guild_id: guildId,
            member: { ...this.#world.memberWire(member), user, permissions: '0' },
          }),
      ...(message !== undefined && { message }),
      ...{ entitlements: [], authorizing_integration_owners: {}, context: 0 },
    });
    return id;
  }

  /** What the person is shown, as soon as it is more than "thinking". */
  async wait(id: string): Promise<Answer> {
    for (;;) {
      const { text, isEphemeral, components, choices, answered } = this.#of(id);
      if (text !== null || answered === 'choices') {
        return { text: text ?? '', isEphemeral, components, choices };
      }
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
  }

  isAnswered(id: string): boolean {
    return this.#of(id).answered !== 'no';
  }

  callback(id: string, token: string, body: Readonly<Record<string, unknown>>): Reply {
    const interaction = this.#all.get(id);
    if (interaction?.token !== token || interaction.isLate) {
      return fault(404, 10062, 'Unknown interaction');
    }
    if (interaction.answered !== 'no') {
      return fault(400, 40060, 'Interaction has already been acknowledged.');
    }
    const data = recordOf(body['data']);
    interaction.isEphemeral = (Number(data['flags'] ?? 0) & EPHEMERAL) !== 0;
    switch (body['type']) {
      case CALLBACK.deferred:
      case CALLBACK.deferredUpdate:
        interaction.answered = 'deferred';
        break;
      case CALLBACK.message:
        interaction.answered = 'message';
        interaction.text = textOf(data['content']);
        break;
      case CALLBACK.choices:
        interaction.answered = 'choices';
        interaction.choices = listOf(data['choices']).map(
          (choice) => textOf(recordOf(choice)['value']) ?? '',
        );
        break;
      default:
        return invalid('type');
    }
    this.#changed();
    return { status: 204, body: undefined };
  }

  editOriginal(token: string, body: Readonly<Record<string, unknown>>): Reply {
    const found = [...this.#all.values()].find((one) => one.token === token);
    if (found === undefined) return fault(401, 50027, 'Invalid Webhook Token');
    if (found.answered === 'no') return fault(404, 10015, 'Unknown Webhook');
    const bad = faultOf(body);
    if (bad !== null) return invalid(bad);
    found.text = textOf(body['content']) ?? '';
    found.components = componentsOf(body);
    this.#changed();
    return ok({ id: found.id, content: found.text, components: found.components });
  }

  #of(id: string): Interaction {
    const found = this.#all.get(id);
    if (found === undefined) throw new Error(`no interaction ${id}`);
    return found;
  }

  #changed(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
