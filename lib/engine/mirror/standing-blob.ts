import { EngineError } from "../oci/errors.ts";
import type { Repository } from "../oci/reference.ts";
import type { PlannedBlob } from "./image-plan.ts";
import { retrying, type PlaceContext, type PlaceOptions } from "./place-context.ts";
import { isDamage, proveBlob } from "./prove-content.ts";

/** What the target's repository holds of a blob, as far as it is asked. */
export async function findStanding(
  context: PlaceContext,
  blob: PlannedBlob,
  repository: Repository,
  { skipExistenceCheck, recheck }: PlaceOptions,
): Promise<"sound" | "damaged" | "absent"> {
  if (skipExistenceCheck) return "absent";
  const { target, signal } = context;
  const { digest } = blob.descriptor;
  const there = await retrying(context, () => target.hasBlob(repository, digest, signal), digest);
  if (!there) return "absent";
  if (recheck !== "content") return "sound";
  return (await isSound(context, blob, repository)) ? "sound" : "damaged";
}

async function isSound(context: PlaceContext, blob: PlannedBlob, repository: Repository): Promise<boolean> {
  const { target, transfers, signal } = context;
  const { descriptor } = blob;
  // A place among the transfers is given back while it waits for another attempt.
  const retry = <Result>(request: () => Promise<Result>) =>
    retrying(context, () => transfers.run(request, signal), descriptor.digest);
  try {
    await proveBlob(target.contents, repository, descriptor, { retry, signal });
    return true;
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

/** Many registries throw away what they are sent when they have something under its digest, whatever that is. */
export async function assertMended(
  context: PlaceContext,
  blob: PlannedBlob,
  repository: Repository,
): Promise<void> {
  if (await isSound(context, blob, repository)) return;
  throw new EngineError("blob-damaged", {
    operation: "put-blob",
    side: "target",
    registry: context.target.name,
    repository,
    digest: blob.descriptor.digest,
    retryable: false,
  });
}
