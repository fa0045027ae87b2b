import type { Checksums } from "#lib/engine/checksums/checksums.ts";

/** `unreadable`: it was moved, changed or taken away meanwhile; `unavailable`: the browser cannot or may not compute. */
export type HashFailure = "unreadable" | "unavailable";

export type HashReport =
  | { type: "progress"; readBytes: number; elapsedMs: number }
  | { type: "done"; checksums: Checksums }
  | { type: "failed"; reason: HashFailure };

/** Computes the checksums of a file beside the page, which stays responsive. @returns how to stop it */
export function hashFile(file: File, onReport: (report: HashReport) => void): () => void {
  const worker = new Worker(new URL("./checksum-worker.ts", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<HashReport>) => {
    if (data.type !== "progress") worker.terminate();
    onReport(data);
  };
  worker.onerror = () => {
    worker.terminate();
    onReport({ type: "failed", reason: "unavailable" });
  };
  worker.postMessage(file);
  return () => worker.terminate();
}
