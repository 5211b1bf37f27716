/** Asks for a code of the authenticator, which acts of an admin take. */
import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { plainly } from '../api/problem.ts';
import { stepUp } from '../api/session.ts';

export function SecondFactor({ onProved }: { readonly onProved: () => void }) {
  const [code, setCode] = useState('');
  const prove = useMutation({ mutationFn: stepUp, onSuccess: onProved });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    prove.mutate(code.trim());
    setCode('');
  };
  return (
    <form className="stack after" onSubmit={submit}>
      <TextInput
        label="Your second factor is asked for first"
        description="Six digits of your authenticator, or a recovery code."
        autoComplete="one-time-code"
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
      {prove.error !== null && (
        <p className="note bad" role="alert">
          {plainly(prove.error)}
        </p>
      )}
      <Button type="submit" variant="default" loading={prove.isPending} disabled={code === ''}>
        Prove it
      </Button>
    </form>
  );
}
