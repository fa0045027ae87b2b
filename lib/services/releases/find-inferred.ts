import "server-only";
import type { ReleaseKind } from "#lib/db/generated/enums.ts";
import { parseRepository } from "#lib/engine/oci/reference.ts";
import { findPlaces, readTargetRules } from "../paths/index.ts";

interface PlacedComponent {
  id: string;
  release: { kind: ReleaseKind };
  sourceRepository: string;
  sourcePath: string;
  targetPath: string;
  moreTargets: readonly string[];
}

/** Places that no document names, by component, as the rules are now. */
export async function findInferred(rows: readonly PlacedComponent[]): Promise<Map<string, string[]>> {
  // Places are inferred beside a documented one only.
  const several = rows.filter(({ moreTargets, sourcePath }) => moreTargets.length > 0 && sourcePath !== "");
  if (several.length === 0) return new Map();
  const rules = await readTargetRules();
  return new Map(
    several.map(({ id, release, sourceRepository, sourcePath, targetPath, moreTargets }) => {
      const component = {
        releaseKind: release.kind,
        sourceRepository: parseRepository(sourceRepository),
        path: parseRepository(sourcePath),
      };
      const places = findPlaces(component, rules).filter(({ origin }) => origin === "inferred");
      const names = places.map(({ path }) => path);
      return [id, [targetPath, ...moreTargets].filter((path) => names.includes(path))];
    }),
  );
}
