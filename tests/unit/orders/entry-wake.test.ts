import { describe, expect, it } from 'vitest';
import { acked, createCourse } from '../../fixtures/trade-course.ts';

describe('when the trade wants to be looked at', () => {
  it('at the next step, at the next retry, at the end of the window', () => {
    const course = createCourse();
    course.settle();
    course.answered('E0', acked('E0'));
    course.seen('E0');
    expect(course.wakeAt()).toBe(course.now() + 20_000);
    course.wait(30_000);
    expect(course.wakeAt({ quote: null })).toBe(course.now() + 60_000);
    course.wait(60_000);
    expect(course.wakeAt()).toBeNull();
  });
});
