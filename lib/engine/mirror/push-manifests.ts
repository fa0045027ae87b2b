import { digestAlgorithm, type Digest } from "../oci/digest.ts";
import { EngineError } from "../oci/errors.ts";
import type { Repository, Tag } from "../oci/reference.ts";
import type { ImagePlan, PlannedManifest } from "./image-plan.ts";
import type { ImageEvent } from "./mirror-event.ts";
import type { Recheck } from "./mirror-session.ts";
import { retrying } from "./place-context.ts";
import { isDamage, proveManifest } from "./prove-content.ts";
import { runTogether, type CopyContext } from "./copy-context.ts";

interface Pushing {
  /** Also what this session has pushed before. */
  readonly again: boolean;
  /** Only what is found to be missing, or damaged. */
  readonly recheck: Recheck | undefined;
}

/**
 * Pushes the manifests of a plan from the leaves up, the tag last.
 *
 * @returns how many manifests and tags were written
 * @throws EngineError `manifest-blob-unknown`, `foreign-layers-refused`, `blob-damaged`; a code of the target
 */
export async function pushManifests(
  context: CopyContext,
  plan: ImagePlan,
  pushing: Pushing,
): Promise<number> {
  const { tag } = plan.item.target;
  const root = plan.manifests.at(-1);
  const children = plan.manifests.slice(0, -1);
  const pushOwn = (manifest: PlannedManifest) => {
    const { descriptor, tag: own } = manifest;
    const pushed = { type: "manifest-pushed", digest: descriptor.digest, ...(own && { tag: own }) } as const;
    return pushManifest(context, plan, { manifest, reference: own ?? descriptor.digest, pushed }, pushing);
  };
  // Images name no other manifest, so their order is free; indexes come after all they may name.
  const pushed = await runTogether(context, children.filter(({ kind }) => kind === "image").map(pushOwn));
  for (const index of children.filter(({ kind }) => kind === "index")) pushed.push(await pushOwn(index));
  if (plan.referrers.size > 0) {
    // Loaded when used: few copies carry referrers.
    const { writeReferrerLists } = await import("./referrer-list.ts");
    pushed.push(await writeReferrerLists(context, plan));
  }
  if (root !== undefined) {
    // Its own tag makes it visible, so a tag it has besides comes before.
    if (root.tag !== undefined || tag === undefined) pushed.push(await pushOwn(root));
    if (tag !== undefined) {
      const tagged = { type: "tag-pushed", digest: root.descriptor.digest, tag } as const;
      // What stands under a tag may have been another image's a moment ago.
      const anyway = { ...pushing, again: true };
      pushed.push(
        await pushManifest(context, plan, { manifest: root, reference: tag, pushed: tagged }, anyway),
      );
    }
  }
  return pushed.reduce((sum, count) => sum + count, 0);
}

interface Push {
  readonly manifest: PlannedManifest;
  readonly reference: Tag | Digest;
  /** What is told once it is done. */
  readonly pushed: ImageEvent;
}

/** @returns 1 if it was written, 0 if it was there */
async function pushManifest(
  context: CopyContext,
  { item }: ImagePlan,
  { manifest, reference, pushed }: Push,
  { again, recheck }: Pushing,
): Promise<number> {
  const { target, writes, signal, emit } = context;
  const { repository } = item.target;
  const { digest } = manifest.descriptor;
  if (recheck && (await isSound(context, repository, reference, digest, recheck))) return 0;
  const push = () => retrying(context, () => target.pushManifest(repository, reference, manifest, signal));
  try {
    // Images of one repository often have children in common.
    const anyway = again || recheck !== undefined;
    await writes.run(`${repository}:${reference}`, push, { signal, again: anyway });
  } catch (error) {
    throw explainForeign(error, manifest);
  }
  if (recheck === "content" && !(await isSound(context, repository, reference, digest, recheck))) {
    const facts = { side: "target", registry: target.name, repository, digest } as const;
    throw new EngineError("blob-damaged", { operation: "put-manifest", ...facts, retryable: false });
  }
  emit(pushed);
  return 1;
}

/** Whether a manifest is found where it belongs, and is what its digest says as far as that is asked. */
async function isSound(
  context: CopyContext,
  repository: Repository,
  reference: Tag | Digest,
  digest: Digest,
  recheck: Recheck,
): Promise<boolean> {
  const { target, signal } = context;
  const retry = <Result>(request: () => Promise<Result>) => retrying(context, request);
  const found = await retry(() => target.find(repository, reference, signal, digestAlgorithm(digest)));
  if (found?.digest !== digest) return false;
  if (recheck === "parts") return true;
  try {
    await proveManifest(target.contents, repository, reference, digest, { retry, signal });
    return true;
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

/** By which registries say that they do not take a manifest for what it names; `distribution` fails by 500. */
const contentRefusals: ReadonlySet<number> = new Set([400, 415, 422, 500]);

function explainForeign(error: unknown, { hasForeignLayers }: PlannedManifest): unknown {
  const isRefusal =
    error instanceof EngineError &&
    error.facts.operation === "put-manifest" &&
    contentRefusals.has(error.facts.status ?? 0);
  if (!hasForeignLayers || !isRefusal) return error;
  return new EngineError("foreign-layers-refused", { ...error.facts, retryable: false }, error);
}
