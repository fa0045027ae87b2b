import { z } from "zod";
import { type CseVersion, cseComponents } from "#lib/domain/catalog/cse-versions.ts";

export { type CseVersion, cseComponents };

const maxVersions = 200;

const version = z
  .string()
  .trim()
  .min(1, "required")
  .regex(/^\d[0-9A-Za-z.+-]{0,39}$/, "version-format");
/** Nothing, where nobody knows. */
const unlessEmpty = (pattern: RegExp, code: "tag-format" | "version-format") =>
  z
    .string()
    .trim()
    .refine((text) => text === "" || pattern.test(text), code)
    .transform((text) => (text === "" ? null : text));
const componentVersion = unlessEmpty(/^\d[0-9A-Za-z.+-]{0,39}$/, "version-format");

const row = z.object({
  version,
  gettingStartedTag: unlessEmpty(/^\w[\w.-]{0,127}$/, "tag-format"),
  components: z.object({
    capvcd: componentVersion,
    cloudProvider: componentVersion,
    csiDriver: componentVersion,
    rdeProjector: componentVersion,
    clusterType: componentVersion,
  } satisfies Record<keyof CseVersion["components"], typeof componentVersion>),
});

/** The whole table of versions of Container Service Extension. */
export const saveCseVersionsInput = z.object({
  versions: z
    .array(row)
    .max(maxVersions, "too-many")
    .superRefine((rows, context) => {
      const taken = new Set<string>();
      for (const [index, each] of rows.entries()) {
        if (taken.has(each.version)) {
          context.addIssue({ code: "custom", message: "version-taken", path: [index, "version"] });
        }
        taken.add(each.version);
      }
    }),
});
export type SaveCseVersionsInput = z.output<typeof saveCseVersionsInput>;

export interface CseVersionTable {
  /** Newest first. */
  versions: readonly CseVersion[];
  /** What the panel came with. */
  defaults: readonly CseVersion[];
}
