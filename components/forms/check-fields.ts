import type { z } from "zod";
import { type ErrorView, type FieldError, inputErrorCodes } from "#lib/errors.ts";

/**
 * What is wrong with the fields of a form's part, as the server would say it of the whole; null when the part may be
 * left. A choice that was not made is an empty text.
 */
export function checkFields(schema: z.ZodObject, values: object): ErrorView | null {
  const given: Record<string, unknown> = { ...values };
  const fields: Record<string, FieldError> = {};
  for (const { path, message } of schema.safeParse(given).error?.issues ?? []) {
    const field = String(path[0]);
    const code = inputErrorCodes.find((one) => one === message) ?? "invalid";
    fields[field] ??= { code: given[field] === "" ? "required" : code, facts: {} };
  }
  return Object.keys(fields).length === 0 ? null : { code: "invalid-input", facts: { fields } };
}
