/** API keys: made here, shown once, ended at once. */
import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { createKey, revokeKey } from '../api/acts.ts';
import { keys } from '../api/questions.ts';
import type { KeyView, Role } from '../api/types.ts';
import { Answered } from '../parts/answered.tsx';
import { useConfirm } from '../parts/confirm.tsx';
import { Failure } from '../parts/failure.tsx';
import { Instant } from '../parts/instant.tsx';
import { Empty, Panel } from '../parts/panel.tsx';
import { ROLE_CHOICES, roleOf } from './roles.ts';
import { ShownOnce } from './shown-once.tsx';

export function Keys() {
  const query = useQuery(keys);
  return (
    <div className="stack">
      <Panel title="Make a key">
        <MakeKey />
      </Panel>
      <Panel title="Keys" isFlush>
        <Answered query={query} what="Keys">
          {({ items }) => <KeysTable items={items} />}
        </Answered>
      </Panel>
    </div>
  );
}

function MakeKey() {
  const [role, setRole] = useState<Role>('viewer');
  const [note, setNote] = useState('');
  const make = useMutation({ mutationFn: async () => createKey(role, note.trim()) });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <div className="stack">
      <form className="filters" onSubmit={submit}>
        <SegmentedControl
          size="xs"
          aria-label="Role of the key"
          value={role}
          onChange={(value) => setRole(roleOf(value))}
          data={ROLE_CHOICES}
        />
        <TextInput
          size="xs"
          className="grow"
          label="What it is for"
          maxLength={200}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Button type="submit" size="xs" color="blue.9" loading={make.isPending}>
          Make it
        </Button>
      </form>
      <Failure error={make.error} onProved={make.reset} />
      {typeof make.data === 'string' && (
        <ShownOnce what="This key" secret={make.data} onSeen={make.reset} />
      )}
    </div>
  );
}

function KeysTable({ items }: { readonly items: readonly KeyView[] }) {
  if (items.length === 0) return <Empty>No key was made.</Empty>;
  return (
    <div className="scroll">
      <table className="grid">
        <thead>
          <tr>
            <th scope="col">Id</th>
            <th scope="col">Role</th>
            <th scope="col">For</th>
            <th scope="col">Made</th>
            <th scope="col">Acts</th>
          </tr>
        </thead>
        <tbody>
          {items.map((key) => (
            <tr key={key.id}>
              <th scope="row" className="mono">
                {key.id}
              </th>
              <td>{key.role}</td>
              <td>{key.note}</td>
              <td>
                <Instant at={key.createdAt} as="whole" />
              </td>
              <td>
                <Revoke item={key} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Revoke({ item }: { readonly item: KeyView }) {
  const confirm = useConfirm();
  if (!item.revocable) return <span className="quiet">from the configuration</span>;
  const ask = () =>
    confirm({
      title: `End the key ${item.id}?`,
      about: 'It stops working at once, with the sessions and streams opened by it.',
      does: 'End it',
      tone: 'danger',
      reason: 'needed',
      act: async (reason) => revokeKey(item.id, reason),
    });
  return (
    <Button size="compact-xs" variant="default" onClick={ask}>
      End it
    </Button>
  );
}
