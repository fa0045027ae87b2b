import { z } from "zod";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { parseRegistryBase, parseRegistryHost } from "#lib/engine/oci/reference.ts";

/** A text that a parser of references takes; what it says is wrong stands in the issue's `params.problem`. */
const parsed = <Value>(parse: (text: string) => Value) =>
  z
    .string()
    .max(512)
    .transform((text, context) => {
      try {
        return parse(text);
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        context.addIssue({ code: "custom", params: { problem: error.facts.problem } });
        return z.NEVER;
      }
    });

/** `host[:port][/base]`, below which images stand. */
export const registryBaseSchema = parsed(parseRegistryBase);
/** `host[:port]` */
export const registryHostSchema = parsed(parseRegistryHost);
