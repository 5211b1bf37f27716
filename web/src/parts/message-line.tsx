/** One message in a list: who, what with its marks, the verdict, and what can be done about it. */
import { memo } from 'react';
import { Link } from 'wouter';
import type { MessageView } from '../api/types.ts';
import { alertPath } from '../shell/paths.ts';
import { Instant } from './instant.tsx';
import { MarkedText } from './marked-text.tsx';
import { MessageActs } from './message-acts.tsx';
import { OutcomeChip } from './states.tsx';

interface MessageLineProps {
  readonly message: MessageView;
  readonly isChosen?: boolean;
}

export const MessageLine = memo(function MessageLine({ message, isChosen }: MessageLineProps) {
  return (
    <article className="message-card">
      <Link
        href={alertPath(message.key)}
        className={`message-row ${message.verdict ?? 'pending'}`}
        aria-current={isChosen === true ? 'true' : undefined}
      >
        <div className="row tight small">
          <strong>{message.author.name || message.author.id}</strong>
          <span className="quiet">#{message.channel}</span>
          {message.relation !== 'initial' && <span className="quiet">({message.relation})</span>}
          <span className="quiet">
            <Instant at={message.postedAt} />
          </span>
          <span className="grow" />
          <OutcomeChip message={message} />
        </div>
        <MarkedText text={message.text} spans={message.spans} />
      </Link>
      <MessageActs message={message} />
    </article>
  );
});
