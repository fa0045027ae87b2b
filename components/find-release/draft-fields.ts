import type { useFields } from "#components/forms/use-fields.ts";
import type { FindDraft } from "./find-draft.ts";

/** What each part of the form needs. */
export type DraftFields = Pick<ReturnType<typeof useFields<FindDraft>>, "fields" | "set" | "fieldError">;
