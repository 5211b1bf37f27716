/** Source files as the rules see them: path, text, syntax tree, imports. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Comment, type Program, parseSync } from 'oxc-parser';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Import {
  readonly specifier: string;
  readonly start: number;
  /** `export … from`: what it names is passed on, not used. */
  readonly passedOn: boolean;
}

export interface Source {
  /** From the project's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly program: Program;
  readonly comments: readonly Comment[];
  readonly imports: readonly Import[];
  /** `src/risk/gates.ts:12: what is wrong`, for the character at `start`. */
  at(start: number, what: string): string;
}

export function source(path: string, text: string): Source {
  const parsed = parseSync(path, text);
  const [error] = parsed.errors;
  if (error !== undefined) throw new SyntaxError(`${path}: ${error.message}`);
  const { staticImports, staticExports, dynamicImports } = parsed.module;
  const imports = [
    ...staticImports.map(({ moduleRequest, start }) => ({
      specifier: moduleRequest.value,
      start,
      passedOn: false,
    })),
    ...staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest, start }) =>
        moduleRequest === null ? [] : [{ specifier: moduleRequest.value, start, passedOn: true }],
      ),
    ),
    ...dynamicImports.map(({ moduleRequest, start }) => ({
      specifier: text.slice(moduleRequest.start + 1, moduleRequest.end - 1),
      start,
      passedOn: false,
    })),
  ];
  return {
    path,
    text,
    program: parsed.program,
    comments: parsed.comments,
    imports,
    at: (start, what) => `${path}:${text.slice(0, start).split('\n').length}: ${what}`,
  };
}

/** Every TypeScript file of the project's own folders. */
export function readSources(): readonly Source[] {
  return pathsOf('{src,tests,scripts,bench}/**/*.ts').map((path) => source(path, read(path)));
}

export function pathsOf(pattern: string): readonly string[] {
  return globSync(pattern, { cwd: ROOT }).toSorted();
}

export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
