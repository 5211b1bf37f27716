/**
 * The routes of a process without a desk: what was sent is checked here, as the desk would, and
 * then asked of the desk, wherever it runs. Its answer is given as it came.
 */
import { z } from 'zod';
import type { AuditView } from '#audit/view.ts';
import { AUDIT_ROUTES } from '#operate/api/audit.ts';
import { bind, check, no, ok } from '#operate/api/bind.ts';
import { ROUTES } from '#operate/api/table.ts';
import { type Endpoint, PROBLEMS, type ProblemCode } from '#operate/model.ts';
import type { ApiCall, ApiProblem, ApiReply, BoundRoute } from '#operate/ports.ts';
import type { Asker, Heard } from './asker.ts';
import type { AskRefusal } from './exchange.ts';

export interface ForwardingParts {
  readonly asker: Pick<Asker, 'ask'>;
  /** Of the record as it is followed here: read without the desk. */
  readonly audit: () => AuditView;
  /** Names for messages that come without one. */
  readonly newId: () => string;
}

const PROCESS_ALERT = 'POST /admin/alerts/process';

export function forwardingRoutes(parts: ForwardingParts): readonly BoundRoute[] {
  const { audit } = parts;
  const here = [
    bind(AUDIT_ROUTES.recent, ({ query }) => ok({ rows: audit().recent(query.limit) })),
  ];
  const known = new Set(here.map(({ endpoint }) => nameOf(endpoint)));
  const elsewhere = ROUTES.filter((endpoint) => !known.has(nameOf(endpoint)));
  return [...here, ...elsewhere.map((endpoint) => forward(endpoint, parts))];
}

function forward(endpoint: Endpoint, { asker, newId }: ForwardingParts): BoundRoute {
  return {
    endpoint,
    prepare(call) {
      const checked = check(endpoint, call);
      if (checked.kind === 'problem') return checked;
      return async () => {
        const { caller, needsCode, key } = call;
        if (caller === null) return no('unauthenticated', 'the desk is asked by somebody known');
        const named = nameMessage(endpoint, call, newId);
        const heard = await asker.ask({
          ...{ op: 'http', caller: caller.id, needsCode, key, method: endpoint.method },
          path: pathOf(endpoint, call),
          body: named?.body ?? call.body ?? null,
        });
        return replyOf(heard, named?.id ?? null);
      };
    },
  };
}

function nameOf({ method, path }: Endpoint): string {
  return `${method} ${path}`;
}

const Texts = z.record(z.string(), z.string()).catch({});

/** The path as it was asked for, with its query. */
function pathOf({ path }: Endpoint, { params, query }: ApiCall): string {
  const given = Texts.parse(params ?? {});
  const filled = path.replaceAll(/:([a-zA-Z]+)/g, (_, name: string) =>
    encodeURIComponent(given[name] ?? ''),
  );
  const asked = new URLSearchParams(Texts.parse(query ?? {})).toString();
  return asked === '' ? filled : `${filled}?${asked}`;
}

const Message = z.looseObject({ message_id: z.string().optional() });

/**
 * A message without an id gets one here: whoever hears no answer may send it again under it, and it
 * is the same message. Under a key it has a name already, and must be the same request each time.
 */
function nameMessage(
  endpoint: Endpoint,
  { body, key }: ApiCall,
  newId: () => string,
): { readonly id: string; readonly body: unknown } | null {
  if (nameOf(endpoint) !== PROCESS_ALERT) return null;
  const message = Message.safeParse(body);
  if (!message.success) return null;
  const given = message.data.message_id;
  if (given === undefined && key !== null) return null;
  const id = given ?? newId();
  return { id, body: { ...message.data, message_id: id } };
}

const REFUSED: Readonly<Record<AskRefusal, string>> = {
  too_late: 'the request reached the desk too late and was not carried out',
  ahead: 'the clocks of the two machines differ; nothing was done',
  other_run: 'the desk was restarted meanwhile; nothing was done',
  busy: 'the desk has too many requests under way; nothing was done',
};
const SILENT = 'no answer came in time: it was done, or will not be any more; look at the record';

function replyOf(heard: Heard, message: string | null): ApiReply {
  switch (heard.kind) {
    case 'unreachable':
      return no('desk_away', `${heard.detail}; on its own machine \`strikewire halt\` works`);
    case 'refused':
      return no('desk_away', REFUSED[heard.reason]);
    case 'silent':
      return no(
        'desk_silent',
        message === null ? SILENT : `${SILENT}. It is message_id ${message}`,
      );
    case 'answered':
      return heard.status < 400 ? valueOf(heard.text) : problemOf(heard.text);
  }
}

function valueOf(text: string): ApiReply {
  const value: unknown = text === '' ? null : JSON.parse(text);
  return { kind: 'ok', value };
}

const Problem = z.object({
  code: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
});

function problemOf(text: string): ApiProblem {
  const problem = Problem.safeParse(JSON.parse(text));
  if (!problem.success) return no('internal', 'the desk failed to answer; its log says why');
  const { code, detail, errors } = problem.data;
  const known = isProblemCode(code) ? code : 'refused';
  return { ...no(known, detail), ...(errors !== undefined && { errors }) };
}

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}
