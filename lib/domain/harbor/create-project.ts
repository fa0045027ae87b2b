import { readErrorCodes, type HarborApi } from "./harbor-api.ts";
import { isProjectName } from "./project-name.ts";

/**
 * What became of the wish for a project. `exists`: somebody else has made it, perhaps as a private one. `unauthorized`:
 * there are no credentials, or Harbor does not take them. `forbidden`: the account may not; robot accounts of a project
 * never may, others where Harbor lets everybody, or with the right to create projects. `read-only`: Harbor lets nobody
 * change anything at present. `name-refused`: no project can have this name.
 */
export type ProjectCreation =
  "created" | "exists" | "unauthorized" | "forbidden" | "read-only" | "name-refused";

const creationsByStatus: Readonly<Record<number, ProjectCreation>> = {
  201: "created",
  400: "name-refused",
  401: "unauthorized",
  403: "forbidden",
  409: "exists",
  // By the checks of the description, before Harbor's own.
  422: "name-refused",
};
/** src/server/middleware/readonly/readonly.go */
const readOnlyCode = "DENIED";

/**
 * `POST /api/v2.0/projects`: makes a public project, from which clusters pull without signing in. The limit of its size
 * is Harbor's default.
 *
 * @throws EngineError as `HarborApi.send`; after a failure of the network the project may be there, and asking again
 * answers `exists`
 */
export async function createProject(
  api: HarborApi,
  name: string,
  { signedIn, signal }: { readonly signedIn: boolean; readonly signal: AbortSignal | undefined },
): Promise<ProjectCreation> {
  if (!isProjectName(name)) return "name-refused";
  // Asking would count as one more failed sign-in of the account.
  if (!signedIn) return "unauthorized";
  const json = { project_name: name, metadata: { public: "true" } };
  const accept = Object.keys(creationsByStatus).map(Number);
  return api.send(
    { operation: "create-project", method: "POST", path: "/projects", signed: true, json, accept, signal },
    async (response) => {
      const { status } = response;
      const readOnly = (await readErrorCodes(response)).includes(readOnlyCode);
      if (status === 403 && readOnly) return "read-only";
      return creationsByStatus[status] ?? "forbidden";
    },
  );
}
