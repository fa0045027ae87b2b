import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Contestant, Course } from "./contestants.ts";
import { withCourse } from "./courses.ts";
import { measureFolder } from "./measure-folder.ts";
import { measureProcess, type Measurement } from "./measure-process.ts";
import type { Work } from "./works.ts";
import type { Workload } from "./workload.ts";

interface RunMeasurement extends Measurement {
  /** Of the files that carry the images, where there are any. */
  readonly bundleBytes: number;
}

/** Ours against one other, a pair of numbers a round. */
interface Comparison {
  readonly rival: Work["rivals"][number];
  /** Our seconds divided by theirs, one a round. */
  readonly ratios: readonly number[];
  readonly seconds: readonly number[];
  /** Of the other's files, where there are any. */
  readonly bundleBytes: number;
}

export interface WorkResult {
  readonly ours: readonly (RunMeasurement & { readonly report: RunReport })[];
  readonly comparisons: readonly Comparison[];
}

/** What our commands end with after `--json`, as far as it is looked at. */
interface RunReport {
  readonly images: number;
  readonly failed: number;
  readonly bytesTransferred: number;
  readonly requests: number;
}

/**
 * Runs all contestants of a work in turn, as many rounds as asked, in another order each round.
 *
 * @param options.scratch folder for what the registries of a run get, and for bundles
 */
export async function runWork(
  work: Work,
  workload: Workload,
  rounds: number,
  { scratch, say }: { readonly scratch: string; readonly say: (line: string) => void },
): Promise<WorkResult> {
  const contestants = [work.ours, ...work.rivals.map(({ contestant }) => contestant)];
  const measured = new Map<Contestant, RunMeasurement[]>(contestants.map((each) => [each, []]));
  const packedFolder = await mkdtemp(join(scratch, "drayage-packed-"));
  try {
    const packed = new Map<Contestant, Pick<Course, "bundleFolder">>();
    for (const [at, contestant] of contestants.entries()) {
      const { packer } = contestant;
      if (packer === undefined) continue;
      say(`${work.name}: ${contestant.name} packs…`);
      const bundleFolder = join(packedFolder, String(at));
      await mkdir(bundleFolder);
      packed.set(contestant, { bundleFolder });
      await withCourse(workload, work.course, scratch, async (course) =>
        measureProcess(packer.command({ ...course, bundleFolder })),
      );
    }
    for (let round = 0; round < rounds; round++) {
      const shift = round % contestants.length;
      for (const contestant of [...contestants.slice(shift), ...contestants.slice(0, shift)]) {
        const result = await withCourse(workload, work.course, scratch, async (course) => {
          if (work.filled) await measureProcess(work.ours.command(course));
          return measure(contestant, { ...course, ...packed.get(contestant) });
        });
        measured.get(contestant)?.push(result);
        say(`${work.name}, round ${round + 1}: ${contestant.name} ${result.seconds.toFixed(2)} s`);
      }
    }
  } finally {
    await rm(packedFolder, { recursive: true, force: true });
  }
  const ours = (measured.get(work.ours) ?? []).map((each) => ({
    ...each,
    report: JSON.parse(each.stdout.trim().split("\n").at(-1) ?? "") as RunReport,
  }));
  const comparisons = work.rivals.map((rival) => {
    const theirs = measured.get(rival.contestant) ?? [];
    return {
      rival,
      seconds: theirs.map(({ seconds }) => seconds),
      ratios: theirs.map(({ seconds }, round) => (ours[round]?.seconds ?? 0) / seconds),
      bundleBytes: theirs[0]?.bundleBytes ?? 0,
    };
  });
  return { ours, comparisons };
}

async function measure(contestant: Contestant, course: Course): Promise<RunMeasurement> {
  const result = await measureProcess(contestant.command(course));
  const seconds = contestant.readSeconds?.(result.stdout) ?? result.seconds;
  return { ...result, seconds, bundleBytes: await measureFolder(course.bundleFolder) };
}

/** The middle one; of an even number the mean of the middle two. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor((sorted.length - 1) / 2);
  const upper = sorted[Math.ceil((sorted.length - 1) / 2)] ?? Number.NaN;
  return ((sorted[middle] ?? Number.NaN) + upper) / 2;
}
