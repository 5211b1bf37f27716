import { describe, expect, it } from 'vitest';
import { type Stage, Stages } from '#app/metrics/stages.ts';
import type { DeskEntry } from '#audit/model.ts';
import { exiting } from '../../../fixtures/desk-courses.ts';

function observed(entries: readonly DeskEntry[]): readonly Stage[] {
  const stages: Stage[] = [];
  const reader = new Stages((stage) => stages.push(stage));
  for (const entry of entries) reader.take(entry, 1);
  return stages;
}

describe('the stages of an alert', () => {
  it('are each observed once, in their order', () => {
    const { log, message } = exiting();
    const acknowledged = { key: `ack:${message}`, digest: 'd', postId: 'p', at: log.now() };
    log.add({ kind: 'notice.delivered', body: acknowledged, actor: 'engine' });
    log.add({ kind: 'notice.delivered', body: acknowledged, actor: 'engine' });
    expect(observed(log.entries)).toEqual([
      ...['arrived', 'recorded', 'decided', 'sent', 'exit', 'acknowledged'],
    ]);
  });

  it('are not compared over a restart', () => {
    const { log, message } = exiting();
    const body = { key: `ack:${message}`, digest: 'd', postId: 'p', at: log.now() };
    log.add({ kind: 'notice.delivered', body, actor: 'engine' });
    const entries = log.entries.map((entry) =>
      entry.kind === 'message.received' ? { ...entry, run: 'another' } : entry,
    );
    expect(observed(entries)).toEqual(['arrived', 'recorded', 'sent', 'exit']);
  });
});
