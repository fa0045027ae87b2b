import { EngineError, type EngineErrorCode, type EngineFacts } from "../oci/errors.ts";

/** Of things on disk, which a second try would find as they are. */
export function bundleError(
  code: EngineErrorCode,
  facts: Omit<EngineFacts, "operation" | "retryable"> & Partial<Pick<EngineFacts, "operation">>,
  cause?: unknown,
): EngineError {
  return new EngineError(code, { operation: "open-bundle", ...facts, retryable: false }, cause);
}

/** Codes by which Node names a disk that has no room. */
const fullCodes: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT"]);

/**
 * What a file system throws, as an `EngineError`.
 *
 * @param file what a person calls the file
 */
export function diskError(thrown: unknown, operation: "read-file" | "write-file", file: string): unknown {
  if (!(thrown instanceof Error) || !("code" in thrown) || typeof thrown.code !== "string") return thrown;
  if (thrown instanceof EngineError) return thrown;
  const platformCode = thrown.code;
  if (operation === "read-file" && platformCode === "ENOENT") {
    return bundleError("bundle-file-missing", { operation, file }, thrown);
  }
  return bundleError(codeOf(platformCode), { operation, file, platformCode }, thrown);
}

function codeOf(platformCode: string): EngineErrorCode {
  if (platformCode === "EFBIG") return "disk-file-too-large";
  return fullCodes.has(platformCode) ? "disk-full" : "disk-failed";
}
