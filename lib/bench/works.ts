import {
  drayageExport,
  drayageImport,
  otherBundlers,
  skopeoExportLoop,
  skopeoImportLoop,
} from "./bundle-contestants.ts";
import {
  drayage,
  findOtherContestants,
  floor,
  skopeoFour,
  skopeoLoop,
  type Contestant,
} from "./contestants.ts";
import type { CourseOptions } from "./courses.ts";

/** What a ratio must not pass, and what it should reach. */
export interface Bar {
  readonly must: number;
  readonly aim?: number;
}

/** Against one contestant: our time as a part of its time. */
interface Rival {
  readonly contestant: Contestant;
  readonly bar?: Bar;
  /** Of our files on disk as a part of its files. */
  readonly bytesBar?: Bar;
}

/** One discipline. */
export interface Work {
  readonly name: string;
  readonly ours: Contestant;
  readonly course: CourseOptions;
  /** Of our CPU seconds for a gigabyte. */
  readonly cpuBar?: Bar;
  /** The target has everything already when the clock starts. */
  readonly filled?: boolean;
  readonly rivals: readonly Rival[];
}

const toRival = (contestant: Contestant): Rival => ({ contestant });
const others = findOtherContestants().map(toRival);
const cpuBar: Bar = { must: 3.3, aim: 2 };

export const works = {
  cold: {
    name: "cold",
    ours: drayage,
    cpuBar,
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
    ours: drayage,
    course: {},
    filled: true,
    rivals: [{ contestant: skopeoLoop, bar: { must: 0.12, aim: 0.07 } }, ...others],
  },
  tls: {
    name: "cold over TLS",
    ours: drayage,
    cpuBar,
    course: { tls: true },
    rivals: [{ contestant: skopeoLoop, bar: { must: 0.68, aim: 0.6 } }],
  },
  delay: {
    name: "cold, 20 ms away",
    ours: drayage,
    cpuBar,
    course: { oneWayDelayMs: 10 },
    rivals: [{ contestant: skopeoLoop, bar: { must: 0.2, aim: 0.15 } }, ...others],
  },
  export: {
    name: "export",
    ours: drayageExport,
    course: {},
    rivals: [
      { contestant: skopeoExportLoop, bar: { must: 0.35, aim: 0.25 }, bytesBar: { must: 0.5 } },
      ...otherBundlers.export.map(toRival),
    ],
  },
  import: {
    name: "import",
    ours: drayageImport,
    course: {},
    rivals: [
      { contestant: skopeoImportLoop, bar: { must: 0.5, aim: 0.43 } },
      ...otherBundlers.import.map(toRival),
    ],
  },
} satisfies Record<string, Work>;

export type WorkName = keyof typeof works;

/** With a single large blob, for memory; nobody is raced. */
export const largeWorks: readonly Work[] = [
  { name: "copy", ours: drayage, course: {}, rivals: [] },
  { name: "export", ours: drayageExport, course: {}, rivals: [] },
  { name: "import", ours: drayageImport, course: {}, rivals: [] },
];
