/** The API as an OpenAPI 3.1 document, written off the route table itself. */
import { z } from 'zod';
import type { Route } from './routes.ts';

const PROBLEM_REFERENCE = { $ref: '#/components/schemas/Problem' };

export function describeApi(routes: readonly Route[]): unknown {
  const paths = new Map<string, Record<string, unknown>>();
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths.set(path, { ...paths.get(path), [route.method.toLowerCase()]: operation(route) });
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Strikewire',
      version: '1',
      description: 'Alerts in, managed orders out, everything on record.',
    },
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer', bearerFormat: 'ak_…' } },
      schemas: { Problem: PROBLEM_SCHEMA },
    },
    paths: Object.fromEntries(paths),
  };
}

function operation(route: Route): unknown {
  return {
    summary: route.summary,
    ...(route.access === 'public' ? {} : { security: [{ key: [] }], 'x-role': route.access }),
    parameters: [...pathParameters(route.path), ...queryParameters(route.query)],
    ...(route.body === null ? {} : { requestBody: requestBody(route.body) }),
    responses: {
      200: { description: 'Done.' },
      default: {
        description: 'A problem (RFC 9457).',
        content: { 'application/problem+json': { schema: PROBLEM_REFERENCE } },
      },
    },
  };
}

function pathParameters(path: string): unknown[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(query: z.ZodType): unknown[] {
  const { properties } = z.toJSONSchema(query, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties ?? {}).map(([name, schema]) => ({ name, in: 'query', schema }));
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
    code: { type: 'string' },
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
