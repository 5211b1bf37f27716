/** `npm run stand-in -- discord`. */
import { type OnPost, ROOM_OPTIONS, type Room, type RoomKind } from '../room-command.ts';
import { type JsonObject, recordOf, textOf } from '../support/json.ts';
import { openDiscordStandIn } from './stand-in.ts';

const HELP = `Usage: npm run stand-in -- discord [options]

Serves a stand-in for Discord on 127.0.0.1 until Ctrl-C: REST and gateway, with one server, three
channels and one trader. Type a line and the trader says it in #alerts; a line that begins with !
is said in #commands. What the desk posts is printed. Nothing leaves this machine.

${ROOM_OPTIONS}`;

export const DISCORD_ROOM: RoomKind = { name: 'discord', help: HELP, open };

async function open(port: number, onPost: OnPost): Promise<Room> {
  const onEvent = (event: string, data: JsonObject): void => tellPost(event, data, onPost);
  const standIn = await openDiscordStandIn({ port, onEvent });
  const { world, apiUrl, token } = standIn;
  const server = world.addGuild('Trading room');
  const role = world.addRole(server, 'traders');
  const { user } = world.addMember(server, { username: 'Tess' }, [role]);
  const [alerts = '', commands = '', control = ''] = ['alerts', 'commands', 'control'].map(
    (name) => world.addChannel(server.id, name).id,
  );
  const facts = { standIn: 'discord', apiUrl, token, server: server.id, role, trader: user.id };
  return {
    facts: { ...facts, channels: { alerts, commands, control } },
    words: `A stand-in for Discord is up; Ctrl-C ends it. What you type is said by its trader.

A desk gets to it with these variables:

  export STRIKEWIRE_DISCORD_API_URL=${apiUrl}
  export STRIKEWIRE_DISCORD_TOKEN=${token}

and this in strikewire.yaml:

  alerts:
    people:
      discord:${user.id}: { name: Tess, permissions: [alert, trade, operate, admin] }
    roles:
      discord:${role}: { name: traders, permissions: [alert] }
    channels:
      discord:${alerts}: { name: alerts, purpose: alerts }
      discord:${commands}: { name: commands, purpose: commands }
      discord:${control}: { name: control, purpose: control }

`,
    say(content) {
      const channelId = content.startsWith('!') ? commands : alerts;
      world.create({ channelId, author: user, content });
    },
    close: () => standIn.close(),
  };
}

/** What the bot posted or changed, as it stands now. */
function tellPost(event: string, data: JsonObject, onPost: OnPost): void {
  const isPost = event === 'MESSAGE_CREATE' || event === 'MESSAGE_UPDATE';
  if (!isPost || recordOf(data['author'])['bot'] !== true) return;
  onPost(event === 'MESSAGE_CREATE' ? 'posted' : 'edited', textOf(data['content']) ?? '');
}
