import { createLimiter } from "../oci/limiter.ts";
import type { RegistryHost } from "../oci/reference.ts";
import type { ContentSource } from "./content.ts";
import type { ContentScope } from "./content-scope.ts";
import type { MirrorItem } from "./image-plan.ts";
import { defaultMirrorLimits, type MirrorLimits } from "./mirror-session.ts";
import { Once } from "./once.ts";
import { Retrier, type FailedAttempt } from "./retry.ts";
import { verifyImage, type Verdict } from "./verify-image.ts";

export interface VerifySessionOptions {
  /** One source for all items, or the one for an item's source registry. */
  readonly source: ContentSource | ((registry: RegistryHost) => ContentSource);
  /** The target, as a side that is read. */
  readonly target: ContentSource;
  /** Reads every manifest and blob at the target; without it roots are compared, by two requests an image, and referrers. */
  readonly blobs?: boolean;
  /** What was copied, so that what was left out is not missed. */
  readonly scope?: ContentScope;
  readonly limits?: Partial<MirrorLimits>;
}

/** Compares images of two stores; nothing is written. */
export interface VerifySession {
  /** @throws EngineError when one of the sides cannot be asked */
  verify(
    item: MirrorItem,
    options?: { readonly signal?: AbortSignal; readonly onRetry?: (failed: FailedAttempt) => void },
  ): Promise<Verdict>;
}

export function createVerifySession(options: VerifySessionOptions): VerifySession {
  const { source, target, blobs = false, scope = {} } = options;
  const limits = { ...defaultMirrorLimits, ...options.limits };
  const [images, reads] = [createLimiter(limits.images), createLimiter(limits.blobs)];
  const retrier = new Retrier(limits);
  const once = new Once();
  return {
    verify(item, { signal = new AbortController().signal, onRetry = () => undefined } = {}) {
      const retry = <Result>(request: () => Promise<Result>) =>
        retrier.run(request, { signal, onFailedAttempt: onRetry });
      const from = typeof source === "function" ? source(item.source.registry) : source;
      return images.run(
        () => verifyImage({ source: from, target, scope, blobs, retry, reads, once, signal }, item),
        signal,
      );
    },
  };
}
