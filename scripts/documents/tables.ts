/**
 * The tables of the documents that are made from the code, so that none can fall behind it.
 *
 * A document says where one goes:
 *
 *     <!-- table: parser reasons -->
 *     <!-- end -->
 *
 * `npm run document` writes what belongs between the two; a test compares.
 */
import { INTAKE_REASONS } from '#alerts/intake-reasons.ts';
import { PARSER_REASONS } from '#alerts/parser-reasons.ts';
import { EXIT } from '#app/exit-codes.ts';
import { DAMAGES } from '#journal/model.ts';
import { RISK_REASONS } from '#risk/reasons.ts';

interface Explained {
  readonly means: string;
  readonly remedy: string;
}

const PLACE = /<!-- table: (?<name>[a-z ]+) -->\n[\s\S]*?<!-- end -->/g;

const TABLES: ReadonlyMap<string, () => string> = new Map([
  ['parser reasons', () => reasonTable(PARSER_REASONS)],
  ['intake reasons', () => reasonTable(INTAKE_REASONS)],
  ['risk reasons', () => reasonTable(RISK_REASONS)],
  ['journal damages', () => reasonTable(DAMAGES)],
  ['exit codes', exitTable],
]);

/** The document with every table as the code has it now. */
export function withTables(document: string): string {
  return document.replaceAll(PLACE, (_, name: string) => {
    const made = TABLES.get(name);
    if (made === undefined) throw new Error(`there is no table "${name}"`);
    return `<!-- table: ${name} -->\n\n${made()}\n\n<!-- end -->`;
  });
}

function reasonTable(reasons: Readonly<Record<string, Explained>>): string {
  const rows = Object.entries(reasons).map(([code, { means, remedy }]) => [
    `\`${code}\``,
    means,
    remedy,
  ]);
  return table(['code', 'what it means', 'what to do'], rows);
}

function exitTable(): string {
  const rows = Object.values(EXIT).map(({ code, means, remedy }) => [`${code}`, means, remedy]);
  return table(['exit code', 'what it means', 'what to do'], rows);
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, headings.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');
}

function cell(text: string): string {
  return text === '' ? '–' : text.replaceAll('|', '\\|');
}
