/** Start here: one command line, one exit code. */
import { createProcessIo } from '#app/cli/io.ts';
import { runProgram } from '#app/cli/program.ts';

const LINGER_MS = 2_000;

process.exitCode = await runProgram(process.argv.slice(2), {
  io: createProcessIo(),
  reader: async () => (await import('#app/reader.ts')).readAlert,
});
// A program that is done ends by itself, unless something outside never answers.
setTimeout(() => process.exit(), LINGER_MS).unref();
