/** Who may do what in which channel. Everything that is not listed is ignored. */
import { Checkbox } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { changeAllowList } from '../api/acts.ts';
import { allowList } from '../api/questions.ts';
import { useMay } from '../api/session.ts';
import type { AllowListView } from '../api/types.ts';
import { Answered } from '../parts/answered.tsx';
import { Chip } from '../parts/chip.tsx';
import { useConfirm } from '../parts/confirm.tsx';
import { Empty, Panel } from '../parts/panel.tsx';

const PERMISSIONS = ['alert', 'trade', 'operate', 'admin'] as const;
type Permission = (typeof PERMISSIONS)[number];
type Person = AllowListView['people'][number];

export function AllowList() {
  const query = useQuery(allowList);
  return (
    <Answered query={query} what="The allow-list">
      {({ people, channels }) => (
        <div className="stack">
          <Panel title={`People and roles (${people.length})`} isFlush>
            <People people={people} />
          </Panel>
          <Panel title={`Channels (${channels.length})`} isFlush>
            <Channels channels={channels} />
          </Panel>
        </div>
      )}
    </Answered>
  );
}

function People({ people }: Pick<AllowListView, 'people'>) {
  if (people.length === 0) return <Empty>Nobody is listed: every message is ignored.</Empty>;
  return (
    <div className="scroll">
      <table className="grid">
        <thead>
          <tr>
            <th scope="col">Who</th>
            <th scope="col">Id</th>
            {PERMISSIONS.map((permission) => (
              <th key={permission} scope="col">
                May {permission}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <tr key={person.id}>
              <th scope="row">
                {person.name} {person.kind === 'role' && <span className="quiet small">role</span>}{' '}
                {person.changed && <Chip tone="warn">changed past the configuration</Chip>}
              </th>
              <td className="mono quiet">{person.id}</td>
              {PERMISSIONS.map((permission) => (
                <td key={permission}>
                  <PermissionBox person={person} permission={permission} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface PermissionBoxProps {
  readonly person: Person;
  readonly permission: Permission;
}

/** Shows what the desk says, never what was clicked. */
function PermissionBox({ person, permission }: PermissionBoxProps) {
  const confirm = useConfirm();
  const mayChange = useMay('admin') && person.kind === 'person';
  const has = person.permissions.includes(permission);
  const ask = () =>
    confirm({
      title: has ? 'Withdraw this permission?' : 'Give this permission?',
      about: `${person.name} (${person.id}): ${permission}. In force as soon as the desk has recorded it.`,
      does: has ? 'Withdraw it' : 'Give it',
      tone: has ? 'plain' : 'danger',
      reason: 'needed',
      act: async (reason) =>
        changeAllowList({ who: person.id, permission, to: has ? 'withdrawn' : 'granted' }, reason),
    });
  return (
    <Checkbox
      checked={has}
      disabled={!mayChange}
      aria-label={`${person.name} may ${permission}`}
      onChange={ask}
    />
  );
}

function Channels({ channels }: Pick<AllowListView, 'channels'>) {
  if (channels.length === 0) return <Empty>No channel is listed: every message is ignored.</Empty>;
  return (
    <div className="scroll">
      <table className="grid">
        <thead>
          <tr>
            <th scope="col">Channel</th>
            <th scope="col">Id</th>
            <th scope="col">Purpose</th>
            <th scope="col">Orders</th>
          </tr>
        </thead>
        <tbody>
          {channels.map(({ id, name, purpose, dryRun }) => (
            <tr key={id}>
              <th scope="row">{name}</th>
              <td className="mono quiet">{id}</td>
              <td>{purpose}</td>
              <td>{dryRun ? <Chip tone="info">dry run</Chip> : 'sent'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
