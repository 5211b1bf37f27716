import { expect, it } from 'vitest';
import { networkOf } from '#adapters/http/origin.ts';

it.each([
  ['10.0.0.1', '10.0.0.1'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['::1', '0:0:0:0::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:0DB8:0000:0007:1:2:3:4', '2001:db8:0:7::/64'],
  ['2001:db8:0:7::', '2001:db8:0:7::/64'],
  ['1::2::3', '1:0:0:0::/64'],
  ['roles', 'roles'],
])('one person at %s holds %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
