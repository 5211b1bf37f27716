/** The API as an OpenAPI 3.1 document, written off the declarations themselves. */
import { z } from 'zod';
import { type Endpoint, PROBLEMS } from '#operate/model.ts';

const PROBLEM_ANSWER = {
  description: 'A problem (RFC 9457).',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

export function describeApi(endpoints: readonly Endpoint[]): unknown {
  const paths = new Map<string, Record<string, unknown>>();
  for (const endpoint of endpoints) {
    const path = endpoint.path.replaceAll(/:(\w+)/g, '{$1}');
    const method = endpoint.method.toLowerCase();
    paths.set(path, { ...paths.get(path), [method]: operation(endpoint) });
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Strikewire',
      version: '1',
      description: 'Alerts in, managed orders out, everything on record.',
    },
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', bearerFormat: 'ak_…' },
        session: { type: 'apiKey', in: 'cookie', name: 'strikewire_7420' },
      },
      schemas: { Problem: PROBLEM_SCHEMA },
    },
    paths: Object.fromEntries(paths),
  };
}

function operation(endpoint: Endpoint): unknown {
  const { summary, access, params, query, body, key } = endpoint;
  const isOpen = access === 'public';
  return {
    summary,
    ...(isOpen ? {} : { security: [{ key: [] }, { session: [] }], 'x-role': access }),
    parameters: [
      ...parameters('path', params),
      ...parameters('query', query),
      ...(key === 'none' ? [] : [keyParameter(key)]),
    ],
    ...(body instanceof z.ZodUndefined ? {} : { requestBody: requestBody(body) }),
    responses: { 200: answerOf(endpoint), default: PROBLEM_ANSWER },
  };
}

function answerOf({ answer, type = 'application/json' }: Endpoint): unknown {
  const schema = z.toJSONSchema(answer, { io: 'output', unrepresentable: 'any' });
  return { description: 'Done.', content: { [type]: { schema } } };
}

function parameters(place: 'path' | 'query', declared: z.ZodType): unknown[] {
  const { properties, required = [] } = z.toJSONSchema(declared, {
    io: 'input',
    unrepresentable: 'any',
  });
  return Object.entries(properties ?? {}).map(([name, schema]) => ({
    name,
    in: place,
    ...((place === 'path' || required.includes(name)) && { required: true }),
    schema,
  }));
}

function keyParameter(key: 'taken' | 'needed'): unknown {
  return {
    name: 'Idempotency-Key',
    in: 'header',
    required: key === 'needed',
    description: 'The same key with the same request is done once and answered alike.',
    schema: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,64}$' },
  };
}

function requestBody(body: z.ZodType): unknown {
  const schema = z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' });
  return { required: true, content: { 'application/json': { schema } } };
}

const PROBLEM_SCHEMA = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(PROBLEMS) },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: { pointer: { type: 'string' }, detail: { type: 'string' } },
      },
    },
  },
};
