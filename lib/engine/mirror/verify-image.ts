import type { Descriptor } from "../oci/descriptor.ts";
import { digestAlgorithm, type Digest, type DigestAlgorithm } from "../oci/digest.ts";
import { EngineError } from "../oci/errors.ts";
import type { Limiter } from "../oci/limiter.ts";
import type { Repository } from "../oci/reference.ts";
import type { ContentSource } from "./content.ts";
import type { ContentScope } from "./content-scope.ts";
import type { MirrorItem } from "./image-plan.ts";
import { referenceOf } from "./item-reference.ts";
import type { Once } from "./once.ts";
import { planImage } from "./plan-image.ts";
import { isDamage, proveBlob } from "./prove-content.ts";
import { SmallBlobs } from "./small-blobs.ts";

/** How an image at the target compares with the one at the source. */
export type Verdict =
  | { readonly state: "same"; readonly rootDigest: Digest }
  /** The target has none under that tag or digest. */
  | { readonly state: "missing"; readonly sourceDigest: Digest }
  | { readonly state: "different"; readonly sourceDigest: Digest; readonly targetDigest: Digest }
  /** The root is the same, and something below it, or that refers to it, is missing or not what its digest says. */
  | { readonly state: "damaged"; readonly rootDigest: Digest; readonly cause: EngineError };

export interface VerifyContext {
  readonly source: ContentSource;
  /** The target, as a side that is read. */
  readonly target: ContentSource;
  readonly scope: ContentScope;
  /** Reads every manifest and blob at the target, besides comparing roots. */
  readonly blobs: boolean;
  readonly retry: <Result>(request: () => Promise<Result>) => Promise<Result>;
  /** Blobs read at once. */
  readonly reads: Limiter;
  /** A blob that many images of a repository name is read once. */
  readonly once: Once;
  readonly signal: AbortSignal;
}

/** Compares one image. @throws EngineError when one of the sides cannot be asked */
export async function verifyImage(context: VerifyContext, item: MirrorItem): Promise<Verdict> {
  const { source, target, retry, signal } = context;
  const algorithm = item.source.digest && digestAlgorithm(item.source.digest);
  const [{ digest: rootDigest }, targetDigest] = await Promise.all([
    item.source.digest === undefined
      ? retry(() => source.resolve(item.source.repository, referenceOf(item), signal))
      : { digest: item.source.digest },
    findTarget(context, item, algorithm),
  ]);
  if (targetDigest === null) return { state: "missing", sourceDigest: rootDigest };
  if (targetDigest !== rootDigest) return { state: "different", sourceDigest: rootDigest, targetDigest };
  try {
    if (context.scope.referrers) await assertReferrers(context, item, rootDigest);
    if (context.blobs) await readAll(context, item, rootDigest);
    return { state: "same", rootDigest };
  } catch (error) {
    if (!isDamage(error)) throw error;
    const cause = error.withFacts({ registry: target.name });
    return { state: "damaged", rootDigest, cause };
  }
}

async function findTarget(
  { target, retry, signal }: VerifyContext,
  item: MirrorItem,
  algorithm: DigestAlgorithm | undefined,
): Promise<Digest | null> {
  const { repository, tag } = item.target;
  const reference = tag ?? item.target.digest ?? referenceOf(item);
  try {
    return (await retry(() => target.resolve(repository, reference, signal, algorithm))).digest;
  } catch (error) {
    const absent =
      error instanceof EngineError &&
      (error.code === "manifest-not-found" || error.code === "repository-not-found");
    if (absent) return null;
    throw error;
  }
}

/** What refers to the image at the source must be at the target, too: nothing below the root there tells of it. */
async function assertReferrers(context: VerifyContext, item: MirrorItem, rootDigest: Digest): Promise<void> {
  const { source, target, scope, retry, signal } = context;
  const { repository } = item.target;
  const planning = { source, smallBlobs: new SmallBlobs(), scope, retry, signal };
  const { manifests } = await planImage(planning, item, rootDigest);
  for (const { descriptor, tag, isReferrer } of manifests) {
    if (!isReferrer) continue;
    const { digest } = descriptor;
    const reference = tag ?? digest;
    const find = () => target.resolve(repository, reference, signal, digestAlgorithm(digest));
    if ((await retry(find)).digest === digest) continue;
    const facts = { operation: "head-manifest", side: target.side, repository, reference } as const;
    throw new EngineError("manifest-not-found", { ...facts, digest, retryable: false });
  }
}

async function readAll(context: VerifyContext, item: MirrorItem, rootDigest: Digest): Promise<void> {
  const { target, scope, retry, signal } = context;
  const { repository } = item.target;
  const standing = { ...item, source: { ...item.source, repository } };
  const plan = await planImage(
    { source: target, smallBlobs: new SmallBlobs(), scope, onlyBeside: true, retry, signal },
    standing,
    rootDigest,
  );
  await Promise.all(plan.blobs.map((blob) => readBlob(context, repository, blob.descriptor)));
}

async function readBlob(
  { target, retry, reads, once, signal }: VerifyContext,
  repository: Repository,
  blob: Descriptor,
): Promise<void> {
  const turn = <Result>(request: () => Promise<Result>) => retry(() => reads.run(request, signal));
  const read = () => proveBlob(target, repository, blob, { retry: turn, signal });
  await once.run(`${repository}@${blob.digest}`, read, { signal });
}
