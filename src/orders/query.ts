/** Questions to the broker: what its adapter throws is no answer, and something to be told. */
import type { Result } from '#kernel/result.ts';
import type { DeskCore } from './desk-core.ts';
import type { QueryFault } from './ports.ts';

/** The answer, or `null` when there was none. */
export async function answerOf<T>(
  core: DeskCore,
  what: string,
  call: () => Promise<Result<T, QueryFault>>,
): Promise<{ readonly value: T } | null> {
  try {
    const answer = await call();
    return answer.ok ? { value: answer.value } : null;
  } catch (error) {
    core.incident('adapter_failed', `${what}: ${String(error)}`);
    return null;
  }
}
