/** What chat platforms promise where the service is away, loses answers or refuses. */
import { expect, it } from 'vitest';
import { deliveredId, postOf, type Use } from './chat-service.ts';

export function gaps(use: Use): void {
  it('fetches what was said while it was away, oldest first and none twice', ({ skip }) =>
    use(
      async ({ service, heard }) => {
        await service.say('before');
        await heard.texts(1);
        await service.cut();
        const missed = Array.from({ length: 120 }, (_, n) => `missed ${n}`);
        for (const text of missed) await service.say(text);
        await service.say('elsewhere', { channelId: service.secondChannelId });
        await service.mend();
        await heard.texts(122);
        await service.say('after');
        await heard.until(() => heard.messages.some(({ text }) => text === 'after'));
        const here = heard.messages.filter(({ channelId }) => channelId === service.channelId);
        expect(here.map(({ text }) => text)).toEqual(['before', ...missed, 'after']);
        expect(heard.messages.map(({ text }) => text)).toContain('elsewhere');
      },
      { skip, capability: 'gaps' },
    ));

  it('hands over once more what was not on record when the connection broke', ({ skip }) =>
    use(
      async ({ service, heard }) => {
        heard.onMessage = () => Promise.reject(new Error('the disk is full'));
        await service.say('unrecorded');
        await heard.texts(1);
        heard.onMessage = async () => undefined;
        await service.cut();
        await service.mend();
        expect(await heard.texts(2)).toEqual(['unrecorded', 'unrecorded']);
      },
      { skip, capability: 'gaps' },
    ));

  it('gives a repeated event the key it had', () =>
    use(async ({ service, heard }) => {
      await service.say('BTO UBER 78p 12/05 @ 0.75');
      await service.repeatLast();
      await service.say('last');
      await heard.until(() => heard.messages.some(({ text }) => text === 'last'));
      expect(new Set(heard.messages.map(({ key }) => key)).size).toBe(2);
    }));
}

export function failures(use: Use): void {
  it.for(['answer_lost', 'taken_then_500'] as const)(
    'shows a post once after %s',
    (how, { skip }) =>
      use(
        async ({ platform, service }) => {
          const post = postOf({ key: 'a', channelId: service.channelId });
          service.failNext(how);
          const first = await platform.post(post);
          const second = first.kind === 'delivered' ? first : await platform.post(post);
          expect(service.shown()).toHaveLength(1);
          expect(deliveredId(second)).toBe(service.shown()[0]?.postId);
        },
        { skip, capability: 'faults' },
      ),
  );

  it('shows it once although its text has changed since', ({ skip }) =>
    use(
      async ({ platform, service }) => {
        const post = postOf({ key: 'a', channelId: service.channelId });
        service.failNext('answer_lost');
        await platform.post(post);
        await platform.post({ ...post, text: 'Filled 1 at 0.75' });
        expect(service.shown()).toHaveLength(1);
        expect(service.shown()[0]?.text).toContain('Filled 1 at 0.75');
      },
      { skip, capability: 'faults' },
    ));

  it('says how long to wait when there was too much', ({ skip }) =>
    use(
      async ({ platform, service }) => {
        service.failNext({ limitedMs: 30_000 });
        const outcome = await platform.post(postOf({ key: 'a', channelId: service.channelId }));
        expect(outcome).toMatchObject({ kind: 'failed', retry: true });
        const waitMs = outcome.kind === 'failed' ? (outcome.waitMs ?? 0) : 0;
        expect(waitMs).toBeGreaterThan(25_000);
        expect(service.shown()).toEqual([]);
      },
      { skip, capability: 'faults' },
    ));

  it('goes on in other channels when one is closed to it', ({ skip }) =>
    use(
      async ({ platform, service, heard }) => {
        service.failNext('forbidden');
        const refused = await platform.post(postOf({ key: 'a', channelId: service.channelId }));
        const other = postOf({ key: 'b', channelId: service.secondChannelId });
        expect(refused).toMatchObject({ kind: 'failed', retry: false });
        expect((await platform.post(other)).kind).toBe('delivered');
        expect(heard.problems).toMatchObject([{ fatal: false }]);
        expect(heard.problems[0]?.detail).toContain(service.channelId);
      },
      { skip, capability: 'faults' },
    ));

  it('keeps the order of posts in a channel', () =>
    use(async ({ platform, service }) => {
      const keys = Array.from({ length: 8 }, (_, n) => `post ${n}`);
      const { channelId } = service;
      await Promise.all(keys.map((key) => platform.post(postOf({ key, channelId, text: key }))));
      const lines = service.shown().map(({ text }) => text.split('\n')[0]);
      expect(lines).toEqual(keys);
    }));
}
