/** What may at most be bought or sold by the orders of one role. */
import { describe, expect, it } from 'vitest';
import { worstCase } from '#orders/core/exposure.ts';
import { createCourse } from '../../fixtures/trade-course.ts';

describe('the worst case of a role', () => {
  it('counts an order nobody knows the fate of whole', () => {
    const course = createCourse();
    course.settle();
    course.answered('E0', { kind: 'ambiguous', detail: 'timeout' });
    expect(worstCase(course.trade(), 'entry')).toBe(4);
  });
});
