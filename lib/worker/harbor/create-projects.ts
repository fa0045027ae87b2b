import "server-only";
import type { Harbor } from "#lib/domain/harbor/open-harbor.ts";
import { AppError } from "#lib/errors.ts";
import { tryPatiently } from "../try-patiently.ts";

interface MadeProjects {
  /** They are there now, and public: also those that a worker which was lost has made, or somebody else. */
  created: string[];
  /** Somebody else has made them meanwhile. */
  private: string[];
}

/**
 * Makes projects that a job needs in a Harbor, public; those that are there by now stay as they are.
 *
 * @throws EngineError as `Harbor.createProject`; AppError `harbor-project-missing`, `harbor-project-unusable` with those
 * that are left
 */
export async function createProjects(
  harbor: Harbor,
  registry: string,
  names: readonly string[],
  signal: AbortSignal,
): Promise<MadeProjects> {
  const made: MadeProjects = { created: [], private: [] };
  for (const [at, name] of names.entries()) {
    const creation = await tryPatiently(() => harbor.createProject(name, signal), signal);
    if (creation === "name-refused") {
      throw new AppError("harbor-project-unusable", { registry, projects: [name], reason: "nameRefused" });
    }
    if (creation !== "created" && creation !== "exists") {
      // Who may not make one may make none.
      const reason = creation === "read-only" ? "readOnly" : creation;
      throw new AppError("harbor-project-missing", { registry, projects: names.slice(at), reason });
    }
    const isPublic =
      creation === "created" ||
      (await tryPatiently(() => harbor.findProject(name, signal), signal)).state === "public";
    made[isPublic ? "created" : "private"].push(name);
  }
  return made;
}
