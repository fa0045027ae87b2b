import { createRegistrySource } from "#lib/engine/mirror/index.ts";
import { executePrune, type PruneOutcome } from "#lib/engine/mirror/prune-executor.ts";
import { planPrune } from "#lib/engine/mirror/prune-planner.ts";
import type { RepositoryPrune } from "#lib/engine/mirror/prune-plan.ts";
import { createVerifySession } from "#lib/engine/mirror/verify-session.ts";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { parseTag, type Repository } from "#lib/engine/oci/reference.ts";
import { referrersTag } from "#lib/engine/oci/referrers-endpoint.ts";
import type { RegistryClient } from "#lib/engine/oci/registry-client.ts";
import type { PruneScenario } from "./prune-scenarios.ts";

const limits = { attempts: 3, backoffMs: 1, longestWaitMs: 100 };

/** Plans for one repository. The plan has been plain data on the way. */
export async function planOne(
  client: RegistryClient,
  repository: Repository,
  { keep, remove }: Pick<PruneScenario, "keep" | "remove">,
): Promise<RepositoryPrune> {
  const [plan] = await planPrune(client, [{ repository, keep, remove }], { limits });
  return JSON.parse(JSON.stringify(plan)) as RepositoryPrune;
}

/** Carries a plan out, and collects what became of it. */
export async function executeOne(
  client: RegistryClient,
  plan: RepositoryPrune,
  { keep }: Pick<PruneScenario, "keep">,
  options: {
    readonly signal?: AbortSignal;
    readonly onOutcome?: (outcome: PruneOutcome) => Promise<void> | void;
  } = {},
): Promise<PruneOutcome[]> {
  const outcomes: PruneOutcome[] = [];
  const { repository, deletions } = plan;
  await executePrune(client, [{ repository, deletions, keep }], {
    limits,
    ...(options.signal && { signal: options.signal }),
    onOutcome: async (outcome) => {
      outcomes.push(outcome);
      await options.onOutcome?.(outcome);
    },
  });
  return outcomes;
}

/** Reads all that stands under tags in a repository, and all that belongs to it. @returns what is wrong */
export async function findBroken(client: RegistryClient, repository: Repository): Promise<string[]> {
  const source = createRegistrySource(client, "target");
  const session = createVerifySession({
    source,
    target: source,
    blobs: true,
    scope: { referrers: true },
    limits,
  });
  const broken = (await client.listTags(repository)).map(async (name) => {
    const at = { repository, tag: parseTag(name) };
    const item = { source: { registry: client.registry, ...at }, target: at };
    const state = await session.verify(item).then(
      (verdict) => verdict.state,
      (error: unknown) => (error instanceof EngineError ? error.code : String(error)),
    );
    return state === "same" ? [] : [`${name}: ${state}`];
  });
  return (await Promise.all(broken)).flat();
}

/** Which manifests and tags of a scenario stand that should not, or are gone that should stand. */
export async function findWrong(
  client: RegistryClient,
  repository: Repository,
  { standing, referrers, gone, tagsAlone }: PruneScenario,
  { deletesTags }: { readonly deletesTags: boolean },
): Promise<string[]> {
  const goneDigests = new Set(gone.map(({ descriptor }) => descriptor.digest));
  const listed = new Set(await client.listTags(repository));
  const manifests = [...standing, ...referrers].flatMap(({ manifest }) => [manifest, ...manifest.children]);
  const wrong: string[] = [];
  for (const { descriptor } of manifests) {
    const stands = (await client.findManifest(repository, descriptor.digest)) !== null;
    if (stands === goneDigests.has(descriptor.digest)) {
      wrong.push(`${descriptor.digest} ${stands ? "stands" : "is gone"}`);
    }
  }
  const tags = new Map(standing.flatMap(({ tag, manifest }) => (tag ? [[tag, manifest] as const] : [])));
  for (const [tag, manifest] of tags) {
    const isGone = goneDigests.has(manifest.descriptor.digest) || (deletesTags && tagsAlone.includes(tag));
    if (listed.has(tag) === isGone) wrong.push(`tag ${tag} ${isGone ? "stands" : "is gone"}`);
  }
  for (const digest of goneDigests) {
    if (listed.has(referrersTag(digest))) wrong.push(`the referrers of ${digest} are listed`);
  }
  return wrong;
}
