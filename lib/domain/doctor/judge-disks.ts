import type { DiskSpace } from "./doctor-question.ts";
import { makeFinding } from "./make-finding.ts";
import type { Judgement } from "./walk.ts";

const step = "disk";
/** All images of one release of TKG and what belongs to it, with their platforms. */
const defaultWantedBytes = 50_000_000_000;

/** Whether there is room for bundles, by what their owner has measured. */
export function* judgeDisks(disks: readonly DiskSpace[]): Judgement {
  for (const { folder, freeBytes, wantedBytes = defaultWantedBytes } of disks) {
    if (freeBytes === null) yield makeFinding(step, "disk-unknown", { folder });
    else {
      const code = freeBytes < wantedBytes ? "disk-short" : "disk-enough";
      yield makeFinding(step, code, { folder, freeBytes, wantedBytes });
    }
  }
  return true;
}
