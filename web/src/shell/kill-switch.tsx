/** The kill switch: in the same place on every page, one key away. */
import { Button, Menu } from '@mantine/core';
import { setKillState } from '../api/acts.ts';
import { useIsLive, useLive } from '../api/live-store.ts';
import { useMay } from '../api/session.ts';
import type { KillState } from '../api/types.ts';
import { type Question, useConfirm } from '../parts/confirm.tsx';
import { words } from '../parts/format.ts';

interface KillChoice {
  readonly to: KillState;
  readonly name: string;
  readonly help: string;
}

/** From least to most severe, as the desk ranks them. */
const CHOICES: readonly KillChoice[] = [
  { to: 'ACTIVE', name: 'Resume trading', help: 'Entries are taken again.' },
  { to: 'PAUSE', name: 'Pause', help: 'No new entries; working ones are cancelled; exits go on.' },
  { to: 'REDUCE_ONLY', name: 'Reduce only', help: 'Only what makes positions smaller.' },
  { to: 'HALT', name: 'Halt', help: 'Nothing new at all; resting exits stay at the broker.' },
  { to: 'FLATTEN', name: 'Flatten', help: 'Sells everything held, by limit.' },
];

const LOOKS: Readonly<Record<KillState, 'active' | 'limited' | 'stopped'>> = {
  ACTIVE: 'active',
  PAUSE: 'limited',
  REDUCE_ONLY: 'limited',
  HALT: 'stopped',
  FLATTEN: 'stopped',
};

/** Asks for one kill state; `now` is the present one. */
function questionFor({ to, name, help }: KillChoice, now: KillState | null): Question {
  const lowers = rank(to) < rank(now ?? 'ACTIVE');
  return {
    title: `${name}?`,
    about: help,
    does: name,
    tone: rank(to) >= rank('HALT') ? 'danger' : 'plain',
    reason: lowers ? 'needed' : 'welcome',
    ...(to === 'FLATTEN' && { word: 'FLATTEN' }),
    act: async (reason) => setKillState(to, reason),
  };
}

function rank(state: KillState): number {
  return CHOICES.findIndex(({ to }) => to === state);
}

/** Opens the question to halt, from wherever. */
export function useAskKill(): (to: KillState) => void {
  const confirm = useConfirm();
  const now = useLive(({ desk }) => desk?.killState ?? null);
  return (to) => {
    const choice = CHOICES.find((one) => one.to === to);
    if (choice !== undefined) confirm(questionFor(choice, now));
  };
}

export function KillSwitch() {
  const ask = useAskKill();
  const may = useMay('operator');
  const isLive = useIsLive();
  const now = useLive(({ desk }) => desk?.killState ?? null);
  return (
    <div className="kill" role="group" aria-label="Kill switch">
      <span
        className={`kill-state ${now === null ? '' : LOOKS[now]}`}
        title={isLive ? 'The kill state' : 'The kill state when the desk was last heard'}
        data-testid="kill-state"
      >
        {now === null ? '…' : now.replace('_', ' ')}
      </span>
      {may && now !== 'HALT' && now !== 'FLATTEN' && (
        <Button size="compact-sm" color="red.9" onClick={() => ask('HALT')}>
          Halt
        </Button>
      )}
      {may && (
        <Menu position="bottom-end" width={290} shadow="md" withinPortal={false}>
          <Menu.Target>
            <Button
              size="compact-sm"
              variant="default"
              aria-label="Other states of the kill switch"
            >
              ⋯
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {CHOICES.filter(({ to }) => to !== now).map(({ to, name, help }) => (
              <Menu.Item key={to} onClick={() => ask(to)}>
                <strong>{name}</strong>
                <div className="quiet small">{help}</div>
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}

/** Why the desk is not trading, across the page, until it is. */
export function KillNotice() {
  const state = useLive(({ desk }) => desk?.killState ?? 'ACTIVE');
  const reason = useLive(({ desk }) => desk?.killReason ?? null);
  if (state === 'ACTIVE') return null;
  return (
    <div className="notice warn" role="status">
      <span>
        The desk is in {words(state).toUpperCase()}
        {reason === null || reason === '' ? '.' : `: ${reason}`}
      </span>
    </div>
  );
}
