import { median, type WorkResult } from "./run-work.ts";
import type { Bar, Work } from "./works.ts";
import type { Workload } from "./workload.ts";

export const gigabyte = 1e9;
const megabyte = 1e6;
const peakBar: Bar = { must: 200, aim: 150 };

/** What a work has shown, in lines for a person. */
export function describeWork(work: Work, { ours, comparisons }: WorkResult, workload: Workload): string {
  const { report, bundleBytes = 0 } = ours[0] ?? {};
  const lines = [`\n${work.name}: drayage ${median(ours.map((each) => each.seconds)).toFixed(2)} s`];
  for (const { rival, ratios, seconds, bundleBytes: theirBytes } of comparisons) {
    const ratio = median(ratios);
    const spread = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
    const name = rival.contestant.name.padEnd(24);
    lines.push(
      `  of ${name} ${ratio.toFixed(3)} (${spread}; ${median(seconds).toFixed(2)} s)${judge(ratio, rival.bar)}`,
    );
    if (theirBytes === 0) continue;
    const part = bundleBytes / theirBytes;
    lines.push(
      `  of its files              ${part.toFixed(3)} (${inGigabytes(bundleBytes)} of ${inGigabytes(theirBytes)})${judge(part, rival.bytesBar)}`,
    );
  }
  if (report === undefined) return lines.join("\n");
  const { images, requests, bytesTransferred, failed } = report;
  const times = bytesTransferred / workload.distinctBytes;
  lines.push(
    `  requests per image ${(requests / images).toFixed(2)}; bytes from the source ${inGigabytes(bytesTransferred)}, ${times.toFixed(3)} of the distinct blobs; failed ${failed}`,
  );
  const peak = median(ours.map((each) => each.peakBytes)) / megabyte;
  lines.push(`  peak memory ${peak.toFixed(0)} MB${judge(peak, peakBar)}`);
  if (bytesTransferred > 0) {
    const cpu = median(ours.map((each) => each.cpuSeconds / (each.report.bytesTransferred / gigabyte)));
    lines.push(`  client CPU per GB ${cpu.toFixed(2)} s${judge(cpu, work.cpuBar)}`);
  }
  return lines.join("\n");
}

/** How much memory a work took, in a line for a person. */
export function describePeak(work: Work, { ours: [first] }: WorkResult): string {
  const peak = (first?.peakBytes ?? 0) / megabyte;
  return `  ${work.name}: peak memory ${peak.toFixed(0)} MB${judge(peak, peakBar)}`;
}

const inGigabytes = (bytes: number) => `${(bytes / gigabyte).toFixed(3)} GB`;

function judge(value: number, bar: Bar | undefined): string {
  if (bar === undefined) return "";
  const { must, aim } = bar;
  const bars = aim === undefined ? `must ${must}` : `must ${must}, aim ${aim}`;
  const word = aim !== undefined && value <= aim ? "aim reached" : value <= must ? "must reached" : "MISSED";
  return `  ${bars}: ${word}`;
}
