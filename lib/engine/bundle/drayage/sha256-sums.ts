import { bundleError } from "../bundle-error.ts";

/** As `sha256sum` writes and checks it. */
export const sumsName = "SHA256SUMS";
export const maxSumsBytes = 4 * 1024 * 1024;

/** @param sums by file name, hexadecimal */
export function formatSums(sums: Iterable<readonly [string, string]>): string {
  return Array.from(sums, ([name, sha256]) => `${sha256}  ${name}\n`).join("");
}

/** @throws EngineError `bundle-document-invalid` */
export function parseSums(text: string): Map<string, string> {
  const sums = new Map<string, string>();
  for (const [at, line] of text.replace(/\r\n/g, "\n").split("\n").entries()) {
    if (line === "") continue;
    const { sha256, name } = /^(?<sha256>[a-fA-F0-9]{64}) [ *](?<name>.+)$/.exec(line)?.groups ?? {};
    if (sha256 === undefined || name === undefined || sums.has(name)) {
      throw bundleError("bundle-document-invalid", { file: sumsName, line: at + 1 });
    }
    sums.set(name, sha256.toLowerCase());
  }
  return sums;
}
