import { describe, expect, it } from 'vitest';
import { asMessageKey } from '#kernel/ids.ts';
import { Outbox, type OutboxRules } from '#publish/outbox.ts';
import { chatter, exiting, refused, sold, working } from '../../fixtures/desk-courses.ts';
import { createDeskLog, type DeskLog, decide, say } from '../../fixtures/desk-log.ts';
import { tell } from '../../fixtures/telling.ts';

const RULES: OutboxRules = { reasonOf: () => null, isAnswered: () => true };

function outboxOf(log: DeskLog, rules = RULES): Outbox {
  const outbox = new Outbox(rules);
  for (const told of tell(log.entries)) outbox.take(told);
  return outbox;
}

/** Records that everything due has been delivered. */
function deliver(log: DeskLog): void {
  for (const { post, digest } of outboxOf(log).due()) {
    const body = { key: post.key, digest, postId: `p:${post.key}`, at: log.now() };
    log.add({ kind: 'notice.delivered', body, actor: 'engine' });
  }
}

describe('the outbox of acknowledgements', () => {
  it('has one post per alert, in its channel, as an answer to it', () => {
    const { log, message } = working();
    const posts = outboxOf(log)
      .due()
      .map(({ post }) => post);
    const address = { key: `ack:${message}`, channelId: 'room', inReplyTo: message };
    expect(posts).toMatchObject([address]);
    expect(posts[0]?.text).toContain('Entry: buy 4 at 0.75 (order 1000)');
  });

  it('has nothing for chatter', () => {
    expect(outboxOf(chatter().log).due()).toEqual([]);
  });

  it('offers a post until its delivery is on record, also after a restart', () => {
    const { log } = refused();
    const outbox = outboxOf(log);
    expect(outbox.due()).toEqual(outbox.due());
    expect(outboxOf(log).due()).toEqual(outbox.due());
    deliver(log);
    expect(outboxOf(log).due()).toEqual([]);
  });

  it('offers the post again, under the same key, when the trade has moved on', () => {
    const { log, trade } = exiting();
    deliver(log);
    const [before] = outboxOf(log).due();
    expect(before).toBeUndefined();
    trade.see('exit', 0, { quantity: 2, status: 'filled', fills: [[2, '1.54']] });
    const [after] = outboxOf(log).due();
    expect(after?.post.text).toContain('sold 2 at 1.54');
    expect(after?.post.key).toBe('ack:local:room:1');
    expect(after?.post.postId).toBe('p:ack:local:room:1');
  });

  it('is quiet when nothing a reader sees has changed', () => {
    const { log, trade } = exiting();
    deliver(log);
    trade.see('exit', 0, { quantity: 2 });
    expect(outboxOf(log).due()).toEqual([]);
  });

  it('keeps the answer to the closing message up to date too', () => {
    const posts = outboxOf(sold().log).due();
    expect(posts.map(({ post }) => post.key)).toEqual(['ack:local:room:1', 'ack:local:room:2']);
    expect(posts.every(({ post }) => post.text.includes('Result: +$261.00'))).toBe(true);
  });

  it('answers nobody the channel does not want answered', () => {
    const silent: OutboxRules = { ...RULES, isAnswered: ({ code }) => code !== 'not_authorized' };
    const log = createDeskLog();
    const message = say(log, 'BTO UBER 78p 12/05 @ 0.75', { author: 'Stranger' });
    decide(log, message, { verdict: 'refused', code: 'not_authorized', detail: 'no' });
    expect(outboxOf(log, silent).due()).toEqual([]);
    expect(outboxOf(log).due()).toHaveLength(1);
  });

  it('keeps the newest answers', () => {
    const log = createDeskLog();
    refuseMany(log, 1_100);
    deliver(log);
    refuseMany(log, 1, 'next');
    const outbox = outboxOf(log);
    expect(outbox.about(asMessageKey('local:room:100'))).toBeNull();
    expect(outbox.about(asMessageKey('local:room:101'))).not.toBeNull();
  });

  it('forgets none that nobody has heard yet, up to a bound', () => {
    const log = createDeskLog();
    refuseMany(log, 1_100);
    expect(outboxOf(log).due()).toHaveLength(1_100);
    refuseMany(log, 4_000, 'later');
    const due = outboxOf(log).due();
    expect(due).toHaveLength(5_000);
    expect(due[0]?.post.key).toBe('ack:local:room:100');
  });
});

function refuseMany(log: DeskLog, count: number, prefix = ''): void {
  for (let n = 0; n < count; n += 1) {
    const message = say(log, 'BTO', { id: `${prefix}${n}` });
    decide(log, message, { verdict: 'refused', detail: 'no' });
  }
}
