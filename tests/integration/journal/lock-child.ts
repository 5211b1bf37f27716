/** Locks the directory given, says what came of it as JSON, and holds it until its input ends. */
import { lockDirectory } from '#adapters/disk/lock.ts';

const locked = await lockDirectory(process.argv[2] ?? '');
process.stdout.write(`${JSON.stringify(locked.ok ? { kind: 'locked' } : locked.error)}\n`);
process.stdin.resume();
process.stdin.once('end', () => process.exit());
