import { type ErrorView, type FieldError, inputErrorCodes } from "#lib/errors.ts";
import { startJobInput } from "#lib/schemas/jobs.ts";
import type { Places } from "./places-step.tsx";

/** What is wrong with the second step, as the server would say it; null when it may be left. */
export function checkPlaces(places: Places): ErrorView | null {
  const fields: Record<string, FieldError> = {};
  for (const field of ["sourceRegistryId", "destinationId"] as const) {
    if (places[field] === "") fields[field] = { code: "required", facts: {} };
  }
  const path = startJobInput.shape.sourceBasePath.safeParse(places.sourceBasePath);
  const [issue] = path.error?.issues ?? [];
  const code = inputErrorCodes.find((one) => one === issue?.message) ?? "invalid";
  if (issue) fields.sourceBasePath = { code, facts: {} };
  return Object.keys(fields).length === 0 ? null : { code: "invalid-input", facts: { fields } };
}
