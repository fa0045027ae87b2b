import { EngineError } from "../engine/oci/errors.ts";
import { describeFailure } from "./describe-failure.ts";

/** A command that cannot be run as it was written; the message says why. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What is wrong with a command or its list, in words. @throws what is neither */
export function describeUsage(error: unknown): string {
  if (error instanceof UsageError) return error.message;
  if (error instanceof EngineError) return describeFailure(error);
  throw error;
}

/** @throws UsageError for arguments that `parseArgs` does not take */
export function parsed<Values>(parse: () => Values): Values {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
