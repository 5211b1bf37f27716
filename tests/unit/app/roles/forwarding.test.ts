/** What a process without a desk makes of a request before it asks the desk. */
import { describe, expect, it } from 'vitest';
import type { Act } from '#app/roles/exchange.ts';
import { forwardingRoutes } from '#app/roles/forwarding.ts';
import { createAuditView } from '#audit/view.ts';

const MESSAGE = { text: 'gm', user_id: 'operator', channel_id: 'local' };

async function forwarded(key: string | null, body: object = MESSAGE): Promise<unknown> {
  const asked: Act[] = [];
  const routes = forwardingRoutes({
    asker: {
      async ask(act) {
        asked.push(act);
        return { kind: 'silent' };
      },
    },
    audit: () => createAuditView(),
    newId: () => `made-${Math.random()}`,
  });
  const route = routes.find(({ endpoint }) => endpoint.path === '/admin/alerts/process');
  const caller = { id: 'key:abc', role: 'operator' } as const;
  const call = { caller, key, needsCode: false, requestId: 'req-1', params: {}, query: {}, body };
  const work = route?.prepare(call);
  if (typeof work !== 'function') throw new Error('the message was refused');
  await work();
  const [act] = asked;
  return act?.op === 'http' ? act.body : null;
}

describe('a message that is forwarded', () => {
  it('is the same request each time under a key, so that its repeat is known as one', async () => {
    expect(await forwarded('k-1')).toEqual(await forwarded('k-1'));
    expect(await forwarded('k-1')).toEqual(MESSAGE);
  });

  it('gets an id where nothing else names it, and keeps one it has', async () => {
    expect(JSON.stringify(await forwarded(null))).toContain('"message_id":"made-');
    expect(await forwarded(null, { ...MESSAGE, message_id: 'own' })).toMatchObject({
      message_id: 'own',
    });
  });
});
