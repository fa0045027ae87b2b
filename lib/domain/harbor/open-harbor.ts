import { createProject, type ProjectCreation } from "./create-project.ts";
import { findProject, type ProjectView } from "./find-project.ts";
import { HarborApi, type HarborConnection } from "./harbor-api.ts";
import { findSystemInfo } from "./system-info.ts";

/** One Harbor, found to be one. All failures are `EngineError`s. */
export interface Harbor {
  /** Whether Harbor takes the credentials; without any, or with others, it is asked as by one who is not signed in. */
  readonly credentials: "none" | "accepted" | "refused";
  /** @throws EngineError a code of the network, `rate-limited`, `registry-failed`, `harbor-answer-invalid` */
  findProject(name: string, signal?: AbortSignal): Promise<ProjectView>;
  /** Makes a public project. @throws EngineError as `findProject` */
  createProject(name: string, signal?: AbortSignal): Promise<ProjectCreation>;
  /** Ends all connections. */
  close(): Promise<void>;
}

/**
 * Finds out whether a registry is a Harbor, without signing in, and whether it takes the credentials. The caller closes
 * what is returned.
 *
 * Speaks version 2.0 of the API: https://github.com/goharbor/harbor/blob/main/api/v2.0/swagger.yaml
 *
 * @returns null when it is none: another registry, or nothing that has Harbor's API
 * @throws EngineError a code of the network, `rate-limited`, `registry-failed` when that cannot be told
 */
export async function openHarbor(connection: HarborConnection, signal?: AbortSignal): Promise<Harbor | null> {
  const api = new HarborApi(connection);
  try {
    const credentials = await tryCredentials(api, signal);
    if (credentials !== null) return createHarbor(api, credentials);
  } catch (error) {
    await api.close();
    throw error;
  }
  await api.close();
  return null;
}

function createHarbor(api: HarborApi, credentials: Harbor["credentials"]): Harbor {
  // Refused credentials are not sent again: directories lock accounts for that.
  const signedIn = credentials === "accepted";
  return {
    credentials,
    findProject: (name, signal) => findProject(api, name, { signedIn, signal }),
    createProject: (name, signal) => createProject(api, name, { signedIn, signal }),
    close: () => api.close(),
  };
}

/** Null when there is no Harbor. */
async function tryCredentials(
  api: HarborApi,
  signal: AbortSignal | undefined,
): Promise<Harbor["credentials"] | null> {
  if ((await findSystemInfo(api, { signed: false, signal })) === null) return null;
  if (!api.hasCredentials) return "none";
  const signed = await findSystemInfo(api, { signed: true, signal });
  return signed?.signedIn === true ? "accepted" : "refused";
}
