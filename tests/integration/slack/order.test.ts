import { describe, expect, it } from 'vitest';
import { type Scene, withSlack } from './desk-side.ts';

function say({ slack, channel, trader }: Scene, text: string): string {
  return slack.world.post({ channelId: channel, user: trader, text }).ts;
}

describe('messages of Slack', () => {
  it('wait for those before them also when they come in one breath with the greeting', () =>
    withSlack(async (scene) => {
      const known = say(scene, 'on record');
      say(scene, 'missed');
      const { platform, heard } = scene.desk();
      scene.slack.socket.withHello = () => say(scene, 'live');
      await platform.start(() => known);
      expect(await heard.texts(2)).toEqual(['missed', 'live']);
    }));

  it('that newer ones have overtaken before a restart are read once more', () =>
    withSlack(async (scene) => {
      say(scene, 'overtaken');
      const known = say(scene, 'on record');
      const { platform, heard } = scene.desk({ overlapMs: 60_000 });
      await platform.start(() => known);
      expect(await heard.texts(2)).toEqual(['overtaken', 'on record']);
    }));
});
