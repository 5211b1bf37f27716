/** Questions to the broker: silence and what its adapter throws are no answer, and told as such. */
import type { Result } from '#kernel/result.ts';
import { failureText } from '#kernel/text.ts';
import { within } from '#kernel/within.ts';
import type { DeskCore } from './desk-core.ts';
import type { QueryFault } from './ports.ts';

/** The answer, or `null` when there was none. */
export async function answerOf<T>(
  core: DeskCore,
  what: string,
  call: () => Promise<Result<T, QueryFault>>,
): Promise<{ readonly value: T } | null> {
  try {
    const { clock, settings } = core.deps;
    const answer = await within({ clock, ms: settings.answerWithinMs }, call, () => null);
    if (answer === null) core.incident('adapter_failed', `${what}: no answer`);
    return answer?.ok ? { value: answer.value } : null;
  } catch (error) {
    core.incident('adapter_failed', `${what}: ${failureText(error)}`);
    return null;
  }
}
