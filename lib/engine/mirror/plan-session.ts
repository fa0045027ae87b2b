import type { Descriptor } from "../oci/descriptor.ts";
import { findDigest, type Digest } from "../oci/digest.ts";
import { EngineError } from "../oci/errors.ts";
import type { Repository } from "../oci/reference.ts";
import type { ContentScope } from "./content-scope.ts";
import type { ContentSource } from "./content.ts";
import type { ImagePlan, MirrorItem } from "./image-plan.ts";
import { referenceOf } from "./item-reference.ts";
import { defaultMirrorLimits, type MirrorLimits, type MirrorSessionOptions } from "./mirror-session.ts";
import { planImage } from "./plan-image.ts";
import { Retrier, type FailedAttempt } from "./retry.ts";
import { SmallBlobs } from "./small-blobs.ts";

interface PlanSessionOptions {
  readonly source: MirrorSessionOptions["source"];
  readonly scope?: ContentScope;
  readonly limits?: Partial<MirrorLimits>;
}

/** What an image was when it was planned before. */
export interface PinnedImage {
  /** What it is, whatever its tag means now. */
  readonly digest?: Digest | undefined;
  /** Digests of all its manifests, by their tags where they have any: nothing else belongs to it. */
  readonly parts?: ReadonlyMap<string, Digest> | undefined;
}

interface PlanOptions extends PinnedImage {
  /** What refers to it comes along, whatever the session's scope is. */
  readonly referrers?: boolean;
  readonly signal?: AbortSignal;
  readonly onRetry?: (failed: FailedAttempt) => void;
}

/** Resolves images for a target that is not there yet. */
export interface PlanSession {
  /** What planning has read; a copy that is given it does not read it again. */
  readonly smallBlobs: SmallBlobs;
  /** @throws EngineError with `side: "source"` */
  plan(item: MirrorItem, options?: PlanOptions): Promise<ImagePlan>;
  /** The bytes of a small blob of a planned image. @throws EngineError */
  readBlob(
    item: MirrorItem,
    repository: Repository,
    blob: Descriptor,
    signal?: AbortSignal,
  ): Promise<Uint8Array>;
}

export function createPlanSession({ source, scope = {}, limits }: PlanSessionOptions): PlanSession {
  const smallBlobs = new SmallBlobs();
  const retrier = new Retrier({ ...defaultMirrorLimits, ...limits });
  const sourceOf = ({ source: { registry } }: MirrorItem): ContentSource =>
    typeof source === "function" ? source(registry) : source;
  return {
    smallBlobs,
    plan(item, options = {}) {
      const { signal = new AbortController().signal, digest, parts, onRetry = () => undefined } = options;
      const wanted = options.referrers ? { ...scope, referrers: true } : scope;
      const now = sourceOf(item);
      const retry = <Result>(request: () => Promise<Result>) =>
        retrier.run(request, { signal, onFailedAttempt: onRetry });
      return planImage(
        { source: parts ? holdTo(now, parts) : now, smallBlobs, scope: wanted, retry, signal },
        item,
        digest ?? referenceOf(item),
      );
    },
    readBlob(item, repository, blob, signal = new AbortController().signal) {
      return retrier.run(() => smallBlobs.read(sourceOf(item), repository, blob, signal), {
        signal,
        onFailedAttempt: () => undefined,
      });
    },
  };
}

/** A source that says of an image what it said once: tags mean what they meant, and nothing refers to it that did not. */
function holdTo(source: ContentSource, parts: ReadonlyMap<string, Digest>): ContentSource {
  const known = new Set(parts.values());
  return {
    ...source,
    async fetchManifest(repository, reference, signal) {
      const digest = findDigest(reference) ?? parts.get(reference);
      if (digest !== undefined) return source.fetchManifest(repository, digest, signal);
      const facts = { operation: "get-manifest", side: source.side, registry: source.name } as const;
      throw new EngineError("manifest-not-found", { ...facts, repository, reference, retryable: false });
    },
    async listReferrers(repository, digest, signal) {
      const listed = await source.listReferrers(repository, digest, signal);
      return listed.filter((each) => known.has(each.digest));
    },
  };
}
