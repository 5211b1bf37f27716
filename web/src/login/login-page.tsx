/** Logging in: by name and password, or with a key. */
import { Button, PasswordInput, SegmentedControl, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { plainly, RefusalError } from '../api/problem.ts';
import { isEnded, logIn } from '../api/session.ts';

type Way = 'password' | 'key';

const ENDED =
  'You have been logged out: the desk was restarted, or your session was over. Log in again, and this page goes on where it was.';

export function LoginPage() {
  const [way, setWay] = useState<Way>('password');
  return (
    <main className="login">
      <div className="panel">
        <div className="panel-body stack">
          <div className="row">
            <img src="/icon.svg" alt="" width={28} height={28} />
            <h1>Strikewire</h1>
          </div>
          <p className="quiet">{isEnded() ? ENDED : 'This desk lets in whoever it knows.'}</p>
          <SegmentedControl
            aria-label="How to log in"
            value={way}
            onChange={(chosen) => setWay(chosen === 'key' ? 'key' : 'password')}
            data={[
              { value: 'password', label: 'Password' },
              { value: 'key', label: 'Key' },
            ]}
          />
          {way === 'password' ? <PasswordForm /> : <KeyForm />}
        </div>
      </div>
    </main>
  );
}

function PasswordForm() {
  const attempt = useMutation({ mutationFn: logIn });
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const needsCode = asksForCode(attempt.error);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    attempt.mutate({ name, password, ...(code !== '' && { code }) });
    setCode('');
  };
  return (
    <form className="stack" onSubmit={submit}>
      <TextInput
        label="Name"
        autoComplete="username"
        required
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <PasswordInput
        label="Password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      {needsCode && (
        <TextInput
          label="Code of your authenticator"
          description="Or one of your recovery codes."
          autoComplete="one-time-code"
          inputMode="numeric"
          required
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
      )}
      <Refused error={attempt.error} />
      <Button type="submit" color="blue.9" loading={attempt.isPending}>
        Log in
      </Button>
      <p className="quiet small">
        Names are made on the desk's machine:{' '}
        <code>strikewire operator add NAME --role operator</code>
      </p>
    </form>
  );
}

function KeyForm() {
  const attempt = useMutation({ mutationFn: logIn });
  const [key, setKey] = useState('');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    attempt.mutate({ key: key.trim() });
    setKey('');
  };
  return (
    <form className="stack" onSubmit={submit}>
      <PasswordInput
        label="Key"
        placeholder="ak_…"
        autoComplete="off"
        required
        value={key}
        onChange={(event) => setKey(event.currentTarget.value)}
      />
      <Refused error={attempt.error} />
      <Button type="submit" color="blue.9" loading={attempt.isPending}>
        Log in
      </Button>
      <p className="quiet small">
        Keys are made on the desk's machine: <code>strikewire key create --role operator</code>
      </p>
    </form>
  );
}

function asksForCode(error: Error | null): boolean {
  return error instanceof RefusalError && error.refusal.code === 'totp_needed';
}

function Refused({ error }: { readonly error: Error | null }) {
  if (error === null) return null;
  return (
    <p className="note bad" role="alert">
      {plainly(error)}
    </p>
  );
}
