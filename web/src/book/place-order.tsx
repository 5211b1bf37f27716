/**
 * An order by hand, in the words of an alert.
 *
 * Rule  one form is one order: its key goes with every send, so that a second click, or a second
 *       send after a lost answer, places nothing more. Other words begin another form.
 */
import { Button, TextInput } from '@mantine/core';
import { useIsMutating, useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { confirmOrder, placeOrder, previewOrder } from '../api/acts.ts';
import { plainly } from '../api/problem.ts';
import { useMay } from '../api/session.ts';
import type { AnswerJson, OrderAnswer } from '../api/types.ts';
import { AnswerCourse } from '../now/answer-course.tsx';
import { useDraft } from '../now/draft.ts';
import { useDeskNow } from '../parts/clock.ts';
import { span } from '../parts/format.ts';
import { Panel } from '../parts/panel.tsx';
import { SizingTable } from '../parts/reasons.tsx';
import { OrderPreview } from './order-preview.tsx';

const PLACING = ['place order'];

export function PlaceOrder() {
  const { text, setText } = useDraft();
  const [last, setLast] = useState<Checked | null>(null);
  // What was asked about other words than those that stand there now is of no use.
  const checked = last?.text === text.trim() ? last : null;
  const [placed, setPlaced] = useState<AnswerJson | null>(null);
  const check = useMutation({
    mutationFn: previewOrder,
    onSuccess(answer, said) {
      if (answer.kind !== 'decided') return;
      setPlaced(null);
      setLast({ text: said, answer: answer.answer, key: crypto.randomUUID() });
    },
  });
  if (!useMay('operator')) return null;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (text.trim() !== '' && !check.isPending) check.mutate(text.trim());
  };
  const begin = (said: string) => {
    setText(said);
    setLast(null);
  };
  return (
    <Panel title="An order by hand">
      <div className="stack">
        <Words text={text} isChecking={check.isPending} onChange={begin} onSubmit={submit} />
        {check.error !== null && <Refused error={check.error} />}
        {checked !== null && (
          <div className="columns even" data-testid="order-preview">
            <div className="stack">
              <OrderPreview answer={checked.answer} onUse={begin} />
              <Send
                key={checked.key}
                checked={checked}
                onLeave={() => begin('')}
                onPlaced={(answer) => {
                  begin('');
                  setPlaced(answer);
                }}
              />
            </div>
            {checked.answer.sizing !== null && <SizingTable sizing={checked.answer.sizing} />}
          </div>
        )}
        {placed !== null && <AnswerCourse answer={placed} />}
      </div>
    </Panel>
  );
}

interface WordsProps {
  readonly text: string;
  readonly isChecking: boolean;
  readonly onChange: (text: string) => void;
  readonly onSubmit: (event: SubmitEvent) => void;
}

/** While an order is on its way, they stay as they are: how it ended is said under them. */
function Words({ text, isChecking, onChange, onSubmit }: WordsProps) {
  const isPlacing = useIsMutating({ mutationKey: PLACING }) > 0;
  return (
    <form className="filters" onSubmit={onSubmit}>
      <TextInput
        className="grow"
        label="Order, in the words of an alert"
        placeholder="BTO 2 UBER 78p 12/05 @ .75"
        autoComplete="off"
        spellCheck={false}
        maxLength={4000}
        value={text}
        disabled={isPlacing}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <Button
        type="submit"
        variant="default"
        loading={isChecking}
        disabled={text === '' || isPlacing}
      >
        Check it
      </Button>
    </form>
  );
}

/** What was checked: exactly these words are sent, under this key. */
interface Checked {
  readonly text: string;
  readonly answer: AnswerJson;
  readonly key: string;
}

interface SendProps {
  readonly checked: Checked;
  readonly onLeave: () => void;
  readonly onPlaced: (answer: AnswerJson) => void;
}

function Send({ checked, onLeave, onPlaced }: SendProps) {
  const { text, answer, key } = checked;
  const place = useMutation({
    mutationKey: PLACING,
    mutationFn: placeOrder,
    onSuccess(given) {
      if (given.kind === 'decided') onPlaced(given.answer);
    },
  });
  if (answer.verdict !== 'order' && answer.verdict !== 'exit') return null;
  if (place.data?.kind === 'confirm') {
    return <Confirm asked={place.data} formKey={key} onLeave={onLeave} onPlaced={onPlaced} />;
  }
  return (
    <>
      {place.error !== null && <Refused error={place.error} />}
      <div className="row">
        <Button
          color="blue.9"
          loading={place.isPending}
          onClick={() => place.mutate({ text, key })}
        >
          Place this order
        </Button>
        <Button variant="default" onClick={onLeave} disabled={place.isPending}>
          Leave it
        </Button>
      </div>
    </>
  );
}

interface ConfirmProps extends Omit<SendProps, 'checked'> {
  readonly asked: Extract<OrderAnswer, { kind: 'confirm' }>;
  readonly formKey: string;
}

/** Where orders are real, what will be done is said once more, and waits a minute for a yes. */
function Confirm({ asked, formKey, onLeave, onPlaced }: ConfirmProps) {
  const leftMs = Date.parse(asked.expiresAt) - useDeskNow();
  const confirm = useMutation({
    mutationKey: PLACING,
    mutationFn: async () => confirmOrder(asked.code, formKey),
    onSuccess: onPlaced,
  });
  return (
    <div className="note warn stack tight" role="group" aria-label="Confirm this order">
      <p>
        <strong>{asked.shown}</strong>
      </p>
      <p>
        {leftMs > 0
          ? `Waits for your word for ${span(leftMs)}.`
          : 'Nobody confirmed it in time: check it again.'}
      </p>
      {confirm.error !== null && <Refused error={confirm.error} />}
      <div className="row">
        <Button
          color="red.9"
          loading={confirm.isPending}
          disabled={leftMs <= 0}
          onClick={() => confirm.mutate()}
        >
          Yes, place it
        </Button>
        <Button variant="default" onClick={onLeave} disabled={confirm.isPending}>
          Leave it
        </Button>
      </div>
    </div>
  );
}

function Refused({ error }: { readonly error: Error }) {
  return (
    <p className="note bad" role="alert">
      {plainly(error)}
    </p>
  );
}
