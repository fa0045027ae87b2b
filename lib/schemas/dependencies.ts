import { z } from "zod";
import type { ErrorView } from "#lib/errors.ts";
import { listLimits } from "./releases.ts";

/** Lines of a release's document that are to be switched, as somebody has seen it. */
export const switchLinesInput = z.object({
  releaseId: z.uuid(),
  /** SHA-256 of the text whose lines are meant. */
  digest: z.string().regex(/^[a-f0-9]{64}$/),
  lines: z
    .array(z.object({ number: z.int().min(1), enabled: z.boolean() }))
    .min(1)
    .max(listLimits.limitLines),
});
export type SwitchLinesInput = z.output<typeof switchLinesInput>;

export interface DocumentLine {
  /** From 1. */
  number: number;
  text: string;
  /** Null where no component is, which cannot be switched. */
  enabled: boolean | null;
  /** What a component is called: its columns, without `#`. */
  component: string;
  /** Why nothing is understood of it. */
  error: ErrorView | null;
}

/** The text that a release was made of, line by line. */
export interface ReleaseDocument {
  name: string;
  version: string;
  /** As it is called when it is downloaded. */
  file: string;
  digest: string;
  lines: DocumentLine[];
  /** When it was edited last, and by whom; the name is not told to tenants. */
  edited: { at: string; by: string | null } | null;
}
