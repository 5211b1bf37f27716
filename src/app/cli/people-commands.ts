/** The commands about people who log in. */
import { type Command, Option } from 'commander';
import { ROLES, type Role } from '#operate/model.ts';
import { configOf, configured, type Ended, type Located } from './command-options.ts';
import type { Io } from './io.ts';

type Reasoned = Located & { readonly reason: string };

export function addPeople(program: Command, { io }: { readonly io: Io }, ended: Ended): void {
  const operator = program.command('operator').description('people who log in at the page');
  const role = new Option('--role <role>', 'what they may do').choices(ROLES);
  const reason = new Option('--reason <text>', 'for the record').default('', 'none');
  configured(operator.command('add <name>'))
    .description('let a person log in; a password is made and shown once')
    .addOption(role.makeOptionMandatory())
    .option('--ask', 'ask for the password instead', false)
    .addOption(reason)
    .action(async (name: string, options: Reasoned & { role: Role; ask: boolean }) => {
      const { runOperatorAdd } = await import('./operator.ts');
      ended(await runOperatorAdd(await configOf(options), { name, ...options }, io));
    });
  configured(operator.command('password <name>'))
    .description('give a person a new password; their sessions end')
    .option('--ask', 'ask for the password instead of making one', false)
    .addOption(reason)
    .action(async (name: string, options: Reasoned & { ask: boolean }) => {
      const { runOperatorPassword } = await import('./operator.ts');
      ended(await runOperatorPassword(await configOf(options), { name, ...options }, io));
    });
  configured(operator.command('remove <name>'))
    .description('let a person log in no more; their sessions end')
    .addOption(reason)
    .action(async (name: string, options: Reasoned) => {
      const { runOperatorRemove } = await import('./operator.ts');
      ended(await runOperatorRemove(await configOf(options), { name, ...options }, io));
    });
  configured(operator.command('list'))
    .description('who may log in')
    .option('--json', 'one JSON document a line', false)
    .action(async (options: Located & { json: boolean }) => {
      const { runOperatorList } = await import('./operator.ts');
      ended(await runOperatorList(await configOf(options), options, io));
    });
}
