/** Before each test of the second pass: those left out say so. */
import { beforeEach } from 'vitest';
import { leftOut } from './left-out.ts';

beforeEach(({ task, skip }) => {
  const found = leftOut(task.file.name, task.name);
  if (found !== null) skip(found.reason);
});
