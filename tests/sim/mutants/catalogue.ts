/** Every defect the simulation must find. */
import { AGREEING_MUTANTS } from './agreeing.ts';
import { ENTRY_MUTANTS } from './entries.ts';
import { EXIT_MUTANTS } from './exits.ts';
import { INTAKE_MUTANTS } from './intake.ts';
import type { Mutant } from './model.ts';
import { ORDER_MUTANTS } from './orders.ts';
import { SENDING_MUTANTS } from './sending.ts';

export const MUTANTS: readonly Mutant[] = [
  ...SENDING_MUTANTS,
  ...ORDER_MUTANTS,
  ...ENTRY_MUTANTS,
  ...EXIT_MUTANTS,
  ...AGREEING_MUTANTS,
  ...INTAKE_MUTANTS,
];

/** Throws for a name nobody knows. */
export function mutantNamed(name: string): Mutant {
  const found = MUTANTS.find((mutant) => mutant.name === name);
  if (found === undefined) throw new Error(`no mutant is called ${name}`);
  return found;
}
