import { z } from "zod";
import { readJson, type HarborApi } from "./harbor-api.ts";
import { isProjectName } from "./project-name.ts";

/**
 * How a project stands. `public`: everybody may pull. `private`: it is there, but clusters, which pull without signing in,
 * get nothing. `missing`: it is not there. `hidden`: it is private or missing, which Harbor does not tell us.
 * `name-refused`: no project can have this name.
 */
type ProjectState = "public" | "private" | "missing" | "hidden" | "name-refused";

export interface ProjectView {
  readonly state: ProjectState;
  /** Whether it fetches from another registry, so that nothing can be pushed to it; null where we may not see. */
  readonly proxyCache: boolean | null;
}

// `Project` in api/v2.0/swagger.yaml; `public` is a text there.
const project = z.object({
  name: z.string(),
  registry_id: z.number().int().nullish(),
  metadata: z.object({ public: z.string().nullish() }).nullish(),
});

interface Asking {
  /** False when there are no credentials, or Harbor does not take them. */
  readonly signedIn: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Looks a project up: by `HEAD /api/v2.0/projects`, which tells everybody who is signed in whether it exists, by its
 * description, and by what Harbor shows to those who are not signed in, as clusters are not.
 *
 * @throws EngineError `harbor-answer-invalid` or as `HarborApi.send`
 */
export async function findProject(api: HarborApi, name: string, asking: Asking): Promise<ProjectView> {
  if (!isProjectName(name)) return { state: "name-refused", proxyCache: null };
  const exists = asking.signedIn ? await hasProject(api, name, asking.signal) : null;
  if (exists === false) return { state: "missing", proxyCache: null };
  // A robot account sees the projects only that it was made for, even where everybody else sees one.
  for (const signed of asking.signedIn ? [true, false] : [false]) {
    const found = await readProject(api, name, signed, asking.signal);
    if (found !== null) return found;
  }
  return { state: exists === true ? "private" : "hidden", proxyCache: null };
}

/** Null when Harbor does not say: it tells those only who are signed in. */
async function hasProject(
  api: HarborApi,
  name: string,
  signal: AbortSignal | undefined,
): Promise<boolean | null> {
  const path = `/projects?${new URLSearchParams({ project_name: name }).toString()}`;
  const accept = [200, 401, 403, 404];
  return api.send(
    { operation: "find-project", method: "HEAD", path, signed: true, accept, signal },
    async (response) => {
      await response.discard();
      if (response.status === 200) return true;
      return response.status === 404 ? false : null;
    },
  );
}

/** Null when we may not see it. */
async function readProject(
  api: HarborApi,
  name: string,
  signed: boolean,
  signal: AbortSignal | undefined,
): Promise<ProjectView | null> {
  const operation = "find-project";
  const path = `/projects/${encodeURIComponent(name)}`;
  // A name of digits would be taken for a number of a project.
  const headers = { "x-is-resource-name": "true" };
  const accept = [200, 401, 403, 404];
  return api.send({ operation, method: "GET", path, signed, headers, accept, signal }, async (response) => {
    if (response.status !== 200) {
      await response.discard();
      return response.status === 404 ? { state: "missing", proxyCache: null } : null;
    }
    const { data, error } = project.safeParse(await readJson(response));
    if (data?.name !== name) throw api.invalid(operation, response.status, error);
    const state = data.metadata?.public === "true" ? "public" : "private";
    return { state, proxyCache: (data.registry_id ?? 0) > 0 };
  });
}
