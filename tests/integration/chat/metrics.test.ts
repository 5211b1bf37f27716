/** How a chat platform is doing, as the metrics of a desk that is connected to it tell it. */
import { expect, it } from 'vitest';
import { deskGauges } from '#app/metrics/desk-gauges.ts';
import { withDesk } from './composed.ts';

it('tells whether a platform is connected, and how long it has been quiet', async () => {
  await withDesk(async ({ service, desk }) => {
    const told = () => deskGauges(desk.app).platforms();
    await expect.poll(told).toMatchObject([{ platform: 'discord', isConnected: true }]);
    expect(told()[0]?.quietMs).toBeGreaterThanOrEqual(0);
    service.standIn.gateway.close(4004);
    await expect.poll(() => told()[0]?.isConnected, { timeout: 60_000 }).toBe(false);
  });
});
