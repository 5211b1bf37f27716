/**
 * Buttons and slash commands: taken within Discord's three seconds, answered when the desk knows.
 *
 * An interaction that could not be taken was shown to its person as failed: it is not handed over,
 * or an order might follow that nobody believes was given.
 */
import {
  InteractionResponseType,
  MessageFlags,
  type REST,
  RequestMethod,
  Routes,
} from 'discord.js';
import { clip } from '#kernel/text.ts';
import type { Clock } from '#kernel/time.ts';
import type { Actor, Button, CommandShape, Invocation, Press } from '#publish/ports.ts';
import { actorOf } from './facts.ts';
import { CODE, failureOf } from './failures.ts';
import { lineOf, typingIn } from './menu.ts';
import { rowsOf, SILENT, TEXT_MAX } from './posting.ts';
import type { Rooms } from './rooms.ts';
import { timeOf } from './snowflake.ts';
import { InteractionSchema, type WireInteraction } from './wire.ts';

export type Complete = (
  command: string,
  option: string,
  typed: string,
  by: Actor,
) => readonly string[];

export interface InteractionsOptions {
  readonly rest: REST;
  readonly clock: Clock;
  readonly rooms: Rooms;
  readonly command: string;
  readonly onPress: (press: Press) => void;
  readonly onInvocation: (invocation: Invocation) => void;
  readonly onTrouble: (detail: string) => void;
}

const KIND = { command: 2, button: 3, typing: 4 } as const;
const TAKEN_MAX = 1_000;
const CHOICES_MAX = 25;
const CHOICE_LENGTH_MAX = 100;
const TRIES = 3;
const AGAIN_MS = 500;

export class Interactions {
  readonly #options: InteractionsOptions;
  #shapes: readonly CommandShape[] = [];
  #complete: Complete = () => [];
  readonly #taken = new Set<string>();

  constructor(options: InteractionsOptions) {
    this.#options = options;
  }

  offer(shapes: readonly CommandShape[], complete: Complete): void {
    this.#shapes = shapes;
    this.#complete = complete;
  }

  take(data: unknown): void {
    const { data: wire } = InteractionSchema.safeParse(data);
    if (wire === undefined) {
      this.#options.onTrouble('an interaction of unknown shape');
      return;
    }
    void this.#answer(wire).catch((error: unknown) => {
      this.#options.onTrouble(`an interaction: ${failureOf(error).detail}`);
    });
  }

  async #answer(wire: WireInteraction): Promise<void> {
    const from = this.#senderOf(wire);
    if (from === null) return;
    if (wire.type === KIND.typing) return this.#propose(wire, from.by);
    const { command, onPress, onInvocation } = this.#options;
    const line = wire.type === KIND.command ? lineOf(wire, command, this.#shapes) : null;
    const button = wire.type === KIND.button ? (wire.data?.custom_id ?? null) : null;
    if ((line === null && button === null) || !this.#isNew(wire.id)) return;
    if (!(await this.#acknowledge(wire))) return;
    const act = {
      id: wire.id,
      platform: 'discord',
      at: timeOf(wire.id),
      ...from,
      respond: (text: string, buttons: readonly Button[] = []) =>
        this.#respond(wire, text, buttons),
    } as const;
    if (button !== null) onPress({ ...act, button });
    if (line !== null) onInvocation({ ...act, line });
  }

  /** `null`: from a direct message or from a server that is not ours; nothing of it is taken. */
  #senderOf(wire: WireInteraction): { readonly by: Actor; readonly channelId: string } | null {
    const { guild_id: server, member, channel } = wire;
    const id = wire.channel_id ?? channel?.id;
    if (!server || !member || id === undefined) return null;
    const { rooms } = this.#options;
    // A thread belongs to its channel, if that is one of ours.
    const place = rooms.placeOf(id, server) ?? rooms.placeOf(channel?.parent_id ?? '', server);
    if (place === null && !rooms.isOurs(server)) return null;
    return { by: actorOf(member.user, member), channelId: place?.channelId ?? id };
  }

  /** The gateway may deliver one twice; it is answered once. */
  #isNew(id: string): boolean {
    if (this.#taken.has(id)) return false;
    this.#taken.add(id);
    const [oldest] = this.#taken;
    if (this.#taken.size > TAKEN_MAX && oldest !== undefined) this.#taken.delete(oldest);
    return true;
  }

  /** Shows the person alone that it is being worked on; `false` once they were told it failed. */
  async #acknowledge({ id, token }: WireInteraction): Promise<boolean> {
    const type = InteractionResponseType.DeferredChannelMessageWithSource;
    const body = { type, data: { flags: MessageFlags.Ephemeral } };
    let isUncertain = false;
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#callback(id, token, body);
        return true;
      } catch (error) {
        const failure = failureOf(error);
        const isTaken = 'code' in failure && failure.code === CODE.alreadyAcknowledged;
        // The first try got through; without one, somebody else has taken it.
        if (isTaken && isUncertain) return true;
        if (failure.kind !== 'unknown' || tries === TRIES) {
          this.#options.onTrouble(`an interaction was not taken: ${failure.detail}`);
          return false;
        }
        isUncertain = true;
      }
    }
  }

  async #callback(id: string, token: string, body: object): Promise<void> {
    const query = new URLSearchParams({ with_response: 'false' });
    // There is nothing to read in the answer, and some servers say that this nothing is JSON.
    const response = await this.#options.rest.queueRequest({
      ...{ body, query, auth: false, method: RequestMethod.Post },
      fullRoute: Routes.interactionCallback(id, token),
    });
    await response.arrayBuffer();
  }

  /** Each answer replaces the one before; repeating one does no harm. */
  async #respond(
    { application_id: application, token }: WireInteraction,
    text: string,
    buttons: readonly Button[],
  ): Promise<void> {
    const route = Routes.webhookMessage(application, token, '@original');
    const content = clip(text === '' ? '–' : text, TEXT_MAX);
    const body = { content, components: rowsOf(buttons), allowed_mentions: SILENT };
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#options.rest.patch(route, { body, auth: false });
        return;
      } catch (error) {
        const { kind, detail } = failureOf(error);
        if ((kind !== 'unknown' && kind !== 'later') || tries === TRIES) {
          this.#options.onTrouble(`an answer could not be shown: ${detail}`);
          return;
        }
        await passed(this.#options.clock, AGAIN_MS);
      }
    }
  }

  async #propose(wire: WireInteraction, by: Actor): Promise<void> {
    const typing = typingIn(wire, this.#options.command, this.#shapes);
    if (typing === null) return;
    const proposed = this.#complete(typing.command, typing.option, typing.typed, by);
    const choices = proposed.slice(0, CHOICES_MAX).map((value) => {
      const short = value.slice(0, CHOICE_LENGTH_MAX);
      return { name: short, value: short };
    });
    const type = InteractionResponseType.ApplicationCommandAutocompleteResult;
    await this.#callback(wire.id, wire.token, { type, data: { choices } });
  }
}

function passed(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}
