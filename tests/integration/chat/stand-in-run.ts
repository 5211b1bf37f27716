import { type RoomKind, runRoom } from '../../stand-ins/room-command.ts';

async function* nothing(): AsyncIterable<string> {}

/** The command as a person runs it: what it prints, and a way to end it. */
export function running(kind: RoomKind, args: readonly string[], lines = nothing()) {
  const stop = Promise.withResolvers<void>();
  const printed: string[] = [];
  const complaints: string[] = [];
  const first = Promise.withResolvers<string>();
  const code = runRoom(kind, {
    args,
    lines,
    write(text) {
      printed.push(text);
      first.resolve(text);
    },
    complain: (text) => complaints.push(text),
    stopped: stop.promise,
  });
  return { code, printed, complaints, first: first.promise, stop: stop.resolve };
}
