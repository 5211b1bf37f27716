/** The envelope of an event: of which workspace it is, and of what kind. */
import { z } from 'zod';
import type { Self } from './messages.ts';

const TeamId = z
  .string()
  .nullish()
  .transform((id) => id ?? null);

const EventSchema = z.looseObject({
  type: z.string(),
  team_id: TeamId,
  context_team_id: TeamId,
  authorizations: z.array(z.looseObject({ team_id: TeamId })).nullish(),
  event: z.looseObject({ type: z.string() }),
});

export type Happening =
  | { readonly kind: 'message'; readonly event: unknown }
  /** The app was removed, or its tokens were. */
  | { readonly kind: 'revoked'; readonly how: string }
  /** Slack's count of deliveries of this hour is full: what exceeds it does not come. */
  | { readonly kind: 'rate_limited' }
  | { readonly kind: 'foreign'; readonly team: string }
  | { readonly kind: 'other' };

export function readHappening(body: unknown, self: Self): Happening {
  const read = EventSchema.safeParse(body);
  if (!read.success) return { kind: 'other' };
  const { type, event, team_id, context_team_id, authorizations } = read.data;
  if (type === 'app_rate_limited') return { kind: 'rate_limited' };
  // In a channel shared with another workspace the event may name that one, and ours beside it.
  const named = [team_id, context_team_id, ...(authorizations ?? []).map((one) => one.team_id)];
  const teams = named.filter((team) => team !== null);
  if (self.teamId !== null && !teams.includes(self.teamId)) {
    return { kind: 'foreign', team: teams[0] ?? 'none' };
  }
  switch (event.type) {
    case 'message':
      return { kind: 'message', event };
    case 'tokens_revoked':
    case 'app_uninstalled':
      return { kind: 'revoked', how: event.type };
    default:
      return { kind: 'other' };
  }
}
