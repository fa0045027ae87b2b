import { createMD5, createSHA1, createSHA256 } from "hash-wasm";
import type { HashReport } from "./hash-file.ts";

const reportEveryMs = 200;

const report = (message: HashReport) => postMessage(message);

addEventListener("message", ({ data }: MessageEvent<File>) => void hash(data));

/** Reads a file once, piece by piece as the browser hands them out: however large it is, little of it is in memory. */
async function hash(file: File): Promise<void> {
  let hashers;
  try {
    hashers = await Promise.all([createSHA256(), createSHA1(), createMD5()]);
  } catch {
    // WebAssembly is turned off, or forbidden by a policy.
    report({ type: "failed", reason: "unavailable" });
    return;
  }
  const startedAt = performance.now();
  let reportedAt = startedAt;
  let readBytes = 0;
  report({ type: "progress", readBytes, elapsedMs: 0 });
  try {
    // Not every browser lets a stream be iterated.
    const reader = file.stream().getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      for (const hasher of hashers) hasher.update(piece.value);
      readBytes += piece.value.byteLength;
      const now = performance.now();
      if (now - reportedAt < reportEveryMs) continue;
      reportedAt = now;
      report({ type: "progress", readBytes, elapsedMs: now - startedAt });
    }
    // Browsers compare a file with what was chosen when they open it, not while they read.
    await file.slice(0, 1).arrayBuffer();
  } catch {
    report({ type: "failed", reason: "unreadable" });
    return;
  }
  if (readBytes !== file.size) {
    report({ type: "failed", reason: "unreadable" });
    return;
  }
  const [sha256, sha1, md5] = hashers.map((hasher) => hasher.digest());
  report({
    type: "done",
    checksums: { sha256: sha256 ?? "", sha1: sha1 ?? "", md5: md5 ?? "", sizeBytes: readBytes },
  });
}
