/** Arming takes two steps by the same admin: a code, then the code with the account's last four. */
import { Button, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { type ArmingCode, arm, armingCode, disarm } from '../api/acts.ts';
import { useLive } from '../api/live-store.ts';
import { useMay } from '../api/session.ts';
import type { ArmingShown } from '../api/types.ts';
import { useDeskNow } from '../parts/clock.ts';
import { useConfirm } from '../parts/confirm.tsx';
import { Failure } from '../parts/failure.tsx';
import { span } from '../parts/format.ts';

export function ArmActs({ shown }: { readonly shown: ArmingShown }) {
  const isAdmin = useMay('admin');
  const mayDisarm = useMay('operator');
  const begin = useMutation({ mutationFn: armingCode });
  if (shown.state === 'not_needed') {
    return (
      <p className="quiet">
        A desk is armed only for a real account; the way there is in docs/tastytrade.md.
      </p>
    );
  }
  if (shown.state === 'armed') return mayDisarm ? <Disarm /> : null;
  if (!isAdmin) return <p className="quiet">Arming takes an admin.</p>;
  return (
    <div className="stack">
      {begin.data === undefined ? (
        <div className="row">
          <Button color="red.9" loading={begin.isPending} onClick={() => begin.mutate()}>
            Arm, step 1 of 2: get a code
          </Button>
        </div>
      ) : (
        <SecondStep given={begin.data} account={shown.account} onEnd={begin.reset} />
      )}
      <Failure error={begin.error} onProved={begin.reset} />
    </div>
  );
}

function Disarm() {
  const confirm = useConfirm();
  const ask = () =>
    confirm({
      title: 'Disarm?',
      about: 'No new entries; working ones are taken back; exits go on.',
      does: 'Disarm',
      reason: 'welcome',
      act: disarm,
    });
  return (
    <div className="row">
      <Button variant="default" onClick={ask}>
        Disarm
      </Button>
    </div>
  );
}

interface SecondStepProps {
  readonly given: ArmingCode;
  readonly account: string | null;
  readonly onEnd: () => void;
}

function SecondStep({ given, account, onEnd }: SecondStepProps) {
  const [code, setCode] = useState('');
  const [lastFour, setLastFour] = useState('');
  const [reason, setReason] = useState('');
  const environment = useLive(({ desk }) => desk?.environment ?? '');
  const leftMs = Date.parse(given.expires_at) - useDeskNow();
  const second = useMutation({
    mutationFn: async () => arm(code.trim(), lastFour.trim(), reason.trim()),
    onSuccess(said) {
      notifications.show({ message: said, color: 'red' });
      onEnd();
    },
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    second.mutate();
  };
  return (
    <div className="stack narrow">
      <form className="stack" onSubmit={submit}>
        <p className="note warn">
          Step 2 of 2. Your code is <strong className="mono">{given.code}</strong>, for{' '}
          {leftMs > 0 ? span(leftMs) : 'no longer: begin again'}. From here on{' '}
          {environment.startsWith('LIVE')
            ? 'entries are orders for real money.'
            : `entries are sent to ${environment}, as if their money were real.`}
        </p>
        <TextInput
          label="The code"
          inputMode="numeric"
          autoComplete="off"
          required
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <TextInput
          label={`Last four of the account${account === null ? '' : ` (${account})`}`}
          autoComplete="off"
          required
          maxLength={4}
          value={lastFour}
          onChange={(event) => setLastFour(event.currentTarget.value)}
        />
        <TextInput
          label="Reason, for the record"
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <div className="row">
          <Button type="submit" color="red.9" loading={second.isPending} disabled={leftMs <= 0}>
            Arm the desk
          </Button>
          <Button variant="default" onClick={onEnd}>
            Leave it
          </Button>
        </div>
      </form>
      <Failure error={second.error} onProved={second.reset} />
    </div>
  );
}
