import { randomUUID } from "node:crypto";
import { z } from "zod";
import { AppError, type ErrorView, type FieldError, hasCodeAndFacts, inputErrorCodes } from "./errors.ts";
import type { InputErrorCode } from "./errors.ts";
import { logger } from "./logger.ts";
import { formatStorableJson } from "./storable-text.ts";

const maxFactLength = 2_000;

/** The one place where a thrown thing becomes data for a person: ours as they are, all else logged under an id. */
export function errorView(error: unknown): ErrorView {
  if (error instanceof z.ZodError)
    return errorView(new AppError("invalid-input", { fields: fieldErrors(error) }));
  if (hasCodeAndFacts(error)) return { code: error.code, facts: plainFacts(error.facts) };
  const id = randomUUID();
  logger.error({ err: error, id }, "unexpected error");
  return { code: "unexpected", facts: { id } };
}

export function fieldErrors(error: z.ZodError): Record<string, FieldError> {
  const fields: Record<string, FieldError> = {};
  for (const issue of error.issues) {
    // The first thing wrong with a field is what its user should mend first.
    fields[issue.path.join(".")] ??= { code: inputErrorCode(issue), facts: inputErrorFacts(issue) };
  }
  return fields;
}

function inputErrorCode(issue: z.core.$ZodIssue): InputErrorCode {
  const named = inputErrorCodes.find((code) => code === issue.message);
  if (named) return named;
  if (issue.code === "too_small") return issue.minimum === 1 ? "required" : "too-short";
  if (issue.code === "too_big") return issue.origin === "array" ? "too-many" : "too-long";
  return "invalid";
}

function inputErrorFacts(issue: z.core.$ZodIssue): FieldError["facts"] {
  if (issue.code === "too_small") return { minimum: Number(issue.minimum) };
  if (issue.code === "too_big") return { maximum: Number(issue.maximum) };
  return {};
}

/** Facts as JSON and a column carry them: undefined dropped, nothing but plain values, no text without end. */
function plainFacts(facts: unknown): Record<string, unknown> {
  return JSON.parse(formatStorableJson(facts), (_key, field: unknown) =>
    typeof field === "string" && field.length > maxFactLength ? `${field.slice(0, maxFactLength)}…` : field,
  ) as Record<string, unknown>;
}
