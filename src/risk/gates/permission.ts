/** Gates on whether an entry may be made at all: kill state, age, action, class of instrument. */
import { marketTime } from '#market/market-time.ts';
import { permits } from '../kill-state.ts';
import { type EntryCase, type Judgement, pass, refuse } from './gate.ts';

export function killStateGate({ facts }: EntryCase): Judgement {
  const detail = `kill state ${facts.killState}`;
  return permits(facts.killState).entries ? pass(detail) : refuse('entries_stopped', detail);
}

export function armingGate({ facts, environment }: EntryCase): Judgement {
  switch (facts.arming) {
    case 'not_needed':
      return pass(`environment ${environment} needs no arming`);
    case 'armed':
      return pass('armed');
    case 'disarmed':
      return refuse('not_armed', `environment ${environment} is not armed`);
  }
}

export function ageGate({ facts }: EntryCase): Judgement {
  const until = marketTime(facts.validUntil);
  const now = marketTime(facts.now);
  return facts.now <= facts.validUntil
    ? pass(`decided ${now}, valid until ${until}`)
    : refuse('too_late', `decided ${now}, was valid until ${until}`);
}

/** Long only: whatever a channel is allowed, an entry buys. */
export function actionGate({ facts, allowed }: EntryCase): Judgement {
  const { action } = facts.alert;
  if (action !== 'BTO') return refuse('not_an_opening_buy', `expected BTO, was ${action}`);
  return allowed.actions.includes(action)
    ? pass(`${action} is allowed`)
    : refuse('action_not_allowed', `expected ${listed(allowed.actions)}, was ${action}`);
}

export function assetClassGate({ facts, allowed }: EntryCase): Judgement {
  const { kind } = facts.instrument;
  return allowed.assets.includes(kind)
    ? pass(`${kind} is allowed`)
    : refuse('asset_not_allowed', `expected ${listed(allowed.assets)}, was ${kind}`);
}

function listed(choices: readonly string[]): string {
  return choices.length === 0 ? 'nothing (none is allowed)' : choices.join(' or ');
}
