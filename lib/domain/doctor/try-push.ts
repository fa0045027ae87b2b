import { randomBytes } from "node:crypto";
import { clusterFolders } from "../vcd/resolved-paths.ts";
import type { Credentials } from "#lib/engine/oci/auth.ts";
import { digestBytes } from "#lib/engine/oci/digest.ts";
import type { EngineError } from "#lib/engine/oci/errors.ts";
import { parseRepository } from "#lib/engine/oci/reference.ts";
import { createRegistryClient, type RegistryClient } from "#lib/engine/oci/registry-client.ts";
import type { Finding } from "./finding.ts";
import { knownRepositories } from "./known-images.ts";
import { makeFinding } from "./make-finding.ts";
import { asEngineError } from "./request-failure.ts";
import type { StepRun, Walk } from "./walk.ts";

const step = "push";
/** By which registries say that they take no writes at all: `distribution` in its read-only mode. */
const readOnlyStatus = 405;

/**
 * Whether the credentials may push below each path: an upload is begun, and called off before a byte is sent, so that
 * nothing is left behind.
 */
export async function* tryPush(walk: Walk, credentials: Credentials): StepRun {
  const { plainHttp, question } = walk;
  const client = createRegistryClient({
    ...walk.registryConnection,
    registry: question.registry.registry,
    plainHttp,
    credentials,
    access: "pull,push",
  });
  const paths: string[] = [];
  try {
    for (const folder of clusterFolders) {
      const path = walk.pathOf(folder);
      const error = await beginUpload(
        client,
        walk.below(knownRepositories[folder][0] ?? folder),
        walk.signal,
      );
      if (error === null) {
        paths.push(path);
        continue;
      }
      yield describeFailure(error, path);
      // Asking on with a wrong password locks accounts.
      if (error.code === "unauthorized") return true;
    }
  } finally {
    await client.close();
  }
  if (paths.length > 0) yield makeFinding(step, "push-allowed", { paths });
  return true;
}

async function beginUpload(
  client: RegistryClient,
  repository: string,
  signal: AbortSignal,
): Promise<EngineError | null> {
  const bytes = randomBytes(32);
  const blob = {
    mediaType: "application/octet-stream",
    digest: digestBytes(bytes),
    sizeBytes: bytes.byteLength,
  };
  try {
    const upload = await client.startUpload(parseRepository(repository), blob, { signal });
    if (upload !== null) await client.cancelUpload(upload);
    return null;
  } catch (thrown) {
    return asEngineError(thrown, "start-upload");
  }
}

function describeFailure({ code, facts }: EngineError, path: string): Finding {
  const { status = 0, ociCodes = [], platformCode = null } = facts;
  const refusal = { path, status, ociCodes };
  if (code === "unauthorized") return makeFinding(step, "push-credentials-refused", refusal);
  if (status === readOnlyStatus) return makeFinding(step, "push-read-only", refusal);
  if (code === "forbidden") return makeFinding(step, "push-forbidden", refusal);
  return makeFinding(step, "push-failed", {
    path,
    failure: code,
    platformCode,
    status: facts.status ?? null,
  });
}
