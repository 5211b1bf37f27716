import { describe, expect, it } from 'vitest';
import { isUnavailable, plainly, RefusalError, refusalOf } from '../../../web/src/api/problem.ts';

describe('a refusal', () => {
  it('is told in the desk’s own words', () => {
    const body = { title: 'The desk refused', code: 'refused', detail: 'there is no such trade' };
    const error = new RefusalError(refusalOf(409, body));
    expect(plainly(error)).toBe('there is no such trade');
  });

  it.each([null, 'gateway', [], { detail: 7 }])('is told from whatever came: %j', (body) => {
    expect(refusalOf(502, body).detail).toBe('The desk answered 502');
  });

  it('tells a missing part from a missing thing', () => {
    const of = (status: number, code: string) =>
      isUnavailable(new RefusalError({ status, code, title: '', detail: '' }));
    expect([
      of(501, 'not_available'),
      of(404, 'not_found'),
      of(409, 'refused'),
      of(500, 'internal'),
    ]).toEqual([true, false, false, false]);
  });
});
