import { describe, expect, it } from 'vitest';
import { admit } from '#alerts/admission.ts';
import { createIntakeMemory, hasSeen } from '#alerts/duplicates.ts';
import type { ChatMessage } from '#alerts/model.ts';
import { AlertSettingsSchema } from '#alerts/settings.ts';
import { createRandom } from '#kernel/random.ts';
import type { ChatPlatform } from '#publish/ports.ts';
import type { DiscordService } from '../../stand-ins/discord/service.ts';
import { withDiscord } from './desk-side.ts';

const MESSAGES = 1_000;

/** What the desk keeps: survives every process. Decides as intake does, in one turn. */
class Ledger {
  readonly decisions = new Map<string, number>();
  readonly #memory = createIntakeMemory();
  readonly #settings;
  #last: string | null = null;
  #onDecision: () => void = () => undefined;

  constructor({ trader, channelId }: DiscordService) {
    this.#settings = AlertSettingsSchema.parse({
      people: { [`discord:${trader.id}`]: { permissions: ['alert'] } },
      channels: { [`discord:${channelId}`]: { purpose: 'alerts' } },
      ageMsMax: 120_000,
    });
  }

  take(message: ChatMessage): void {
    const { key, messageId, receivedAt } = message;
    if (message.relation === 'edit' || hasSeen(this.#memory, key)) return;
    const { kind } = admit(message, this.#settings, this.#memory, receivedAt);
    this.#memory.decided.add(key);
    if (this.#last === null || BigInt(messageId) > BigInt(this.#last)) this.#last = messageId;
    if (kind === 'admitted') {
      this.decisions.set(messageId, (this.decisions.get(messageId) ?? 0) + 1);
    }
    this.#onDecision();
  }

  last(): string | null {
    return this.#last;
  }

  async until(count: number): Promise<void> {
    while (this.decisions.size < count) {
      await new Promise<void>((resolve) => {
        this.#onDecision = resolve;
      });
    }
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe(`${MESSAGES} alerts across broken connections, lost sessions, repeats and restarts`, () => {
  it.concurrent.each([1, 2])('each lead to one decision (seed %i)', (seed) =>
    withDiscord(async ({ service, platform, heard, again }) => {
      const random = createRandom(`trouble ${seed}`);
      const ledger = new Ledger(service);
      const { gateway, rest } = service.standIn;
      let desk: ChatPlatform = platform;
      /** The process dies at this instant: what it has not recorded, it has not recorded. */
      let isAlive = { yes: true };
      const record = async (message: ChatMessage): Promise<void> => {
        const own = isAlive;
        for (let turns = random.integer(0, 3); turns > 0; turns -= 1) await turn();
        if (!own.yes) throw new Error('the process is gone');
        ledger.take(message);
      };
      heard.onMessage = record;
      const troubles: readonly (() => Promise<void> | void)[] = [
        () => gateway.close(4000),
        () => gateway.close(1000),
        () => gateway.reset(),
        () => gateway.askReconnect(),
        () => gateway.invalidate(),
        () => gateway.repeatLast(),
        () => rest.fail({ path: /\/messages$/, times: 2, how: 'taken_then_500' }),
        () => gateway.sendRaw('{"op":0,"t":"MESSAGE_CREATE","s":1,"d":{}}'),
        async () => {
          isAlive.yes = false;
          const gone = desk;
          const next = again();
          isAlive = { yes: true };
          next.heard.onMessage = record;
          desk = next.platform;
          const last = ledger.last();
          await desk.start((id) => (id === service.channelId ? last : null));
          await gone.stop();
        },
      ];
      const ids: string[] = [];
      for (let n = 0; n < MESSAGES; n += 1) {
        if (random.chance(0.05)) gateway.hold();
        ids.push(await service.say(`BTO UBER 78p 12/05 @ 0.${n}`));
        if (random.chance(0.2)) {
          gateway.release((frames) => [...frames.toReversed(), ...frames.slice(0, 1)]);
        }
        if (random.chance(0.3)) await turn();
        if (random.chance(0.03)) await random.pick(troubles)();
        if (random.chance(0.01)) await gateway.until(() => gateway.connected() > 0);
      }
      gateway.release((frames) => frames);
      await ledger.until(MESSAGES);
      expect([...ledger.decisions.keys()].toSorted()).toEqual(ids.toSorted());
      expect(new Set(ledger.decisions.values())).toEqual(new Set([1]));
    }),
  );
});
