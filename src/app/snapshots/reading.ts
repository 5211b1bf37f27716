/** The state of a record that is read for itself: nobody is answered, nobody is let in. */
import { AlertSettingsSchema } from '#alerts/settings.ts';
import { createSystemClock } from '#kernel/time.ts';
import type { ReadersRequest } from '../desk-readers.ts';
import { createDeskState, type DeskState } from './desk-state.ts';

/** What the configuration says is no part of the state, only of what is made of it. */
const NOBODY: ReadersRequest = {
  clock: createSystemClock(),
  journal: () => null,
  alerts: AlertSettingsSchema.parse({}),
};

export function createReadState(): DeskState {
  return createDeskState(NOBODY);
}
