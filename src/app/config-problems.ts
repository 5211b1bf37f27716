/** What is wrong with a configuration, said so that it can be put right in one go. */

export interface ConfigProblem {
  /** `risk.allocation`; empty for the file as a whole. */
  readonly path: string;
  /** `strikewire.yaml:12:15`, `environment STRIKEWIRE_HTTP_PORT`, `option --port`. */
  readonly place: string;
  /** What is expected there, or what is wrong. */
  readonly message: string;
  /** The value as written, shortened; `null` when there is none or it must not be shown. */
  readonly was: string | null;
}

const SHOWN_MAX = 60;

/** A value for an error message: short, on one line, without control characters. */
export function showValue(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? typeof value);
  const plain = text.replaceAll(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, '?');
  return plain.length <= SHOWN_MAX ? plain : `${plain.slice(0, SHOWN_MAX - 1)}…`;
}

export function formatProblems(problems: readonly ConfigProblem[]): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const lines = problems.map((problem) => {
    const subject = problem.path === '' ? problem.place : `${problem.path} (${problem.place})`;
    const was = problem.was === null ? '' : `, was ${problem.was}`;
    return `  - ${subject}: ${problem.message}${was}`;
  });
  return `The configuration has ${count}; nothing was started.\n${lines.join('\n')}\n`;
}

/** The known name closest to a misspelt one, when one is close enough to be what was meant. */
export function nearestName(name: string, known: Iterable<string>): string | null {
  const folded = fold(name);
  let nearest: string | null = null;
  let least = Math.max(2, Math.floor(folded.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(folded, fold(candidate), least);
    if (distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '');
}

/** Levenshtein distance, or `limit` when it is at least that. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substituted));
    }
    row = next;
  }
  return Math.min(limit, row[b.length] ?? limit);
}
