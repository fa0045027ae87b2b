import "server-only";
import { type ReadList, surveyReleaseList } from "#lib/domain/catalog/parse-release-list.ts";
import type { MappingRule } from "#lib/domain/catalog/target-mapping.ts";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { parseRegistryBase, type RegistryBase } from "#lib/engine/oci/reference.ts";
import { AppError, fieldError } from "#lib/errors.ts";
import { type ImportReleaseInput, listLimits, type PreviewImportInput } from "#lib/schemas/releases.ts";

/**
 * A list as a person has given it, with what can be used of it and what cannot.
 *
 * @throws AppError `invalid-input` for a source that is none, `list-too-large`
 */
export function readGivenList(
  { kind, source, file, text }: PreviewImportInput,
  rules: readonly MappingRule[],
): ReadList {
  const options = { kind, source: parseSource(source), file, rules };
  try {
    return surveyReleaseList(text, options);
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    throw toAppError(cause, file);
  }
}

/** @throws AppError `list-line-invalid`, `list-empty` */
export function assertUsable(
  { components, problems }: ReadList,
  { kind, file, leaveOut }: Pick<ImportReleaseInput, "kind" | "file" | "leaveOut">,
): void {
  const [problem] = problems;
  // The vendor's own list has lines that only its script understands.
  const isTaken = problem === undefined || leaveOut || kind === "getting_started_airgapped";
  if (isTaken && components.length > 0) return;
  throw problem ? toAppError(problem, file) : new AppError("list-empty", { file });
}

function toAppError(cause: EngineError, file: string): Error {
  const { line, value = "", problem = "columns", known } = cause.facts;
  if (cause.code === "list-too-large")
    return new AppError("list-too-large", { file, ...listLimits }, { cause });
  if (line === undefined) return cause;
  const facts = { file, line, text: value, problem, ...(known !== undefined && { known }) };
  return new AppError("list-line-invalid", facts, { cause });
}

function parseSource(source: string): RegistryBase | null {
  if (source === "") return null;
  try {
    return parseRegistryBase(source);
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    throw fieldError("source", "reference-format", { cause });
  }
}
