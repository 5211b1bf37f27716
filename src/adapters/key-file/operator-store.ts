/**
 * People who log in, in one file of the data directory that its owner alone may read: passwords as
 * argon2id digests; the secret of a second factor as it is, because codes are made from it.
 */
import { z } from 'zod';
import { epochMs, formatInstant, parseInstant } from '#kernel/time.ts';
import { type OperatorRecord, ROLES } from '#operate/model.ts';
import type { OperatorStore } from '#operate/ports.ts';
import { ownerFile } from './owner-file.ts';

const OperatorFile = z.strictObject({
  operators: z.array(
    z.strictObject({
      name: z.string().regex(/^[a-z][a-z0-9._-]{1,31}$/),
      role: z.enum(ROLES),
      password: z.string().regex(/^\$argon2id\$[\w=$,+/.-]{20,300}$/),
      totp: z
        .string()
        .regex(/^[A-Z2-7]{16,64}$/)
        .nullable(),
      recovery: z.array(z.string().regex(/^[0-9a-f]{64}$/)).max(20),
      created_at: z.string().refine((text) => parseInstant(text) !== null),
    }),
  ),
});

/** The file is not as the desk writes it: somebody changed it by hand. */
export class OperatorFileDamaged extends Error {
  override readonly name = 'OperatorFileDamaged';
}

export function createOperatorFileStore(path: string): OperatorStore {
  const file = ownerFile(path, (json) => readOperators(path, json), render);
  return {
    find: (name) => file.rows().get(name) ?? null,
    list: () => [...file.rows().values()],
    put(record) {
      file.change((people) => new Map([...people, [record.name, record]]));
    },
    remove(name) {
      if (!file.rows().has(name)) return false;
      file.change((people) => new Map([...people].filter(([other]) => other !== name)));
      return true;
    },
  };
}

type People = ReadonlyMap<string, OperatorRecord>;

function readOperators(path: string, json: unknown): People {
  if (json === null) return new Map();
  const parsed = OperatorFile.safeParse(json);
  if (!parsed.success) {
    throw new OperatorFileDamaged(`${path} is not a file of operators of this program`);
  }
  return new Map(
    parsed.data.operators.map(({ created_at: createdAt, ...person }) => [
      person.name,
      { ...person, createdAt: parseInstant(createdAt) ?? epochMs(0) },
    ]),
  );
}

function render(people: People): unknown {
  const rows = [...people.values()].map(({ createdAt, ...person }) => ({
    ...person,
    created_at: formatInstant(createdAt),
  }));
  return { operators: rows };
}
