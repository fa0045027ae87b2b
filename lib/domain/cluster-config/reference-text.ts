import { z } from "zod";
import { EngineError } from "#lib/engine/oci/errors.ts";

/**
 * A text that a parser of `engine/oci/reference.ts` makes something of; the message of an issue is its `ReferenceProblem`.
 *
 * @param maxLength in characters
 */
export const referenceText = <Value>(maxLength: number, parse: (text: string) => Value) =>
  z
    .string()
    .max(maxLength)
    .transform((text, context): Value => {
      try {
        return parse(text);
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        context.addIssue({ code: "custom", message: error.facts.problem ?? error.code });
        return z.NEVER;
      }
    });
