/** API keys in one file of the data directory: digests, never secrets. */
import { z } from 'zod';
import { epochMs, formatInstant, parseInstant } from '#kernel/time.ts';
import { type KeyRecord, ROLES } from '#operate/model.ts';
import type { KeyStore } from '#operate/ports.ts';
import { ownerFile } from './owner-file.ts';

const KeyFile = z.strictObject({
  keys: z.array(
    z.strictObject({
      id: z.string().regex(/^[a-z2-7]{12}$/),
      role: z.enum(ROLES),
      digest: z.string().regex(/^[0-9a-f]{64}$/),
      created_at: z.string().refine((text) => parseInstant(text) !== null),
      note: z.string().max(500).exactOptional(),
    }),
  ),
});

/** The key file is not as the desk writes it: somebody changed it by hand. */
export class KeyFileDamaged extends Error {
  override readonly name = 'KeyFileDamaged';
}

export function createKeyFileStore(path: string): KeyStore {
  const file = ownerFile(path, (json) => readKeys(path, json), render);
  return {
    find: (id) => file.rows().get(id) ?? null,
    list: () => [...file.rows().values()],
    add(record) {
      file.change((keys) => new Map([...keys, [record.id, record]]));
    },
    remove(id) {
      if (!file.rows().has(id)) return false;
      file.change((keys) => new Map([...keys].filter(([other]) => other !== id)));
      return true;
    },
  };
}

type Keys = ReadonlyMap<string, KeyRecord>;

function readKeys(path: string, json: unknown): Keys {
  if (json === null) return new Map();
  const parsed = KeyFile.safeParse(json);
  if (!parsed.success) throw new KeyFileDamaged(`${path} is not a key file of this program`);
  return new Map(
    parsed.data.keys.map(({ created_at: createdAt, ...key }) => [
      key.id,
      { ...key, createdAt: parseInstant(createdAt) ?? epochMs(0) },
    ]),
  );
}

function render(keys: Keys): unknown {
  const rows = [...keys.values()].map(({ id, role, digest, createdAt, note }) => ({
    id,
    role,
    digest,
    created_at: formatInstant(createdAt),
    ...(note !== undefined && { note }),
  }));
  return { keys: rows };
}
