/** The tables in the documents say what the code says. */
import { describe, expect, it } from 'vitest';
import { PROBLEMS } from '#operate/model.ts';
import { withTables } from '../../scripts/documents/tables.ts';
import { pathsOf, read } from '../architecture/source.ts';

const documents = [...pathsOf('*.md'), ...pathsOf('docs/**/*.md')];
const troubleshooting = read('docs/troubleshooting.md');

describe('tables made from the code', () => {
  it.each(documents)('are up to date, or `npm run document` makes them so: %s', (path) => {
    const text = read(path);
    expect(withTables(text)).toBe(text);
  });

  it('are where people look for reasons, exit codes and damages', () => {
    const made = (path: string): readonly string[] =>
      [...read(path).matchAll(/<!-- table: (?<name>[a-z ]+) -->/g)].map(([, name]) => name ?? '');
    expect(made('docs/alerts.md')).toEqual(['parser reasons', 'intake reasons', 'risk reasons']);
    expect(made('docs/troubleshooting.md')).toEqual(['exit codes', 'journal damages']);
    expect(made('docs/http.md')).toEqual(['http routes', 'http problems']);
    expect(made('docs/certification.md')).toEqual(['certification scenarios']);
  });

  it('replace what stood there before', () => {
    const old = '<!-- table: exit codes -->\nof last year\n<!-- end -->\n';
    expect(withTables(old)).toMatch(/^<!-- table: exit codes -->\n\n\| exit code \|.*\n/);
    expect(withTables(old)).not.toContain('of last year');
    expect(withTables(withTables(old))).toBe(withTables(old));
  });

  it('are known by name', () => {
    expect(() => withTables('<!-- table: prices -->\n<!-- end -->')).toThrow('no table "prices"');
  });
});

describe('docs/troubleshooting.md', () => {
  it('says of each HTTP problem its status and what to do, and of nothing else', () => {
    const rows = rowsOf('HTTP').map(([code, status]) => `${code} ${status}`);
    const problems = Object.entries(PROBLEMS).map(([code, { status }]) => `\`${code}\` ${status}`);
    expect(rows).toEqual(problems);
  });

  it('says of each incident what it means and what to do, and of nothing else', () => {
    const rows = rowsOf('Incidents').map(([code]) => code);
    expect(rows).toEqual(incidentCodes().map((code) => `\`${code}\``));
  });

  it('leaves no cell of its tables empty', () => {
    const cells = [...troubleshooting.matchAll(/^\|.*\|$/gm)].flatMap(([line]) => cellsOf(line));
    expect(cells.filter((cell) => cell === '')).toEqual([]);
  });
});

/** Cells of the rows of the table under a heading, without its own headings. */
function rowsOf(heading: string): readonly (readonly string[])[] {
  const section = troubleshooting.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  const lines = (section ?? '').split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map(cellsOf);
}

function cellsOf(line: string): readonly string[] {
  return line
    .slice(1, -1)
    .split('|')
    .map((text) => text.trim());
}

/** Every code an incident is raised with, wherever in the source. */
function incidentCodes(): readonly string[] {
  const raised = /\b(?:incident|tellOnce)\((?:[\w']+, )?'(?<code>[a-z]+(?:_[a-z]+)+)'/g;
  const found = pathsOf('src/**/*.ts').flatMap((path) => [...read(path).matchAll(raised)]);
  return [...new Set(found.map((match) => match.groups?.['code'] ?? ''))].toSorted();
}
