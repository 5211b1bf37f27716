/** Puts our menu into each server, when what is there differs from it. */
import { type REST, Routes } from 'discord.js';
import { z } from 'zod';
import type { PlatformProblem } from '#publish/ports.ts';
import { failureOf } from './failures.ts';
import type { Menu } from './menu.ts';

/** Command registrations are limited to 200 a day and server: an unchanged one is left alone. */
export async function registerMenu(
  rest: REST,
  {
    applicationId,
    servers,
  }: { readonly applicationId: string; readonly servers: readonly string[] },
  menu: Menu,
): Promise<readonly PlatformProblem[]> {
  const problems = servers.map(async (server) => {
    try {
      const route = Routes.applicationGuildCommands(applicationId, server);
      const there = await rest.get(route).catch(() => null);
      if (!isSame(there, menu)) await rest.put(route, { body: [menu.body] });
      return [];
    } catch (error) {
      const { detail } = failureOf(error);
      const advice = 'invite the bot with the scope applications.commands';
      return [problem(`the command menu of server ${server} was refused: ${detail}; ${advice}`)];
    }
  });
  const told =
    menu.left.length > 0 ? [problem(`the menu has no room for ${menu.left.join(', ')}`)] : [];
  return [...told, ...(await Promise.all(problems)).flat()];
}

function problem(detail: string): PlatformProblem {
  return { code: 'commands_refused', detail, fatal: false };
}

const OptionSchema = z.object({
  type: z.number(),
  name: z.string(),
  description: z.string(),
  required: z.boolean().default(false),
  autocomplete: z.boolean().default(false),
  choices: z.array(z.object({ name: z.string(), value: z.unknown() })).default([]),
  get options() {
    return z.array(OptionSchema).default([]);
  },
});
const CommandsSchema = z.array(
  z.object({
    name: z.string(),
    description: z.string(),
    options: z.array(OptionSchema).default([]),
  }),
);

/** Discord leaves out what is empty and adds ids and versions: only our own parts are compared. */
function isSame(there: unknown, { body }: Menu): boolean {
  const known = CommandsSchema.safeParse(there).data;
  const ours = CommandsSchema.safeParse([body]).data;
  return known !== undefined && JSON.stringify(known) === JSON.stringify(ours);
}
