import "server-only";
import type { FieldError, InputErrorCode } from "#lib/errors.ts";
import { AppError } from "#lib/errors.ts";
import { maxAdditionalRegistries } from "#lib/schemas/cluster-config.ts";

interface Issue {
  path: string;
  message: string;
  maximum?: number;
}

/** What generators say of an input, in the words that fields have. */
const inputCodes: Readonly<Record<string, InputErrorCode>> = {
  required: "required",
  "name-format": "object-name-format",
  "ends-in-folder": "path-ends-in-folder",
  "proxy-format": "proxy-format",
  "no-proxy-format": "no-proxy-format",
  "duration-format": "duration-format",
  "needs-v1alpha2": "needs-v1alpha2",
  "username-format": "username-colon",
  "too-many": "too-many",
  "secret-key-format": "trust-name-format",
  "trust-name-taken": "trust-name-taken",
};

/** For fields whose issues are many. */
const pathCodes: readonly (readonly [RegExp, InputErrorCode])[] = [
  [/^(?:registry|additionalRegistries\.\d+\.registry)$/, "registry-url"],
  [/^image$/, "reference-format"],
  [/^sources/, "host-format"],
  [/^images/, "images-too-many"],
  [/^proxy\.noProxy\b/, "no-proxy-format"],
];

/** Where the form has a field that generators have by another path. */
const fieldPaths: readonly (readonly [RegExp, string])[] = [
  [/^registry$/, "destinationId"],
  [/^trust\.\d+\.certificates/, "certificates"],
  [/^credentials\.\d+\./, "credentials."],
  [/^images\b.*$/, "destinationId"],
  [/^(certificates|proxyCertificates|sources|proxy\.noProxy)\b.*$/, "$1"],
];

/** @param readText what the form has at a field */
export function refuseIssues(issues: readonly Issue[], readText: (field: string) => unknown): AppError {
  const fields: Record<string, FieldError> = {};
  for (const issue of issues) {
    const field = fieldPaths.reduce((name, [pattern, known]) => name.replace(pattern, known), issue.path);
    // What is not there need not be told to have a wrong form.
    fields[field] ??= readText(field) === "" ? { code: "required", facts: {} } : describe(issue);
  }
  return new AppError("invalid-input", { fields });
}

function describe({ path, message, maximum }: Issue): FieldError {
  const code = inputCodes[message] ?? pathCodes.find(([pattern]) => pattern.test(path))?.[1];
  if (code === "too-many") return { code, facts: { maximum: maxAdditionalRegistries } };
  if (code !== undefined) return { code, facts: {} };
  return maximum === undefined ? { code: "invalid", facts: {} } : { code: "too-long", facts: { maximum } };
}
