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
