/** One's own second factor: a code of an authenticator before acts of an admin. */
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, type SubmitEvent, useState } from 'react';
import { plainly } from '../api/problem.ts';
import {
  beginEnrolment,
  confirmEnrolment,
  dropTotp,
  type Enrolment,
  refreshSession,
  useSession,
} from '../api/session.ts';
import { Panel } from '../parts/panel.tsx';
import { SecondFactor } from '../parts/second-factor.tsx';
import { QrCode } from './qr-code.tsx';
import { ShownOnce } from './shown-once.tsx';

export function TwoFactor({ isPerson }: { readonly isPerson: boolean }) {
  const totp = useSession().data?.totp ?? 'none';
  return (
    <Panel title="Your second factor">
      <div className="narrow stack">
        {!isPerson && (
          <p className="quiet">
            Only who logs in with a name and password has a second factor. Operators are made under
            “Operators”, or with <code>strikewire operator add</code>.
          </p>
        )}
        {isPerson && totp === 'off' && <Enrol />}
        {isPerson && totp === 'needed' && <SecondFactor onProved={() => undefined} />}
        {isPerson && totp === 'fresh' && <p className="note good">On, and proved just now.</p>}
        {isPerson && (totp === 'needed' || totp === 'fresh') && <Drop />}
      </div>
    </Panel>
  );
}

function Enrol() {
  const begin = useMutation({ mutationFn: beginEnrolment });
  const confirm = useMutation({ mutationFn: confirmEnrolment });
  if (confirm.data !== undefined) {
    return (
      <ShownOnce
        what="Your list of recovery codes"
        secret={confirm.data.join('  ')}
        onSeen={() => void refreshSession()}
      />
    );
  }
  return begin.data === undefined ? (
    <OneField
      label="Your password"
      does="Set it up"
      isSecret
      isPending={begin.isPending}
      error={begin.error}
      onGiven={begin.mutate}
    >
      Off. With it on, acts of an admin ask for a code of your authenticator.
    </OneField>
  ) : (
    <Scan enrolment={begin.data}>
      <OneField
        label="Six digits it shows now"
        does="Turn it on"
        isPending={confirm.isPending}
        error={confirm.error}
        onGiven={confirm.mutate}
      />
    </Scan>
  );
}

interface ScanProps {
  readonly enrolment: Enrolment;
  readonly children: ReactNode;
}

function Scan({ enrolment, children }: ScanProps) {
  return (
    <>
      <p>Scan this with your authenticator, or type the secret into it.</p>
      <QrCode text={enrolment.uri} label="The secret for your authenticator" />
      <p className="mono">{enrolment.secret}</p>
      {children}
    </>
  );
}

function Drop() {
  const drop = useMutation({ mutationFn: dropTotp });
  return (
    <OneField
      label="A code of it, or a recovery code"
      does="Turn it off"
      isPending={drop.isPending}
      error={drop.error}
      onGiven={drop.mutate}
    />
  );
}

interface OneFieldProps {
  readonly label: string;
  readonly does: string;
  readonly isSecret?: boolean;
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly onGiven: (value: string) => void;
  readonly children?: ReactNode;
}

function OneField({ label, does, isSecret, isPending, error, onGiven, children }: OneFieldProps) {
  const [value, setValue] = useState('');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onGiven(value.trim());
    setValue('');
  };
  const field = {
    label,
    required: true,
    value,
    autoComplete: isSecret === true ? 'current-password' : 'one-time-code',
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => setValue(event.currentTarget.value),
  };
  return (
    <form className="stack" onSubmit={submit}>
      {children !== undefined && <p className="quiet">{children}</p>}
      {isSecret === true ? <PasswordInput {...field} /> : <TextInput {...field} />}
      {error !== null && (
        <p className="note bad" role="alert">
          {plainly(error)}
        </p>
      )}
      <div>
        <Button type="submit" color="blue.9" loading={isPending}>
          {does}
        </Button>
      </div>
    </form>
  );
}
