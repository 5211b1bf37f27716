/** `npm run stand-in -- slack`. */
import { type OnPost, ROOM_OPTIONS, type Room, type RoomKind } from '../room-command.ts';
import { type JsonObject, recordOf, textOf } from '../support/json.ts';
import { openSlackStandIn } from './stand-in.ts';

const HELP = `Usage: npm run stand-in -- slack [options]

Serves a stand-in for Slack on 127.0.0.1 until Ctrl-C: Web API and Socket Mode, with one workspace,
three channels and one trader. Type a line and the trader says it in #alerts; a line that begins
with ! is said in #commands, and /tt LINE gives the slash command there. What the desk posts is
printed. Nothing leaves this machine.

${ROOM_OPTIONS}`;

export const SLACK_ROOM: RoomKind = { name: 'slack', help: HELP, open };

const SLASH = /^\/tt(?:\s+|$)/;

async function open(port: number, onPost: OnPost): Promise<Room> {
  const standIn = await openSlackStandIn({
    ...{ port, onEvent: (event: JsonObject): void => tellPost(event, onPost) },
    onWhisper: (text) => onPost('posted', `(to the trader alone) ${text}`),
  });
  const { world, apiUrl, appToken, botToken } = standIn;
  const [alerts = '', commands = '', control = ''] = ['alerts', 'commands', 'control'].map(
    (name) => world.addChannel(name).id,
  );
  const trader = world.addPerson('Tess');
  const facts = { standIn: 'slack', apiUrl, appToken, botToken, team: world.teamId, trader };
  return {
    facts: { ...facts, channels: { alerts, commands, control } },
    words: `A stand-in for Slack is up; Ctrl-C ends it. What you type is said by its trader.

A desk gets to it with these variables:

  export STRIKEWIRE_SLACK_API_URL=${apiUrl}
  export STRIKEWIRE_SLACK_APP_TOKEN=${appToken}
  export STRIKEWIRE_SLACK_BOT_TOKEN=${botToken}

and this in strikewire.yaml:

  alerts:
    people:
      slack:${trader}: { name: Tess, permissions: [alert, trade, operate, admin] }
    channels:
      slack:${alerts}: { name: alerts, purpose: alerts }
      slack:${commands}: { name: commands, purpose: commands }
      slack:${control}: { name: control, purpose: control }

`,
    say(text) {
      if (SLASH.test(text)) standIn.command(trader, commands, text.replace(SLASH, ''));
      else world.post({ channelId: text.startsWith('!') ? commands : alerts, user: trader, text });
    },
    close: () => standIn.close(),
  };
}

/** What the app posted or changed, as it stands now. */
function tellPost(event: JsonObject, onPost: OnPost): void {
  const changed = recordOf(event['message']);
  const isChange = event['subtype'] === 'message_changed';
  const said = isChange ? changed : event;
  if (textOf(said['bot_id']) === null) return;
  onPost(isChange ? 'edited' : 'posted', textOf(said['text']) ?? '');
}
