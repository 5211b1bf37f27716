/** One scenario at work: does its part, and says what was shown; ends early by `ScenarioEnd`. */
import type { Course } from '../course.ts';

export type Play = (course: Course) => Promise<string>;
