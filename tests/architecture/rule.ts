import { type Source, source } from './source.ts';

/** A file that does not exist, to show what a rule refuses or allows. */
export interface Example {
  readonly path: string;
  readonly code: string;
}

export interface Rule {
  /** What holds, as a sentence. */
  readonly name: string;
  /** Everything in the file that breaks the rule, each with its place and what to do instead. */
  readonly violations: (file: Source) => readonly string[];
  /** Each of these must be found out: a rule that cannot fail protects nothing. */
  readonly refuses: readonly Example[];
  readonly allows: readonly Example[];
}

export function violationsOf(rule: Rule, example: Example): readonly string[] {
  return rule.violations(source(example.path, example.code));
}
