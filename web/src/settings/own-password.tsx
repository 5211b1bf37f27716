/** One's own password: changed with the present one; every other page of the person is logged out. */
import { Button, PasswordInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { plainly } from '../api/problem.ts';
import { changePassword, useSession } from '../api/session.ts';
import { Panel } from '../parts/panel.tsx';

const CHARACTERS_MIN = 12;

export function OwnPassword() {
  const caller = useSession().data?.caller ?? '';
  const [present, setPresent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const change = useMutation({
    mutationFn: async () => changePassword(present, next),
    onSuccess() {
      setPresent('');
      setNext('');
      setAgain('');
      notifications.show({ message: 'Changed. Your other sessions have ended.', color: 'teal' });
    },
  });
  const differs = again !== '' && again !== next;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (next === again && !change.isPending) change.mutate();
  };
  return (
    <Panel title="Your password">
      <form className="stack narrow" onSubmit={submit}>
        <input type="text" hidden readOnly autoComplete="username" value={caller} />
        <PasswordInput
          label="Your present password"
          autoComplete="current-password"
          required
          value={present}
          onChange={(event) => setPresent(event.currentTarget.value)}
        />
        <PasswordInput
          label="The new one"
          description={`At least ${CHARACTERS_MIN} characters.`}
          autoComplete="new-password"
          required
          minLength={CHARACTERS_MIN}
          maxLength={200}
          value={next}
          onChange={(event) => setNext(event.currentTarget.value)}
        />
        <PasswordInput
          label="The new one, once more"
          autoComplete="new-password"
          required
          error={differs ? 'These two are not the same.' : undefined}
          value={again}
          onChange={(event) => setAgain(event.currentTarget.value)}
        />
        {change.error !== null && (
          <p className="note bad" role="alert">
            {plainly(change.error)}
          </p>
        )}
        <div>
          <Button type="submit" color="blue.9" loading={change.isPending}>
            Change it
          </Button>
        </div>
      </form>
    </Panel>
  );
}
