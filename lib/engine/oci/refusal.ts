import { maxErrorBodyBytes, parseRetryAfter, type HttpResponse } from "../network/http-message.ts";
import { EngineError, type EngineErrorCode, type EngineFacts, type EngineOperation } from "./errors.ts";

const maxOciCodes = 8;

/**
 * The error codes of a registry's answer, `{"errors":[{"code":"..."}]}` in the distribution specification. Registries
 * and proxies answer with anything, so whatever does not look like that is no code.
 */
export function parseOciCodes(body: Uint8Array): string[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(body).toString("utf8"));
  } catch {
    return [];
  }
  const errors = typeof parsed === "object" && parsed !== null && "errors" in parsed ? parsed.errors : [];
  if (!Array.isArray(errors)) return [];
  return errors
    .map((error: unknown) =>
      typeof error === "object" && error !== null && "code" in error ? error.code : null,
    )
    .filter((code): code is string => typeof code === "string" && /^[A-Z][A-Z0-9_ ]{0,63}$/.test(code))
    .slice(0, maxOciCodes);
}

/** Codes that say more than the status. https://github.com/opencontainers/distribution-spec: error codes */
const codesByOciCode: Readonly<Record<string, EngineErrorCode>> = {
  BLOB_UPLOAD_UNKNOWN: "upload-lost",
  BLOB_UPLOAD_INVALID: "upload-lost",
  DIGEST_INVALID: "digest-mismatch",
  SIZE_INVALID: "size-mismatch",
  MANIFEST_BLOB_UNKNOWN: "manifest-blob-unknown",
  NAME_UNKNOWN: "repository-not-found",
  TOOMANYREQUESTS: "rate-limited",
  DENIED: "forbidden",
  UNAUTHORIZED: "unauthorized",
};

const notFoundCodes: Readonly<Partial<Record<EngineOperation, EngineErrorCode>>> = {
  ping: "not-a-registry",
  "head-manifest": "manifest-not-found",
  "get-manifest": "manifest-not-found",
  "head-blob": "blob-not-found",
  "get-blob": "blob-not-found",
  "put-blob": "upload-lost",
  "get-upload": "upload-lost",
  "list-tags": "repository-not-found",
};

/**
 * By which registries say that they delete nothing, or no tags: 400 or 405 by the distribution specification; some do
 * not know the method. `distribution` 2.8 takes a tag for a digest that is none.
 */
const deletionRefusals: ReadonlySet<number> = new Set([405, 501]);
const malformedDeletionCodes: ReadonlySet<string> = new Set(["DIGEST_INVALID", "TAG_INVALID"]);

function isDeletionUnsupported(status: number, ociCodes: readonly string[]): boolean {
  if (deletionRefusals.has(status) || ociCodes.includes("UNSUPPORTED")) return true;
  // What was asked for is well-formed, so it is the kind of request that is not taken.
  return status === 400 && ociCodes.every((code) => malformedDeletionCodes.has(code));
}

function classifyRefusal(
  status: number,
  operation: EngineOperation,
  ociCodes: readonly string[],
): EngineErrorCode {
  // Some limit whole accounts, and call that a denial, too.
  if (status === 429) return "rate-limited";
  if (operation === "delete-manifest" && isDeletionUnsupported(status, ociCodes))
    return "deletion-unsupported";
  if (status >= 500) return "registry-failed";
  for (const ociCode of ociCodes) {
    const code = codesByOciCode[ociCode];
    if (code) return code;
  }
  if (status === 401) return "unauthorized";
  if (status === 403) return "forbidden";
  if (status === 404) return notFoundCodes[operation] ?? "registry-refused";
  if (operation === "put-blob") {
    // A chunk that does not follow on what is there; a body too large for a proxy; a registry that takes chunks only.
    if (status === 416) return "upload-lost";
    if (status === 413 || status === 405) return "upload-too-large";
  }
  return "registry-refused";
}

/** Server errors that repeat however often one asks. */
const permanentServerErrors = new Set([501, 505, 507]);
/** 408 and 425 are the server's own wish to be asked again. */
const passingClientErrors = new Set([408, 425]);

function isRetryable(code: EngineErrorCode, status: number): boolean {
  if (code === "registry-failed") return !permanentServerErrors.has(status);
  if (code === "rate-limited" || code === "upload-lost") return true;
  // The registry received other bytes than were sent: sending them again may help.
  if (code === "digest-mismatch" || code === "size-mismatch") return true;
  return passingClientErrors.has(status);
}

/** The error that an unwanted answer amounts to. Reads what is needed of the body and ends it. */
export async function describeRefusal(
  response: HttpResponse,
  facts: Omit<EngineFacts, "status" | "ociCodes" | "retryable" | "retryAfterMs">,
): Promise<EngineError> {
  const { status } = response;
  // A body that breaks off leaves the status, which says enough.
  const body = await response.read(maxErrorBodyBytes).catch(() => null);
  const ociCodes = parseOciCodes(body?.bytes ?? new Uint8Array());
  const retryAfterMs = parseRetryAfter(response.headers["retry-after"], Date.now());
  const wantsTls = status >= 300 && status < 400 && leadsToHttps(response);
  const code = wantsTls ? "protocol-mismatch" : classifyRefusal(status, facts.operation, ociCodes);
  return new EngineError(code, {
    ...facts,
    status,
    ...(ociCodes.length > 0 ? { ociCodes } : {}),
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
    retryable: isRetryable(code, status),
  });
}

function leadsToHttps({ headers, url }: HttpResponse): boolean {
  return url.protocol === "http:" && URL.parse(headers.location ?? "", url)?.protocol === "https:";
}
