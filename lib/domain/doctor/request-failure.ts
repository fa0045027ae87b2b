import {
  EngineError,
  type EngineErrorCode,
  type EngineOperation,
  toEngineError,
} from "#lib/engine/oci/errors.ts";

/** What went wrong with a request, as findings tell it. */
interface RequestFailure {
  readonly failure: EngineErrorCode;
  readonly platformCode: string | null;
  readonly status: number | null;
}

/** A thrown failure of the engine or the network. @throws what is none, or was called off */
export function asEngineError(thrown: unknown, operation: EngineOperation): EngineError {
  const error = toEngineError(thrown, { operation });
  if (error instanceof EngineError && error.code !== "cancelled") return error;
  throw thrown;
}

/** A thrown failure in the facts of a finding. @throws as `asEngineError` */
export function describeRequestFailure(thrown: unknown, operation: EngineOperation): RequestFailure {
  const { code, facts } = asEngineError(thrown, operation);
  return { failure: code, platformCode: facts.platformCode ?? null, status: facts.status ?? null };
}
