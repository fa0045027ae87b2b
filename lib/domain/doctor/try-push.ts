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
      const isRefused = error.code === "unauthorized" && !isWithoutRight(walk, error);
      yield isRefused
        ? makeFinding(step, "push-credentials-refused", refusalOf(error, path))
        : describeFailure(error, path);
      // Asking on with a wrong password locks accounts; a registry that wants a rest would be waited for.
      if (isRefused || error.facts.retryAfterMs !== undefined) break;
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

/** A registry that wants tokens refuses one that does not let its bearer push as if it had got none. */
function isWithoutRight(walk: Walk, { facts }: EngineError): boolean {
  return walk.wantsTokens && facts.operation === "start-upload";
}

function refusalOf({ facts }: EngineError, path: string) {
  return { path, status: facts.status ?? 0, ociCodes: facts.ociCodes ?? [] };
}

function describeFailure(error: EngineError, path: string): Finding {
  const { code, facts } = error;
  const { status = null, platformCode = null } = facts;
  if (status === readOnlyStatus) return makeFinding(step, "push-read-only", refusalOf(error, path));
  if (code === "forbidden" || code === "unauthorized") {
    return makeFinding(step, "push-forbidden", refusalOf(error, path));
  }
  return makeFinding(step, "push-failed", { path, failure: code, platformCode, status });
}
