/** A desk that starts on an account which was certified a moment ago, as a person begins. */
import { expect, it } from 'vitest';
import { newDirectory, strikewire } from '../../cli/strikewire.ts';
import { openVenue } from '../../crash/venue-desk.ts';
import { ask, openDesk, recordOnce } from '../process/desks.ts';

/** Every way in which a certification's order comes to be and ends. */
const ORDERS = 'limit_live,edit,edit_again,put,cancel,duplicate_identifier,rejected,fill,close';

it('begins without an incident, and has every order of it on record', async () => {
  const { settings: usual, standIn } = await openVenue({ session: 'always-open', market: 'walk' });
  const environment = { ...usual, STRIKEWIRE_ENVIRONMENT: 'rehearsal' };
  const directory = newDirectory();
  const { code } = await strikewire(['certify', '--data', directory, '--only', ORDERS], {
    environment,
  });
  expect(code).toBe(0);
  const placed = standIn.ledger.orders().length;
  expect(placed).toBeGreaterThan(8);
  const desk = await openDesk(environment, directory);
  const records = await recordOnce(
    directory,
    (all) => all.filter(({ kind }) => kind === 'order.foreign').length >= placed,
  );
  expect(records.filter(({ kind }) => kind === 'order.foreign')).toHaveLength(placed);
  expect((await ask(desk, 'GET /api/v1/incidents')).body).toEqual({ items: [] });
});
