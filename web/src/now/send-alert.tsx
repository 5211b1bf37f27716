/**
 * Sends a message of one's own into the desk's room, and says at once what became of it.
 *
 * Rule  where orders are real nothing said here is one: an order is given and confirmed elsewhere.
 */
import { Button, Checkbox, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type KeyboardEvent, type SubmitEvent, useState } from 'react';
import { Link } from 'wouter';
import { exampleAlert, sendAlert } from '../api/acts.ts';
import { plainly } from '../api/problem.ts';
import { Panel } from '../parts/panel.tsx';
import { useAreOrdersReal } from '../parts/real-orders.ts';
import { AnswerCourse } from './answer-course.tsx';
import { useDraft } from './draft.ts';

export function SendAlert() {
  const { text, setText } = useDraft();
  const areReal = useAreOrdersReal();
  const [wantsDryRun, setWantsDryRun] = useState(false);
  const isDryRun = areReal || wantsDryRun;
  const send = useMutation({
    mutationFn: sendAlert,
    onSuccess({ verdict }) {
      if (verdict === 'order' || verdict === 'exit') setText('');
    },
  });
  const submit = (event?: SubmitEvent) => {
    event?.preventDefault();
    const said = text.trim();
    if (said !== '' && !send.isPending) send.mutate({ text: said, isDryRun });
  };
  const pressEnter = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    submit();
  };
  return (
    <Panel title={areReal ? 'Try a message' : 'Send an alert of your own'}>
      <form className="stack" onSubmit={submit} id="send">
        <Textarea
          label="Message to your own room"
          placeholder="BTO UBER 78p 12/05 @ 0.75"
          rows={2}
          maxLength={4000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={pressEnter}
        />
        <div className="row">
          <Button
            type="submit"
            color="blue.9"
            loading={send.isPending}
            disabled={text.trim() === ''}
          >
            {areReal ? 'Try it' : 'Send'}
          </Button>
          {!areReal && <Example onGiven={setText} />}
          <Checkbox
            label="Dry run"
            checked={isDryRun}
            disabled={areReal}
            onChange={(event) => setWantsDryRun(event.currentTarget.checked)}
          />
        </div>
        {areReal && (
          <p className="quiet small">
            Nothing is sent from here: orders are placed, and confirmed, under{' '}
            <Link href="/positions">Positions</Link>.
          </p>
        )}
        {send.error !== null && (
          <p className="note bad" role="alert">
            {plainly(send.error)}
          </p>
        )}
        {send.data !== undefined && <AnswerCourse answer={send.data} />}
      </form>
    </Panel>
  );
}

function Example({ onGiven }: { readonly onGiven: (text: string) => void }) {
  const example = useMutation({
    mutationFn: exampleAlert,
    onSuccess(given) {
      if (given !== null) onGiven(given);
    },
  });
  return (
    <>
      <Button variant="default" loading={example.isPending} onClick={() => example.mutate()}>
        Make me an example
      </Button>
      {example.data === null && <span>The market offers nothing to alert right now.</span>}
      {example.error !== null && <span role="alert">{plainly(example.error)}</span>}
    </>
  );
}
