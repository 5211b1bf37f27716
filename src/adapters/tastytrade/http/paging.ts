/** Lists of several pages, read to their end or not at all. */
import { z } from 'zod';
import { err, ok, type Result } from '#kernel/result.ts';
import { lenient } from '../wire/values.ts';
import type { Body, QueryFailure } from './judge.ts';
import type { Question, Rest } from './rest.ts';

const PAGES_MAX = 200;

const ITEMS = z.object({ items: z.array(z.unknown()) });
const COUNT = lenient(z.union([z.number(), z.string().regex(/^\d+$/)]).transform(Number));
const PAGINATION = z.object({ 'total-pages': COUNT, 'current-item-count': COUNT });

interface Page {
  readonly items: readonly unknown[];
  /** Of all pages; `null` when the venue does not say. */
  readonly pages: number | null;
}

/**
 * Every item of a list. An item that moves while the pages are read may come twice, so the caller
 * tells items apart by id; so that none is passed over, the first page is read again at the end.
 */
export async function readAll(
  rest: Rest,
  question: Question,
  pageSize: number,
): Promise<Result<readonly unknown[], QueryFailure>> {
  const items: unknown[] = [];
  for (let at = 0; at < PAGES_MAX; at += 1) {
    const page = await readPage(rest, question, { at, pageSize });
    if (!page.ok) return page;
    items.push(...page.value.items);
    const isLast =
      page.value.pages === null ? page.value.items.length < pageSize : at >= page.value.pages - 1;
    if (!isLast) continue;
    if (at === 0) return ok(items);
    const first = await readPage(rest, question, { at: 0, pageSize });
    return first.ok ? ok([...items, ...first.value.items]) : first;
  }
  const detail = `${question.name}: expected at most ${PAGES_MAX} pages`;
  return err({ kind: 'malformed', detail, status: null });
}

async function readPage(
  rest: Rest,
  { name, path, params }: Question,
  { at, pageSize }: { readonly at: number; readonly pageSize: number },
): Promise<Result<Page, QueryFailure>> {
  const paged = [...(params ?? []), ['per-page', `${pageSize}`], ['page-offset', `${at}`]] as const;
  const answer = await rest.ask({ name, path, params: paged });
  return answer.ok ? pageOf(name, answer.value) : answer;
}

function pageOf(name: string, body: Body): Result<Page, QueryFailure> {
  const listed = ITEMS.safeParse(body.data);
  if (!listed.success) {
    return err({ kind: 'malformed', detail: `${name}: expected a list of items`, status: null });
  }
  const { items } = listed.data;
  const pagination = PAGINATION.safeParse(body.pagination);
  // Neither said how many pages nor how many items: a list of one page.
  if (!pagination.success) return ok({ items, pages: 1 });
  const counted = pagination.data['current-item-count'];
  if (counted !== null && counted !== items.length) {
    const detail = `${name}: expected ${counted} items on the page, was ${items.length}`;
    return err({ kind: 'malformed', detail, status: null });
  }
  return ok({ items, pages: pagination.data['total-pages'] });
}
