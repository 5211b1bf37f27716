/**
 * The question before an act: what it does, a reason for the record and, where it is dangerous, a
 * word to be typed. The dialog stays until the desk has answered, and shows a refusal as it is.
 */
import { Button, Modal, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { createContext, type ReactNode, type SubmitEvent, use, useId, useState } from 'react';
import { Failure } from './failure.tsx';

export interface Question {
  readonly title: string;
  readonly about: ReactNode;
  /** On the button: what happens. */
  readonly does: string;
  readonly tone?: 'danger' | 'plain';
  /** none: nothing is asked for. */
  readonly reason: 'needed' | 'welcome' | 'none';
  /** To be typed exactly. */
  readonly word?: string;
  /** Resolves with what came of it, in the desk's words. */
  act(reason: string): Promise<string>;
}

const Ask = createContext<(question: Question) => void>(() => undefined);

/** Opens the question; the act runs only when a person confirms it. */
export function useConfirm(): (question: Question) => void {
  return use(Ask);
}

export function ConfirmProvider({ children }: { readonly children: ReactNode }) {
  const [question, setQuestion] = useState<Question | null>(null);
  return (
    <Ask value={setQuestion}>
      {children}
      {question !== null && <Dialog question={question} onClose={() => setQuestion(null)} />}
    </Ask>
  );
}

interface DialogProps {
  readonly question: Question;
  readonly onClose: () => void;
}

function Dialog({ question, onClose }: DialogProps) {
  const [reason, setReason] = useState('');
  const [word, setWord] = useState('');
  const form = useId();
  const act = useMutation({
    mutationFn: async () => question.act(reason.trim()),
    onSuccess(said) {
      notifications.show({ message: said, color: 'teal' });
      onClose();
    },
  });
  const isComplete =
    (question.word === undefined || word === question.word) &&
    (question.reason !== 'needed' || reason.trim() !== '');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (isComplete && !act.isPending) act.mutate();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={question.title}
      lockScroll={false}
      centered
      closeButtonProps={{ 'aria-label': 'Close' }}
      closeOnEscape={!act.isPending}
      closeOnClickOutside={false}
    >
      <form id={form} onSubmit={submit} className="stack">
        <div>{question.about}</div>
        {question.reason !== 'none' && (
          <TextInput
            label="Reason, for the record"
            description={question.reason === 'needed' ? undefined : 'May be left empty.'}
            value={reason}
            maxLength={500}
            data-autofocus={question.word === undefined || undefined}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        )}
        {question.word !== undefined && (
          <TextInput
            label={`Type ${question.word} to confirm`}
            value={word}
            autoComplete="off"
            spellCheck={false}
            data-autofocus
            onChange={(event) => setWord(event.currentTarget.value)}
          />
        )}
        <div className="row">
          <Button
            type="submit"
            color={question.tone === 'danger' ? 'red.9' : 'blue.9'}
            loading={act.isPending}
            disabled={!isComplete}
          >
            {question.does}
          </Button>
          <Button variant="default" onClick={onClose} disabled={act.isPending}>
            Leave it
          </Button>
        </div>
      </form>
      <Failure error={act.error} onProved={act.reset} />
    </Modal>
  );
}
