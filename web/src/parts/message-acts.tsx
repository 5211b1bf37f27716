/** What a person can do about one message: let a held one through, put it aside, take a repair. */
import { Button } from '@mantine/core';
import { useLocation } from 'wouter';
import { dismissAlert, releaseAlert } from '../api/acts.ts';
import { useMay } from '../api/session.ts';
import type { MessageView } from '../api/types.ts';
import { setDraft } from '../now/draft.ts';
import { useConfirm } from './confirm.tsx';
import { sentence, words } from './format.ts';
import { useAreOrdersReal } from './real-orders.ts';

/** As they stand on a message's card: nothing where there is nothing to do. */
export function MessageActs({ message }: { readonly message: MessageView }) {
  const may = useMay('operator');
  const { outcome, repairs } = message;
  if (!may || (outcome !== 'held' && repairs.length === 0)) return null;
  return (
    <div className="message-acts stack tight">
      <HeldActs message={message} />
      {repairs.map((repair) => (
        <Repair key={repair.text} repair={repair} />
      ))}
    </div>
  );
}

export function HeldActs({ message }: { readonly message: HeldMessage }) {
  const confirm = useConfirm();
  const may = useMay('operator');
  if (!may || message.outcome !== 'held') return null;
  const letThrough = () =>
    confirm({
      title: 'Let it through?',
      about: `${message.detail} Every other gate judges it anew.`,
      does: 'Let it through',
      reason: 'none',
      async act() {
        const { verdict, code } = await releaseAlert(message.key);
        return `${sentence(verdict)}: ${words(code)}.`;
      },
    });
  const dismiss = () =>
    confirm({
      title: 'Put it aside?',
      about: 'It is refused, and nothing is traded.',
      does: 'Put it aside',
      reason: 'welcome',
      act: async (reason) => dismissAlert(message.key, reason),
    });
  return (
    <div className="row tight">
      <Button size="compact-sm" color="blue.9" onClick={letThrough}>
        Let it through
      </Button>
      <Button size="compact-sm" variant="default" onClick={dismiss}>
        Put it aside
      </Button>
    </div>
  );
}

type HeldMessage = Pick<MessageView, 'key' | 'detail' | 'outcome'>;

interface RepairProps {
  readonly repair: MessageView['repairs'][number];
}

/** Suggestions are never taken by themselves: a person puts one into the form and sends it. */
export function Repair({ repair: { text, why } }: RepairProps) {
  const [, navigate] = useLocation();
  const may = useMay('operator');
  const areReal = useAreOrdersReal();
  const use = () => {
    setDraft(text);
    navigate(areReal ? '/positions' : '/');
  };
  return (
    <p className="note small">
      Did you mean <code>{text}</code> <span className="quiet">({why})</span>{' '}
      {may && (
        <Button size="compact-xs" variant="default" onClick={use}>
          Use it
        </Button>
      )}
    </p>
  );
}
