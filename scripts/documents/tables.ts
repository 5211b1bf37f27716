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
import { ALARMS } from '#operate/alarms/table.ts';
import { ROUTES } from '#operate/api/table.ts';
import { SCENARIOS } from '#operate/certification/scenarios.ts';
import { usageOf } from '#operate/commands/read-line.ts';
import { COMMANDS } from '#operate/commands/table.ts';
import { PROBLEMS } from '#operate/model.ts';
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
  ['certification scenarios', scenarioTable],
  ['chat commands', commandTable],
  ['http routes', routeTable],
  ['http problems', problemTable],
  ['alarms', alarmTable],
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

function scenarioTable(): string {
  const rows = SCENARIOS.map(({ id, proves, required }) => [
    `\`${id}\``,
    proves,
    required ? 'yes' : 'no',
  ]);
  return table(['scenario', 'what it proves', 'required'], rows);
}

function alarmTable(): string {
  const rows = Object.entries(ALARMS).map(([name, rule]) => [
    `\`${name}\``,
    rule.severity,
    rule.means,
    `${rule.side} ${rule.at} ${rule.unit}`.trim(),
    rule.forMs === 0 ? 'at once' : `${rule.forMs / 1_000} s`,
    rule.remedy,
  ]);
  return table(['alarm', 'severity', 'what it means', 'raised', 'after', 'what to do'], rows);
}

function commandTable(): string {
  const rows = COMMANDS.map((command) => [
    `\`${usageOf(command)}\``,
    command.description,
    command.permissions?.join(', ') ?? 'anybody',
    command.purposes.join(', '),
    { never: '', orders: 'where orders are', always: 'always' }[command.confirm],
  ]);
  return table(['command', 'does', 'takes one of', 'in channels for', 'is confirmed'], rows);
}

function routeTable(): string {
  const rows = ROUTES.map(({ method, path, access, key, summary }) => [
    `\`${method} ${path}\``,
    access,
    { none: '', taken: 'may have', needed: 'needs' }[key],
    summary,
  ]);
  return table(['route', 'role', 'idempotency key', 'does'], rows);
}

function problemTable(): string {
  const rows = Object.entries(PROBLEMS).map(([code, { status, title }]) => [
    `\`${code}\``,
    `${status}`,
    title,
  ]);
  return table(['code', 'status', 'title'], rows);
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, headings.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');
}

function cell(text: string): string {
  return text === '' ? '–' : text.replaceAll('|', '\\|');
}
