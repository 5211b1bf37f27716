/** Real processes of a test: started with this Node, read line by line, never left behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';

export interface Child {
  readonly pid: number;
  /** The next line it prints, or `null` when it has ended. */
  line(): Promise<string | null>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Closes its input, which asks it to end; resolves when it has. */
  end(): Promise<void>;
}

export function childProcesses(): (script: URL, ...args: string[]) => Child {
  const running = new Set<ChildProcess>();
  afterEach(() => {
    for (const child of running) child.kill('SIGKILL');
  });
  return (script, ...args) => {
    const path = fileURLToPath(script);
    const child = spawn(process.execPath, [path, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    running.add(child);
    const gone = once(child, 'exit').then(() => running.delete(child));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return {
      pid: child.pid ?? 0,
      async line() {
        const next = await lines.next();
        return next.done === true ? null : next.value;
      },
      async kill() {
        child.kill('SIGKILL');
        await gone;
      },
      async end() {
        child.stdin.end();
        await gone;
      },
    };
  };
}
