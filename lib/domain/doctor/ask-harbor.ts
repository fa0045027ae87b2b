import { openHarbor } from "../harbor/open-harbor.ts";
import { inspectProjects } from "../harbor/inspect-projects.ts";
import { makeFinding } from "./make-finding.ts";
import { describeRequestFailure } from "./request-failure.ts";
import type { StepRun, Walk } from "./walk.ts";

const step = "harbor";

const codes = {
  missing: "harbor-project-missing",
  private: "harbor-project-private",
  hidden: "harbor-project-hidden",
  "name-refused": "harbor-project-name-refused",
} as const;

/**
 * Where the registry is a Harbor: whether the projects are there that its paths need, and let everybody pull. Harbor tells
 * missing from private to those only who are signed in, so that the credentials are used for that, where there are any and
 * the server is trusted.
 *
 * @param repositories below the three paths
 */
export async function* askHarbor(walk: Walk, repositories: readonly string[]): StepRun {
  const { origin, plainHttp, question } = walk;
  const { credentials } = question;
  try {
    const harbor = await openHarbor(
      {
        ...walk.registryConnection,
        registry: question.registry.registry,
        plainHttp,
        ...(credentials !== undefined && walk.maySignIn && { credentials }),
      },
      walk.signal,
    );
    if (harbor === null) {
      yield makeFinding(step, "harbor-none", { origin });
      return true;
    }
    try {
      const { projects } = await inspectProjects(harbor, repositories, walk.signal);
      const open = projects.filter(({ state }) => state === "public").map(({ name }) => name);
      if (open.length > 0) yield makeFinding(step, "harbor-projects-public", { projects: open });
      for (const { name: project, state, proxyCache } of projects) {
        if (state !== "public") yield makeFinding(step, codes[state], { project });
        if (proxyCache === true) yield makeFinding(step, "harbor-project-proxy-cache", { project });
      }
      return true;
    } finally {
      await harbor.close();
    }
  } catch (error) {
    const failure = describeRequestFailure(error, "find-project");
    yield makeFinding(step, "harbor-failed", { origin, ...failure });
    return true;
  }
}
