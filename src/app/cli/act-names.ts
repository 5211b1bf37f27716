/** The kill acts by name: apart from what they do, so that help costs nothing. */
import type { KillState } from '#risk/model.ts';

export const ACTS = {
  pause: { to: 'PAUSE', help: 'no new entries; working ones are cancelled; exits go on' },
  halt: { to: 'HALT', help: 'nothing new at all; entries are cancelled; resting exits stay' },
  resume: { to: 'ACTIVE', help: 'trade again; needs a reason and a clean reconciliation' },
  flatten: { to: 'FLATTEN', help: 'sell everything held, by limit; asks for confirmation' },
} as const satisfies Record<string, { readonly to: KillState; readonly help: string }>;

export type Act = keyof typeof ACTS;
export const ACT_NAMES = ['pause', 'halt', 'resume', 'flatten'] as const satisfies readonly Act[];
