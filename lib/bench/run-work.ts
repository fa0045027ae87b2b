import { drayage, type Contestant, type Course } from "./contestants.ts";
import { withCourse } from "./courses.ts";
import { measureProcess, type Measurement } from "./measure-process.ts";
import type { Work } from "./works.ts";
import type { Workload } from "./workload.ts";

/** Ours against one other, a pair of numbers a round. */
interface Comparison {
  readonly rival: Work["rivals"][number];
  /** Our seconds divided by theirs, one a round. */
  readonly ratios: readonly number[];
  readonly seconds: readonly number[];
}

export interface WorkResult {
  readonly ours: readonly (Measurement & { readonly report: CopyReport })[];
  readonly comparisons: readonly Comparison[];
}

/** What `drayage copy --json` ends with, as far as it is looked at. */
interface CopyReport {
  readonly images: number;
  readonly failed: number;
  readonly bytesTransferred: number;
  readonly requests: number;
}

/**
 * Runs all contestants of a work in turn, as many rounds as asked, in another order each round.
 *
 * @param options.scratch folder for what the registries of a run get
 */
export async function runWork(
  work: Work,
  workload: Workload,
  rounds: number,
  { scratch, say }: { readonly scratch: string; readonly say: (line: string) => void },
): Promise<WorkResult> {
  const contestants = [drayage, ...work.rivals.map(({ contestant }) => contestant)];
  const measured = new Map<Contestant, Measurement[]>(contestants.map((each) => [each, []]));
  for (let round = 0; round < rounds; round++) {
    const shift = round % contestants.length;
    for (const contestant of [...contestants.slice(shift), ...contestants.slice(0, shift)]) {
      const result = await withCourse(workload, work.course, scratch, async (course) => {
        if (work.filled) await measureProcess(drayage.command(course));
        return measure(contestant, course);
      });
      measured.get(contestant)?.push(result);
      say(`${work.name}, round ${round + 1}: ${contestant.name} ${result.seconds.toFixed(2)} s`);
    }
  }
  const ours = (measured.get(drayage) ?? []).map((each) => ({
    ...each,
    report: JSON.parse(each.stdout.trim().split("\n").at(-1) ?? "") as CopyReport,
  }));
  const comparisons = work.rivals.map((rival) => {
    const seconds = (measured.get(rival.contestant) ?? []).map((each) => each.seconds);
    return { rival, seconds, ratios: seconds.map((theirs, round) => (ours[round]?.seconds ?? 0) / theirs) };
  });
  return { ours, comparisons };
}

async function measure(contestant: Contestant, course: Course): Promise<Measurement> {
  const result = await measureProcess(contestant.command(course));
  const seconds = contestant.readSeconds?.(result.stdout) ?? result.seconds;
  return { ...result, seconds };
}

/** The middle one; of an even number the mean of the middle two. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor((sorted.length - 1) / 2);
  const upper = sorted[Math.ceil((sorted.length - 1) / 2)] ?? Number.NaN;
  return ((sorted[middle] ?? Number.NaN) + upper) / 2;
}
