/** A named defect of the desk: the production source with one thing written as it must not be. */

export interface Patch {
  /** From the root of the project. */
  readonly file: string;
  /** Text that occurs exactly once in it. */
  readonly find: string;
  readonly replace: string;
}

export interface Mutant {
  readonly name: string;
  /** What is wrong with the desk, as a person would tell it. */
  readonly what: string;
  readonly patches: readonly Patch[];
}
