/** Who may do what, changed in the file while the desk runs. */
import { describe, expect, it } from 'vitest';
import { openDiscordService } from '../../stand-ins/discord/service.ts';
import { type Composed, compose, onDiscord, until } from './composed.ts';

interface Stage {
  readonly desk: Composed;
  readonly yaml: Readonly<Record<string, unknown>>;
  readonly trader: string;
  readonly alerts: string;
  readonly control: string;
  say(text: string): Promise<void>;
}

async function withStage(act: (stage: Stage) => Promise<void>): Promise<void> {
  const service = await openDiscordService();
  const trader = `discord:${service.trader.id}`;
  const alerts = `discord:${service.channelId}`;
  const control = `discord:${service.secondChannelId}`;
  const given = onDiscord(service);
  const yaml = {
    ...given.yaml,
    alerts: {
      ...{ duplicateWindowMs: 0, repeat: 'allow' },
      people: { [trader]: { permissions: ['alert'] } },
      channels: { [alerts]: { purpose: 'alerts' }, [control]: { purpose: 'control' } },
    },
  };
  const desk = await compose({ yaml, environment: given.environment });
  try {
    await service.standIn.gateway.until(() => service.standIn.gateway.connected() === 1);
    await act({
      ...{ desk, yaml, trader, alerts, control },
      async say(text) {
        const before = desk.bodies('alert.decided').length;
        await service.say(text);
        await until(() => desk.bodies('alert.decided').length > before);
      },
    });
  } finally {
    await desk.close();
    await service.close();
  }
}

const verdicts = ({ bodies }: Composed): readonly string[] =>
  bodies('alert.decided').map(({ verdict, code }) => `${verdict} ${code}`);
const acts = ({ bodies }: Composed): readonly string[] =>
  bodies('operator.acted').map(({ act, reason }) => `${act} ${reason}`);

describe('a configuration that is read again', () => {
  it('takes and gives permissions at once, on record with before and after', () =>
    withStage(async ({ desk, yaml, trader, alerts, control, say }) => {
      const channels = { [alerts]: { purpose: 'alerts' }, [control]: { purpose: 'control' } };
      const text = await desk.alert();
      desk.rewrite({ ...yaml, alerts: { people: {}, channels } });
      expect(await desk.app.reload('discord:9')).toMatchObject({ kind: 'done' });
      await say(text);
      expect(verdicts(desk).at(-1)).toBe('refused author_not_allowed');
      expect(acts(desk).join('\n')).toContain(`person ${trader} before: alert; after: not listed`);
      expect(desk.records().find(({ actor }) => actor === 'discord:9')?.kind).toBe(
        'operator.acted',
      );
      desk.rewrite(yaml);
      await desk.app.reload('discord:9');
      await say(text);
      expect(verdicts(desk).at(-1)).toBe('order entry');
    }));

  it('closes a channel that is listed no more, and names one that it cannot hear yet', () =>
    withStage(async ({ desk, yaml, trader, alerts, control }) => {
      const channels = {
        [control]: { purpose: 'control' },
        'discord:777777777777777777': { purpose: 'alerts' },
      };
      const people = { [trader]: { permissions: ['alert'] } };
      desk.rewrite({ ...yaml, alerts: { people, channels } });
      const outcome = await desk.app.reload('discord:9');
      expect(outcome.detail).toMatch(/needs a restart: .*channels discord:777777777777777777/);
      const [channelId = '', userId = ''] = [alerts, trader].map((id) => id.split(':')[1]);
      const said = { channelId, userId, text: await desk.alert(), messageId: null };
      const asked = { ...said, platform: 'discord', postedAt: null, dryRun: false } as const;
      expect((await desk.app.control.process(asked)).code).toBe('channel_not_allowed');
      await until(() => isTold(desk));
      expect(desk.bodies('trade.opened')).toEqual([]);
    }));

  it('changes nothing else, and names what it left', () =>
    withStage(async ({ desk, yaml }) => {
      desk.rewrite({ ...yaml, dryRun: true, orders: { looksMin: 5 } });
      const outcome = await desk.app.reload('discord:9');
      expect(outcome).toMatchObject({ kind: 'done' });
      expect(outcome.detail).toMatch(/needs a restart: .*dryRun.*orders\.looksMin/);
    }));

  it.each([
    ['a setting that there is not', 'alerts: { persons: {} }\n', 'alerts.persons'],
    ['no YAML', 'alerts: [\n', 'strikewire.yaml'],
    [
      'one bad permission among good ones',
      'alerts: { people: { "discord:1": { permissions: [alert, all] } } }\n',
      'permissions',
    ],
  ])('with %s changes nothing and says where', (_, text, place) =>
    withStage(async ({ desk, say }) => {
      const alert = await desk.alert();
      desk.rewrite(text);
      const outcome = await desk.app.reload('discord:9');
      expect(outcome).toMatchObject({ kind: 'refused', code: 'configuration_invalid' });
      expect(outcome.detail).toMatch(/nothing was changed/);
      expect(outcome.detail).toContain(place);
      await say(alert);
      expect(verdicts(desk).at(-1)).toBe('order entry');
    }),
  );
});

/** The control channel has been told of the change. */
function isTold({ bodies }: Composed): boolean {
  return bodies('notice.delivered').some(({ key }) => key.includes('change:'));
}
