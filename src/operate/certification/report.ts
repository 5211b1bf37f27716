/** A certification as people read it: lines for a terminal, and a document in Markdown. */
import { oneLine } from '#kernel/text.ts';
import { formatInstant } from '#kernel/time.ts';
import { certifiedUntil } from './certificate.ts';
import type { Certification, Scenario, TestResult, Verdict } from './model.ts';
import { SCENARIOS } from './scenarios.ts';

const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  passed: 'passed',
  failed: 'FAILED',
  not_testable: 'not testable here',
};
const WIDTH = Math.max(...Object.values(VERDICT_WORDS).map(({ length }) => length));
const NAME_WIDTH = Math.max(...SCENARIOS.map(({ id }) => id.length));

/** `passed             limit_live            2.1 s  acknowledged as 270561, working`. */
export function resultLine({ scenario, verdict, detail, tookMs }: TestResult): string {
  const seconds = `${(tookMs / 1_000).toFixed(1)} s`.padStart(7);
  const head = `${VERDICT_WORDS[verdict].padEnd(WIDTH)}  ${scenario.padEnd(NAME_WIDTH)}`;
  return `${head} ${seconds}  ${oneLine(detail)}`;
}

/** `limit_live  required  A limit far from the market is acknowledged, and works.` */
export function scenarioLine({ id, required, proves }: Scenario): string {
  return `${id.padEnd(NAME_WIDTH)}  ${required ? 'required' : 'optional'}  ${proves}`;
}

export function countLine(results: readonly TestResult[]): string {
  const count = (verdict: Verdict) => results.filter((one) => one.verdict === verdict).length;
  const open = count('not_testable');
  return `${count('passed')} passed, ${count('failed')} failed, ${open} not testable here`;
}

export function reportDocument(certification: Certification): string {
  const { name, at, thing, results, isDelayed } = certification;
  const proves = new Map<string, string>(SCENARIOS.map((one) => [one.id, one.proves]));
  const table = results.map(
    ({ scenario, verdict, detail, tookMs }) =>
      `| ${scenario} | ${VERDICT_WORDS[verdict]} | ${(tookMs / 1_000).toFixed(1)} s |` +
      ` ${inCell(detail)} |`,
  );
  return [
    `# Certification ${name}`,
    '',
    countLine(results),
    '',
    '| what | |',
    '|---|---|',
    `| made | ${formatInstant(at)} |`,
    `| serves until | ${certifiedUntil(certification) ?? 'serves nothing: see below'} |`,
    `| version | ${thing.version}, build ${thing.build} |`,
    `| settings | ${thing.settings} |`,
    `| environment | ${thing.environment}, ${thing.host} |`,
    `| account | ****${thing.account} |`,
    `| quotes | ${isDelayed ? 'delayed: their freshness could not be shown' : 'real time'} |`,
    '',
    '| scenario | result | took | why |',
    '|---|---|---|---|',
    ...table,
    '',
    ...results.flatMap((result) => chapterOf(result, proves.get(result.scenario) ?? '')),
  ].join('\n');
}

function chapterOf(result: TestResult, proves: string): readonly string[] {
  const list = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [`${title}:`, '', ...lines.map((line) => `- ${inText(line)}`), ''];
  return [
    `## ${result.scenario}: ${VERDICT_WORDS[result.verdict]}`,
    '',
    proves,
    '',
    inText(result.detail),
    '',
    ...list('Steps', result.steps),
    ...list('Evidence', result.evidence),
  ];
}

/** What a venue says may be anything. */
function inText(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ').replaceAll(/[<>`]/g, (mark) => `\\${mark}`);
}

function inCell(text: string): string {
  return inText(text).replaceAll('|', '\\|');
}
