/** Sends a message of one's own into the desk's room, and says at once what became of it. */
import { Button, Checkbox, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type KeyboardEvent, type SubmitEvent, useState } from 'react';
import { exampleAlert, sendAlert } from '../api/acts.ts';
import { plainly } from '../api/problem.ts';
import { Panel } from '../parts/panel.tsx';
import { AnswerCourse } from './answer-course.tsx';
import { useDraft } from './draft.ts';

export function SendAlert() {
  const { text, setText } = useDraft();
  const [isDryRun, setDryRun] = useState(false);
  const send = useMutation({
    mutationFn: sendAlert,
    onSuccess({ verdict }) {
      if (verdict === 'order' || verdict === 'exit') setText('');
    },
  });
  const example = useMutation({
    mutationFn: exampleAlert,
    onSuccess(given) {
      if (given !== null) setText(given);
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
  const error = send.error ?? example.error;
  return (
    <Panel title="Send an alert of your own">
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
            Send
          </Button>
          <Button variant="default" loading={example.isPending} onClick={() => example.mutate()}>
            Make me an example
          </Button>
          <Checkbox
            label="Dry run"
            checked={isDryRun}
            onChange={(event) => setDryRun(event.currentTarget.checked)}
          />
        </div>
        {example.data === null && (
          <p className="note">The market offers nothing to alert right now.</p>
        )}
        {error !== null && (
          <p className="note bad" role="alert">
            {plainly(error)}
          </p>
        )}
        {send.data !== undefined && <AnswerCourse answer={send.data} />}
      </form>
    </Panel>
  );
}
