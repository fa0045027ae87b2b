import { NetworkError, networkErrorCodes } from "../network/network-error.ts";

/** Every code an `EngineError` can carry: what is stored, counted and translated. */
export const engineErrorCodes = [
  ...networkErrorCodes,
  "unauthorized",
  "forbidden",
  "manifest-not-found",
  "blob-not-found",
  "repository-not-found",
  "rate-limited",
  "registry-failed",
  "registry-refused",
  "not-a-registry",
  "harbor-answer-invalid",
  "vcd-answer-invalid",
  "vcd-version-unsupported",
  "vcd-unauthorized",
  "vcd-forbidden",
  "vcd-failed",
  "vcd-config-missing",
  "vcd-config-several",
  "digest-mismatch",
  "size-mismatch",
  "blob-damaged",
  "manifest-invalid",
  "manifest-too-large",
  "manifest-unsupported",
  "manifest-blob-unknown",
  "deletion-unsupported",
  "tag-list-incomplete",
  "upload-lost",
  "upload-too-large",
  "bundle-invalid",
  "image-too-complex",
  "platform-missing",
  "sparse-index-refused",
  "foreign-layers-refused",
  "reference-invalid",
  "list-line-invalid",
  "list-too-large",
  "list-empty",
  "tar-invalid",
  "bundle-not-recognized",
  "bundle-document-invalid",
  "bundle-unfinished",
  "bundle-file-missing",
  "bundle-file-truncated",
  "bundle-file-packed",
  "bundle-file-different",
  "bundle-file-swapped",
  "bundle-content-damaged",
  "bundle-content-missing",
  "bundle-base-missing",
  "bundle-signature-invalid",
  "bundle-signature-missing",
  "bundle-key-unknown",
  "image-not-representable",
  "image-file-missing",
  "image-file-invalid",
  "plugin-unknown",
  "tkg-version-unknown",
  "tkg-compatibility-missing",
  "kubernetes-release-unknown",
  "infrastructure-unknown",
  "release-document-invalid",
  "release-entry-invalid",
  "volume-too-small",
  "export-differs",
  "export-in-use",
  "folder-occupied",
  "file-changed",
  "disk-full",
  "disk-file-too-large",
  "disk-failed",
  "cancelled",
] as const;

export type EngineErrorCode = (typeof engineErrorCodes)[number];

/** What was being done: one word per kind of request, so that a sentence can be made of it. */
export type EngineOperation =
  | "ping"
  | "get-token"
  | "head-manifest"
  | "get-manifest"
  | "put-manifest"
  | "delete-manifest"
  | "head-blob"
  | "get-blob"
  | "mount-blob"
  | "start-upload"
  | "put-blob"
  | "get-upload"
  | "list-referrers"
  | "list-tags"
  | "list-repositories"
  | "read-bundle"
  | "read-list"
  | "parse-reference"
  | "open-bundle"
  | "read-file"
  | "write-file"
  | "copy"
  | "find-harbor"
  | "find-project"
  | "create-project"
  | "find-api-version"
  | "sign-in"
  | "find-config"
  | "read-config";

/** What is wrong with a text that should have been a reference or a list line. */
export const referenceProblems = [
  "empty",
  "scheme",
  "trailing-slash",
  "whitespace",
  "uppercase",
  "too-long",
  "host-malformed",
  "port-malformed",
  "host-missing",
  "repository-malformed",
  "tag-malformed",
  "digest-malformed",
  "tag-or-digest-missing",
  "columns",
  "source-missing",
  "target-conflict",
  "platform-malformed",
] as const;

export type ReferenceProblem = (typeof referenceProblems)[number];

/** What is wrong with a tar archive. */
export const tarProblems = [
  "not-a-tar",
  "header-damaged",
  "cut-short",
  "name-absolute",
  "name-climbs",
  "name-malformed",
  "name-twice",
  "link",
  "device",
  "sparse",
  "kind-unknown",
  "pax-malformed",
  "too-many-entries",
  "entry-too-large",
] as const;

export type TarProblem = (typeof tarProblems)[number];

export interface EngineFacts {
  readonly operation: EngineOperation;
  /** host[:port], as the user wrote it. */
  readonly registry?: string;
  /** `scheme://host[:port]` that failed, where it is not the registry itself: a token server, a blob store. */
  readonly origin?: string;
  readonly repository?: string;
  /** Tag or digest that was asked for. */
  readonly reference?: string;
  readonly digest?: string;
  /** HTTP status. */
  readonly status?: number;
  /** Error codes of the registry's answer, as in the distribution specification. */
  readonly ociCodes?: readonly string[];
  readonly side?: "source" | "target";
  readonly retryable: boolean;
  /** How long the registry asked to wait. */
  readonly retryAfterMs?: number;
  /** Whether credentials were sent; tells "rejected" from "none given". */
  readonly credentialsSent?: boolean;
  readonly platformCode?: string;
  /** `host:port` of a proxy that failed. */
  readonly proxy?: string;
  /** The address that may not be connected to. */
  readonly address?: string;
  readonly mediaType?: string;
  readonly expectedBytes?: number;
  readonly actualBytes?: number;
  readonly limit?: number;
  /** `os/architecture[/variant]`, comma-separated. */
  readonly platforms?: string;
  /** Text that could not be parsed, shortened. */
  readonly value?: string;
  /** What could have been meant, comma-separated. */
  readonly known?: string;
  readonly problem?: ReferenceProblem;
  readonly file?: string;
  readonly line?: number;
  readonly tarProblem?: TarProblem;
  /** Where in `file`, in bytes. */
  readonly offset?: number;
  /** Which file `file` is instead. */
  readonly actualFile?: string;
  /** What is wrong in a document: the path of a field. */
  readonly field?: string;
  /** What a person calls the bundle. */
  readonly bundle?: string;
  /** SHA-256 of a public key. */
  readonly fingerprint?: string;
  readonly requiredBytes?: number;
  readonly availableBytes?: number;
}

/** A failure of the engine: a code of a closed set and typed facts; the sentence is made by whoever shows it. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly code: EngineErrorCode;
  readonly facts: EngineFacts;

  constructor(code: EngineErrorCode, facts: EngineFacts, cause?: unknown) {
    const where = [facts.registry, facts.repository, facts.reference ?? facts.digest]
      .filter(Boolean)
      .join(" ");
    super(
      `${code} (${facts.operation}${where ? ` ${where}` : ""})`,
      cause === undefined ? undefined : { cause },
    );
    this.code = code;
    this.facts = facts;
  }

  /** The same failure with facts known only further out, such as the side. What is there already wins. */
  withFacts(facts: Partial<EngineFacts>): EngineError {
    const error = new EngineError(this.code, { ...facts, ...this.facts }, this.cause);
    // Where it began is what a log wants to show.
    if (this.stack !== undefined) error.stack = this.stack;
    return error;
  }
}

/**
 * Any thrown value as an `EngineError`.
 *
 * A network failure keeps its code; an aborted signal becomes `cancelled`. Anything else is a bug of ours and is
 * returned unchanged, to be thrown as it is.
 */
export function toEngineError(thrown: unknown, facts: Omit<EngineFacts, "retryable">): unknown {
  if (thrown instanceof EngineError) return thrown.withFacts(facts);
  if (thrown instanceof NetworkError) {
    const { origin, ...known } = thrown.facts;
    return new EngineError(thrown.code, { origin, ...facts, ...known }, thrown);
  }
  if (thrown instanceof Error && thrown.name === "AbortError") {
    return new EngineError("cancelled", { ...facts, retryable: false }, thrown);
  }
  return thrown;
}
