/** People who log in with a password. */
import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { addOperator, removeOperator } from '../api/acts.ts';
import { operators } from '../api/questions.ts';
import type { OperatorView, Role } from '../api/types.ts';
import { Answered } from '../parts/answered.tsx';
import { useConfirm } from '../parts/confirm.tsx';
import { Failure } from '../parts/failure.tsx';
import { Instant } from '../parts/instant.tsx';
import { Empty, Panel } from '../parts/panel.tsx';
import { ROLE_CHOICES, roleOf } from './roles.ts';
import { ShownOnce } from './shown-once.tsx';

export function Operators() {
  const query = useQuery(operators);
  return (
    <div className="stack">
      <Panel title="Let a person log in">
        <AddOperator />
      </Panel>
      <Panel title="Operators" isFlush>
        <Answered query={query} what="Operators">
          {({ items }) => <OperatorsTable items={items} />}
        </Answered>
      </Panel>
    </div>
  );
}

function AddOperator() {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('operator');
  const add = useMutation({ mutationFn: async () => addOperator(name.trim(), role) });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <div className="stack">
      <form className="filters" onSubmit={submit}>
        <TextInput
          size="xs"
          label="Name"
          description="2 to 32 of a-z 0-9 . _ -, a letter first"
          required
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <SegmentedControl
          size="xs"
          aria-label="Role of the person"
          value={role}
          onChange={(value) => setRole(roleOf(value))}
          data={ROLE_CHOICES}
        />
        <Button type="submit" size="xs" color="blue.9" loading={add.isPending}>
          Add, with a password made for them
        </Button>
      </form>
      <Failure error={add.error} onProved={add.reset} />
      {typeof add.data === 'string' && (
        <ShownOnce what={`The password of ${name}`} secret={add.data} onSeen={add.reset} />
      )}
    </div>
  );
}

function OperatorsTable({ items }: { readonly items: readonly OperatorView[] }) {
  if (items.length === 0) return <Empty>Nobody logs in with a password yet.</Empty>;
  return (
    <div className="scroll">
      <table className="grid">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Role</th>
            <th scope="col">Second factor</th>
            <th scope="col" className="number">
              Sessions
            </th>
            <th scope="col">Since</th>
            <th scope="col">Acts</th>
          </tr>
        </thead>
        <tbody>
          {items.map((operator) => (
            <tr key={operator.name}>
              <th scope="row">{operator.name}</th>
              <td>{operator.role}</td>
              <td>{operator.totp ? 'on' : 'off'}</td>
              <td className="number">{operator.sessions}</td>
              <td>
                <Instant at={operator.createdAt} as="whole" />
              </td>
              <td>
                <Remove operator={operator} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Remove({ operator }: { readonly operator: OperatorView }) {
  const confirm = useConfirm();
  const ask = () =>
    confirm({
      title: `Take ${operator.name} out?`,
      about: 'Their sessions end at once.',
      does: 'Take out',
      tone: 'danger',
      reason: 'needed',
      act: async (reason) => removeOperator(operator.name, reason),
    });
  return (
    <Button size="compact-xs" variant="default" onClick={ask}>
      Take out
    </Button>
  );
}
