/**
 * The whole product of who, where, what kind and how: exactly one combination may trigger. A single
 * further one is an order from the wrong person.
 */
import { expect, it } from 'vitest';
import { admit } from '#alerts/admission.ts';
import { createIntakeMemory } from '#alerts/duplicates.ts';
import { PLATFORMS, type Relation } from '#alerts/model.ts';
import { plus } from '#kernel/time.ts';
import { alertSettingsOf, messageOf, ROOM, TRADER } from '../../../fixtures/alerts.ts';
import { NOW } from '../../../fixtures/risk.ts';

const KINDS = ['person', 'bot', 'webhook', 'system'] as const;
const RELATIONS: readonly Relation[] = [
  'initial',
  'reply',
  'thread',
  'forward',
  'crosspost',
  'edit',
];
/** The listed one, its look-alikes, ids of other things, and nothing. */
const USERS = [
  TRADER,
  '7002',
  '07001',
  `${TRADER} `,
  '７００１',
  'Ana',
  ROOM,
  '8001',
  '',
  'toString',
];
const ROLES = [[], ['8002'], [TRADER], [ROOM]] as const;
const CHANNELS = [ROOM, '5002', '05001', '#alerts', TRADER, '', 'constructor'];
const POSTED_MS = [0, -40_000, 40_000];

/** Besides the one that counts: others' permissions, other purposes, the same ids elsewhere. */
const SETTINGS = alertSettingsOf({
  people: {
    [`discord:${TRADER}`]: { permissions: ['alert'] },
    'discord:7002': { permissions: ['trade', 'operate', 'admin'] },
    [`slack:${TRADER}`]: { permissions: ['alert'] },
    [`local:${TRADER}`]: { permissions: [] },
  },
  roles: { 'discord:8001': { permissions: ['alert'] }, 'discord:8002': { permissions: [] } },
  channels: {
    [`discord:${ROOM}`]: { purpose: 'alerts' },
    'discord:5002': { purpose: 'commands' },
    [`local:${ROOM}`]: { purpose: 'alerts' },
  },
});

/** Reads a number as one choice from each list it is asked for: 0, 1, 2 … run through all. */
function chooser(combination: number): <T>(from: readonly T[]) => T {
  let rest = combination;
  return <T>(from: readonly T[]): T => {
    const chosen = from.slice(rest % from.length)[0];
    rest = Math.floor(rest / from.length);
    if (chosen === undefined) throw new Error('a list of choices is not empty');
    return chosen;
  };
}

const COMBINATIONS = [PLATFORMS, USERS, ROLES, CHANNELS, KINDS, RELATIONS, POSTED_MS].reduce(
  (product, { length }) => product * length,
  1,
);

it('one combination of all is admitted, whatever roles it comes with', () => {
  const memory = createIntakeMemory();
  const admitted: string[] = [];
  for (let combination = 0; combination < COMBINATIONS; combination += 1) {
    const choose = chooser(combination);
    const message = messageOf({
      platform: choose(PLATFORMS),
      author: { id: choose(USERS), roleIds: choose(ROLES), kind: choose(KINDS) },
      channelId: choose(CHANNELS),
      relation: choose(RELATIONS),
      postedAt: plus(NOW, choose(POSTED_MS)),
    });
    const verdict = admit(message, SETTINGS, memory, NOW);
    if (verdict.kind === 'admitted') {
      const { author, relation, postedAt } = message;
      const how = [author.kind, relation, postedAt - NOW, author.roleIds.join()].join('/');
      admitted.push(`${verdict.author} in ${verdict.channel} as ${how}`);
    }
  }
  expect(COMBINATIONS).toBe(60_480);
  expect(admitted).toEqual(
    ROLES.map((roles) => `discord:7001 in discord:5001 as person/initial/0/${roles.join()}`),
  );
});
