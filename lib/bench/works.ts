import { findOtherContestants, floor, skopeoFour, skopeoLoop, type Contestant } from "./contestants.ts";
import type { CourseOptions } from "./courses.ts";

/** What a ratio must not pass, and what it should reach. */
export interface Bar {
  readonly must: number;
  readonly aim: number;
}

/** Against one contestant: our time as a part of its time. */
interface Rival {
  readonly contestant: Contestant;
  readonly bar?: Bar;
}

/** One discipline. */
export interface Work {
  readonly name: string;
  readonly course: CourseOptions;
  /** The target has everything already when the clock starts. */
  readonly filled?: boolean;
  readonly rivals: readonly Rival[];
}

const others = findOtherContestants().map((contestant): Rival => ({ contestant }));

export const works = {
  cold: {
    name: "cold",
    course: {},
    rivals: [
      { contestant: skopeoLoop, bar: { must: 0.6, aim: 0.52 } },
      { contestant: skopeoFour, bar: { must: 0.78, aim: 0.68 } },
      { contestant: floor, bar: { must: 1.5, aim: 1.3 } },
      ...others,
    ],
  },
  unchanged: {
    name: "unchanged",
    course: {},
    filled: true,
    rivals: [{ contestant: skopeoLoop, bar: { must: 0.12, aim: 0.07 } }, ...others],
  },
  tls: {
    name: "cold over TLS",
    course: { tls: true },
    rivals: [{ contestant: skopeoLoop, bar: { must: 0.68, aim: 0.6 } }],
  },
  delay: {
    name: "cold, 20 ms away",
    course: { oneWayDelayMs: 10 },
    rivals: [{ contestant: skopeoLoop, bar: { must: 0.2, aim: 0.15 } }, ...others],
  },
} satisfies Record<string, Work>;

export type WorkName = keyof typeof works;
