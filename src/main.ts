/** Start here: one command line, one exit code. */
import { createProcessIo, endQuietlyOnClosedPipe } from '#app/cli/io.ts';
import { runProgram } from '#app/cli/program.ts';

endQuietlyOnClosedPipe();
process.exitCode = await runProgram(process.argv.slice(2), {
  io: createProcessIo(),
  reader: async () => (await import('#app/reader.ts')).readAlert,
});
