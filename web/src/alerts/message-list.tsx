/** The live messages, and below them older ones out of the record. */
import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { newestMessages } from '../api/live-state.ts';
import { useLive } from '../api/live-store.ts';
import { isUnavailable, plainly } from '../api/problem.ts';
import { alertsPage } from '../api/questions.ts';
import type { MessageView } from '../api/types.ts';
import { counted } from '../parts/format.ts';
import { MessageLine } from '../parts/message-line.tsx';
import { Empty, Panel } from '../parts/panel.tsx';
import { fits, type MessageChoice } from './choice.ts';

interface MessageListProps {
  readonly choice: MessageChoice;
  readonly chosen: string | null;
}

export function MessageList({ choice, chosen }: MessageListProps) {
  const messages = useLive((live) => live.messages);
  const [wantsOlder, setWantsOlder] = useState(false);
  const older = useInfiniteQuery({
    ...alertsPage(choice.words.trim() === '' ? {} : { words: choice.words.trim() }),
    enabled: wantsOlder,
  });
  const shown = useMemo(() => {
    const known = new Map<string, MessageView>();
    for (const message of older.data?.pages.flatMap(({ items }) => items) ?? []) {
      known.set(message.key, message);
    }
    for (const message of messages.values()) known.set(message.key, message);
    return newestMessages(known).filter((message) => fits(message, choice));
  }, [messages, older.data, choice]);
  const more = () => (wantsOlder ? void older.fetchNextPage() : setWantsOlder(true));
  const hasMore = !wantsOlder || older.hasNextPage;
  return (
    <Panel title={counted(shown.length, 'message')} isFlush>
      {shown.length === 0 && <Empty>No message fits.</Empty>}
      {shown.map((message) => (
        <MessageLine key={message.key} message={message} isChosen={message.key === chosen} />
      ))}
      {older.error !== null && (
        <p className="note warn">
          {isUnavailable(older.error)
            ? 'Older messages cannot be read here.'
            : plainly(older.error)}
        </p>
      )}
      {hasMore && (
        <div className="panel-body">
          <Button variant="default" size="compact-sm" loading={older.isFetching} onClick={more}>
            Older messages
          </Button>
        </div>
      )}
    </Panel>
  );
}
