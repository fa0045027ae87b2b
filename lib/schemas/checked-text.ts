import { z } from "zod";
import type { InputErrorCode } from "#lib/errors.ts";

/** For `transform`: the text as it is, refused under the code that `problemOf` gives it. */
export function checkedBy(problemOf: (text: string) => InputErrorCode | null) {
  return (text: string, context: z.RefinementCtx): string => {
    const problem = problemOf(text);
    if (problem !== null) context.addIssue({ code: "custom", message: problem });
    return text;
  };
}

/**
 * Text on one line, in any script; control characters would show nowhere and confuse everything.
 *
 * @param code what to say of them
 */
export function textLine(maximum: number, code: InputErrorCode = "invalid") {
  return z
    .string()
    .trim()
    .max(maximum)
    .regex(/^\P{Cc}*$/u, code);
}
