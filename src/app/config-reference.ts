/**
 * Every setting there is, read off the schema: its path, its environment variable, what it expects.
 * The one source for environment reading, suggestions and the example's test.
 */
import { z } from 'zod';

export const ENV_PREFIX = 'STRIKEWIRE_';

export type SettingType = 'boolean' | 'number' | 'text' | 'list' | 'table';

export interface Setting {
  readonly path: readonly string[];
  /** Environment variable; `null` when only the file can hold it. */
  readonly env: string | null;
  readonly type: SettingType;
  /** `a whole number from 0 to 65535`, `simulated or recorded`. */
  readonly expected: string;
}

const NODE = z.looseObject({
  type: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});
type Node = z.output<typeof NODE>;

/** All settings of a configuration schema, in the order they are declared. */
export function listSettings(schema: z.ZodType): readonly Setting[] {
  return collect(rootOf(schema), []);
}

/** What is expected at a path, also inside tables and lists; `null` when nothing is known there. */
export function expectedAt(schema: z.ZodType, path: readonly PropertyKey[]): string | null {
  const node = nodeAt(schema, path);
  return node === null || node.properties !== undefined ? null : expectation(node);
}

/** The keys an object at a path may have; empty where any key goes or nothing is known. */
export function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  return Object.keys(nodeAt(schema, path)?.properties ?? {});
}

function rootOf(schema: z.ZodType): Node {
  return NODE.parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
}

function nodeAt(schema: z.ZodType, path: readonly PropertyKey[]): Node | null {
  let node: Node = rootOf(schema);
  for (const step of path) {
    const inside =
      typeof step === 'number'
        ? node.items
        : (node.properties?.[String(step)] ?? node.additionalProperties);
    const next = NODE.safeParse(inside);
    if (!next.success) return null;
    node = unwrap(next.data);
  }
  return node;
}

function collect(node: Node, path: readonly string[]): Setting[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const inner = unwrap(NODE.parse(child));
    const here = [...path, name];
    return inner.properties === undefined ? [setting(inner, here)] : collect(inner, here);
  });
}

/** A nullable or lazily described node stands for the alternative that carries a shape. */
function unwrap(node: Node): Node {
  if (node.anyOf === undefined || node.type !== undefined) return node;
  const shaped = node.anyOf.map((one) => NODE.parse(one)).find((one) => one.type !== 'null');
  return shaped ?? node;
}

function setting(node: Node, path: readonly string[]): Setting {
  const type = typeOf(node);
  const env = type === 'table' ? null : ENV_PREFIX + path.map(snake).join('_');
  return { path, env, type, expected: expectation(node) };
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

function typeOf(node: Node): SettingType {
  if (node.type === 'boolean') return 'boolean';
  if (node.type === 'integer' || node.type === 'number') return 'number';
  if (node.type === 'object') return 'table';
  if (node.type !== 'array') return 'text';
  const items = NODE.safeParse(node.items);
  return items.success && items.data.type === 'object' ? 'table' : 'list';
}

function expectation(node: Node): string {
  if (node.enum !== undefined) return `one of ${node.enum.map(String).join(', ')}`;
  if (node.type === 'boolean') return 'true or false';
  if (node.type === 'integer') return `a whole number${range(node)}`;
  if (node.type === 'number') return `a number${range(node)}`;
  if (node.type === 'array') return 'a list';
  return node.type === 'object' ? 'a table of settings' : 'a text';
}

function range({ minimum, maximum }: Node): string {
  if (minimum === undefined || maximum === undefined) return '';
  return ` from ${minimum} to ${maximum}`;
}
