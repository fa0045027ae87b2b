import { EngineError, type EngineErrorCode, type EngineFacts } from "#lib/engine/oci/errors.ts";

const maxShownLength = 200;

/** A failure of a look through a release, which another attempt would not mend. */
export function tkgError(
  code: EngineErrorCode,
  facts: Omit<EngineFacts, "operation" | "retryable" | "side">,
  cause?: unknown,
): EngineError {
  const { value, ...others } = facts;
  const shown =
    value !== undefined && value.length > maxShownLength ? `${value.slice(0, maxShownLength)}…` : value;
  return new EngineError(
    code,
    {
      operation: "read-file",
      side: "source",
      retryable: false,
      ...others,
      ...(shown !== undefined && { value: shown }),
    },
    cause,
  );
}

/** What is wrong with a part of a release while the rest of it stays usable. */
export interface DiscoveryProblem {
  readonly code: EngineErrorCode;
  /** Which document (`file`, `repository`, `reference`), and where in it (`field`). */
  readonly facts: EngineFacts;
}

export function toProblem({ code, facts }: EngineError): DiscoveryProblem {
  return { code, facts };
}
