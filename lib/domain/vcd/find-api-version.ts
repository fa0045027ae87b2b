import { type ApiVersion, chooseApiVersion, parseApiVersions } from "./api-versions.ts";
import type { VcdApi } from "./vcd-api.ts";

/**
 * `GET /api/versions`, which needs no sign-in: the version of the API to speak with a server, and its release.
 *
 * @throws EngineError `vcd-version-unsupported`, whose `value` is the newest that the server speaks, `-` when it names
 * none; `vcd-answer-invalid`, `vcd-failed`, `rate-limited`, a code of the network
 */
export async function findApiVersion(
  api: VcdApi,
  signal?: AbortSignal,
): Promise<{ readonly version: ApiVersion; readonly release: string | null }> {
  const operation = "find-api-version";
  const headers = { accept: "application/*+json" };
  const { text } = await api.send({ operation, method: "GET", path: "/api/versions", headers, signal });
  const versions = parseApiVersions(text);
  if (versions === null) throw api.error("vcd-answer-invalid", operation, { status: 200 });
  const chosen = chooseApiVersion(versions);
  if (chosen.kind === "chosen") return chosen;
  throw api.error("vcd-version-unsupported", operation, {
    value: chosen.kind === "none" ? "-" : chosen.newest,
  });
}
