/**
 * A platform as a desk in shifted time has it: the demonstration desk keeps market hours at any
 * hour of the day, and people and platforms keep their own.
 *
 * Every time that comes from the platform is shifted to the desk's, and back on the way out.
 */
import type { ChatMessage } from '#alerts/model.ts';
import { type EpochMs, plus } from '#kernel/time.ts';
import type { ChatPlatform, Post } from '#publish/ports.ts';

/** `shiftMs`: what the desk's clock is ahead of the platform's. */
export function inDeskTime(platform: ChatPlatform, shiftMs: number): ChatPlatform {
  if (shiftMs === 0) return platform;
  const ours = (at: EpochMs): EpochMs => plus(at, shiftMs);
  const theirs = (at: EpochMs | null): EpochMs | null => (at === null ? null : plus(at, -shiftMs));
  const message = (said: ChatMessage): ChatMessage => ({
    ...said,
    postedAt: ours(said.postedAt),
    receivedAt: ours(said.receivedAt),
  });
  const at = <T extends { readonly at: EpochMs }>(act: T): T => ({ ...act, at: ours(act.at) });
  const post = (one: Post): Post => ({ ...one, triedAt: theirs(one.triedAt) });
  return {
    platform: platform.platform,
    start: (after) => platform.start(after),
    stop: () => platform.stop(),
    onMessage: (listener) => platform.onMessage((said) => listener(message(said))),
    onDeletion: (listener) => platform.onDeletion((deletion) => listener(at(deletion))),
    onPress: (listener) => platform.onPress((press) => listener(at(press))),
    onInvocation: (listener) => platform.onInvocation((act) => listener(at(act))),
    onProblem: (listener) => platform.onProblem(listener),
    offer: (commands, complete) => platform.offer(commands, complete),
    post: (one) => platform.post(post(one)),
    direct: (person, key, text) => platform.direct(person, key, text),
    health: () => platform.health(),
  };
}
