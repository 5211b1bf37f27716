/**
 * Where settings come from, weakest first: the YAML file, `.env`, the environment, options of the
 * command line. Each gives a tree of raw values and the place every value was written, so that a
 * problem found later can name it.
 */
import { parseEnv } from 'node:util';
import { isMap, isScalar, LineCounter, type ParsedNode, parseDocument } from 'yaml';
import { type ConfigProblem, nearestName } from './config-problems.ts';
import { ENV_PREFIX, type Setting } from './config-reference.ts';

export type Tree = { [key: string]: unknown };

export interface SourceTree {
  readonly tree: Tree;
  readonly problems: readonly ConfigProblem[];
  /** The place of the value at a path, or of the nearest thing that encloses it. */
  place(path: readonly PropertyKey[]): string;
}

/** Reads the text of a settings file. `name` is how problems call it. */
export function readYaml(text: string, name: string): SourceTree {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  const place = (path: readonly PropertyKey[]): string =>
    at(offsetOf(document.contents, path) ?? 0);
  const faults = [...document.errors, ...document.warnings].map((fault) => ({
    path: '',
    place: at(fault.pos[0]),
    message: `not valid YAML: ${fault.message.split('\n')[0] ?? fault.code}`,
    was: null,
  }));
  if (faults.length > 0) return { tree: {}, problems: faults, place };
  if (document.contents === null) return { tree: {}, problems: [], place };
  if (!isMap(document.contents)) {
    const message = 'expected settings such as "dryRun: true" at the top level';
    return { tree: {}, problems: [{ path: '', place: at(0), message, was: null }], place };
  }
  const tree = toTree(document);
  if (tree !== null) return { tree, problems: [], place };
  const message = 'expected settings written out: its aliases blow up';
  return { tree: {}, problems: [{ path: '', place: at(0), message, was: null }], place };
}

function toTree(document: ReturnType<typeof parseDocument>): Tree | null {
  try {
    const tree: unknown = document.toJS({ maxAliasCount: 20 });
    return isTree(tree) ? tree : {};
  } catch (error) {
    // What the library throws when aliases of aliases would fill the memory.
    if (error instanceof ReferenceError) return null;
    throw error;
  }
}

/** Reads variables with our prefix. `elsewhere`: names that belong to somebody else. */
export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
  settings: readonly Setting[],
  options: { readonly place: string; readonly elsewhere: ReadonlySet<string> },
): SourceTree {
  const byName = new Map(settings.flatMap((setting) => named(setting)));
  const tree: Tree = {};
  const problems: ConfigProblem[] = [];
  const names = new Map<string, string>();
  for (const [name, text] of Object.entries(variables)) {
    if (!name.startsWith(ENV_PREFIX) || text === undefined || options.elsewhere.has(name)) continue;
    const place = `${options.place} ${name}`;
    const setting = byName.get(name);
    if (setting === undefined) {
      problems.push(unknownVariable(name, place, byName.keys()));
    } else if (text === '') {
      const message = `set but empty; expected ${setting.expected}, or no such variable`;
      problems.push({ path: setting.path.join('.'), place, message, was: null });
    } else {
      putAt(tree, setting.path, readText(text, setting));
      names.set(setting.path.join('.'), name);
    }
  }
  const place = (path: readonly PropertyKey[]): string => {
    const name = names.get(path.join('.')) ?? names.get(path.slice(0, -1).join('.'));
    return name === undefined ? options.place : `${options.place} ${name}`;
  };
  return { tree, problems, place };
}

/** The variables of a `.env` file. */
export function readDotEnv(text: string): Readonly<Record<string, string | undefined>> {
  return parseEnv(text);
}

/** Values given as options: `{ 'http.port': '7421' }`, each named by its option. */
export function readOptions(
  values: Readonly<Record<string, { readonly option: string; readonly value: unknown }>>,
): SourceTree {
  const tree: Tree = {};
  for (const [path, { value }] of Object.entries(values)) putAt(tree, path.split('.'), value);
  return {
    tree,
    problems: [],
    place(path) {
      // An item of a list stands where its list was given.
      const lists = path.map((_, at) => path.slice(0, path.length - at).join('.'));
      const given = lists.find((name) => values[name] !== undefined) ?? '';
      return `option ${values[given]?.option ?? ''}`;
    },
  };
}

/** What is at a path of a tree, and whether anything is. */
export function lookUp(
  tree: unknown,
  path: readonly PropertyKey[],
): { readonly value: unknown } | null {
  let value = tree;
  for (const step of path) {
    if (Array.isArray(value) && typeof step === 'number' && step in value) value = value[step];
    else if (isTree(value) && Object.hasOwn(value, step)) value = value[String(step)];
    else return null;
  }
  return { value };
}

/** `over` laid on `under`: tables merge, everything else is replaced whole. */
export function overlay(under: Tree, over: Tree): Tree {
  const merged = new Map(Object.entries(under));
  for (const [key, value] of Object.entries(over)) {
    const below = merged.get(key);
    merged.set(key, isTree(below) && isTree(value) ? overlay(below, value) : value);
  }
  return Object.fromEntries(merged);
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function named(setting: Setting): [string, Setting][] {
  return setting.env === null ? [] : [[setting.env, setting]];
}

function unknownVariable(name: string, place: string, known: Iterable<string>): ConfigProblem {
  const nearest = nearestName(name, known);
  const hint = nearest === null ? 'see .env.example for all of them' : `did you mean ${nearest}?`;
  return { path: '', place, message: `no such setting; ${hint}`, was: null };
}

/** Text becomes what the setting is made of; a text that does not fit is left for the schema. */
function readText(text: string, setting: Setting): unknown {
  if (setting.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (setting.type === 'number') return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  if (setting.type === 'list') return text.split(',').map((item) => item.trim());
  return text;
}

function putAt(tree: Tree, path: readonly string[], value: unknown): void {
  const [first, ...rest] = path;
  if (first === undefined) return;
  if (rest.length === 0) {
    tree[first] = value;
    return;
  }
  const inner = tree[first];
  const table = isTree(inner) ? inner : {};
  tree[first] = table;
  putAt(table, rest, value);
}

/** Where the key of the innermost existing step of `path` stands. */
function offsetOf(root: ParsedNode | null, path: readonly PropertyKey[]): number | null {
  let node: unknown = root;
  let offset = root?.range[0] ?? null;
  for (const step of path) {
    if (!isMap(node)) break;
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
    if (pair === undefined) break;
    if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
    node = pair.value;
  }
  return offset;
}
