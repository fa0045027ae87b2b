import { abortError, throwIfAborted } from "../oci/abort.ts";
import { digestAlgorithm, type Digest } from "../oci/digest.ts";
import { EngineError, toEngineError } from "../oci/errors.ts";
import { createLimiter, type Limiter } from "../oci/limiter.ts";
import type { Repository, Tag } from "../oci/reference.ts";
import type { ContentSource, ContentTarget } from "./content.ts";
import type { ContentScope } from "./content-scope.ts";
import { copyImage } from "./copy-image.ts";
import type { ImagePlan, ImageProbe, MirrorItem } from "./image-plan.ts";
import { referenceOf } from "./item-reference.ts";
import { createInProcessCoordinator } from "./in-process-coordinator.ts";
import type { ImageEvent } from "./mirror-event.ts";
import {
  defaultMirrorLimits,
  type CopyOptions,
  type CopyResult,
  type MirrorSession,
  type MirrorSessionOptions,
  type MirrorTotals,
  type ProbeOptions,
} from "./mirror-session.ts";
import { Once } from "./once.ts";
import type { PlaceContext } from "./place-context.ts";
import { probeImage } from "./probe-image.ts";
import { Retrier } from "./retry.ts";
import { SharedWork } from "./shared-work.ts";
import { SmallBlobs } from "./small-blobs.ts";
import type { TransferCoordinator } from "./transfer-coordinator.ts";

type Emit = (event: ImageEvent) => void;

const nothingCopied = { blobsPresent: 0, blobsMounted: 0, blobsTransferred: 0, bytesTransferred: 0 };

export function createMirrorSession(options: MirrorSessionOptions): MirrorSession {
  return new Session(options);
}

class Session implements MirrorSession {
  readonly #options: MirrorSessionOptions;
  readonly #scope: ContentScope;
  readonly #target: ContentTarget;
  readonly #coordinator: TransferCoordinator;
  readonly #retrier: Retrier;
  readonly #images: Limiter;
  readonly #transfers: Limiter;
  readonly #smallBlobs: SmallBlobs;
  readonly #writes = new Once();
  readonly #sources = new Set<ContentSource>();
  /** Asked once per repository: whether nothing was tagged there when this session first came by. */
  readonly #absent = new Map<Repository, SharedWork<boolean>>();
  #blobsMounted = 0;

  constructor(options: MirrorSessionOptions) {
    const limits = { ...defaultMirrorLimits, ...options.limits };
    this.#options = options;
    this.#scope = options.scope ?? {};
    this.#target = options.target;
    this.#coordinator = options.coordinator ?? createInProcessCoordinator();
    this.#retrier = new Retrier(limits);
    this.#smallBlobs = options.smallBlobs ?? new SmallBlobs();
    this.#images = createLimiter(limits.images);
    this.#transfers = options.transfers ?? createLimiter(limits.blobs);
  }

  get totals(): MirrorTotals {
    const sides = [...this.#sources, this.#target];
    return {
      bytesTransferred: [...this.#sources].reduce((sum, { traffic }) => sum + traffic.blobBytes, 0),
      blobsMounted: this.#blobsMounted,
      requests: sides.reduce((sum, { traffic }) => sum + traffic.requests, 0),
    };
  }

  async plan(item: MirrorItem, options: Parameters<MirrorSession["plan"]>[1] = {}): Promise<ImagePlan> {
    const { emit, signal } = this.#follow(item, options);
    return this.#explaining(signal, async () => {
      const reference = options.digest ?? referenceOf(item);
      return this.#plan(item, reference, emit, signal);
    });
  }

  async probe(plan: ImagePlan, options: ProbeOptions = {}): Promise<ImageProbe> {
    const { emit, signal } = this.#follow(plan.item, options);
    return this.#explaining(signal, () =>
      probeImage(
        {
          target: this.#target,
          coordinator: this.#coordinator,
          recheck: options.recheck,
          isMissing: options.isMissing ?? false,
          isAbsent: (repository) => this.#isAbsent(repository, signal),
          retry: this.#retrying(emit, signal),
          signal,
        },
        plan,
      ),
    );
  }

  async copy(item: MirrorItem, options: CopyOptions = {}): Promise<CopyResult> {
    const { emit, signal } = this.#follow(item, options);
    try {
      return await this.#explaining(signal, () =>
        this.#images.run(() => this.#copy(item, options, emit, signal), signal),
      );
    } catch (error) {
      if (error instanceof EngineError) emit({ type: "image-failed", error });
      throw error;
    }
  }

  async #copy(item: MirrorItem, options: CopyOptions, emit: Emit, signal: AbortSignal): Promise<CopyResult> {
    emit({ type: "image-started" });
    const { repository, tag } = item.target;
    const { recheck } = options;
    const planned = options.plan?.root.digest ?? options.plannedDigest ?? item.source.digest;
    // Both sides are asked at once; a digest that is known needs no question.
    const [rootDigest, standing] = await Promise.all([
      planned ?? this.#resolve(item, emit, signal),
      tag === undefined ? null : this.#find(repository, tag, planned, emit, signal),
    ]);
    const found =
      tag === undefined ? await this.#find(repository, rootDigest, rootDigest, emit, signal) : standing;
    const stands = found?.digest === rootDigest;
    const skip = (mediaType: string): CopyResult => {
      emit({ type: "image-finished", outcome: "skipped", rootDigest });
      return { outcome: "skipped", rootDigest, mediaType, ...nothingCopied };
    };
    const trusted = stands && recheck === undefined;
    if (trusted && !this.#scope.referrers) return skip(found.mediaType);

    const [plan, absent] = await Promise.all([
      options.plan ?? this.#plan(item, rootDigest, emit, signal),
      found === null && this.#isAbsent(repository, signal),
    ]);
    // An image may be signed long after it was copied.
    if (trusted && (await this.#hasReferrers(plan, emit, signal))) return skip(found.mediaType);
    emit({ type: "image-planned", plan });
    const context: PlaceContext = {
      source: this.#sourceOf(item),
      target: this.#target,
      coordinator: this.#coordinator,
      smallBlobs: this.#smallBlobs,
      retrier: this.#retrier,
      transfers: this.#transfers,
      writes: this.#writes,
      emit,
      signal,
    };
    const skipExistenceCheck = absent && !(await this.#hasTrace(plan, emit, signal));
    const { manifestsPushed, ...parts } = await copyImage(context, plan, {
      skipExistenceCheck,
      ...(stands && recheck && { recheck }),
    });
    const nothingDone = manifestsPushed + parts.blobsMounted + parts.blobsTransferred === 0;
    const outcome = nothingDone ? "skipped" : "copied";
    emit({ type: "image-finished", outcome, rootDigest });
    return { outcome, rootDigest, mediaType: plan.root.mediaType, ...parts };
  }

  /** A copy that was cut short leaves its first blob where nothing is tagged yet: then more may be there. */
  async #hasTrace({ item, blobs: [first] }: ImagePlan, emit: Emit, signal: AbortSignal): Promise<boolean> {
    if (first === undefined) return false;
    const { repository } = item.target;
    const retry = this.#retrying(emit, signal);
    return retry(() => this.#target.hasBlob(repository, first.descriptor.digest, signal));
  }

  /** Whether all that refers to an image is at the target, too. */
  async #hasReferrers({ item, manifests, referrers }: ImagePlan, emit: Emit, signal: AbortSignal) {
    const { repository } = item.target;
    for (const { descriptor, tag, isReferrer } of manifests) {
      if (!isReferrer) continue;
      const { digest } = descriptor;
      const found = await this.#find(repository, tag ?? digest, digest, emit, signal);
      if (found?.digest !== descriptor.digest) return false;
    }
    const retry = this.#retrying(emit, signal);
    for (const [subject, expected] of referrers) {
      const listed = await retry(() => this.#target.listReferrers(repository, subject, signal));
      const known = new Set(listed.map(({ digest }) => digest));
      if (expected.some(({ digest }) => !known.has(digest))) return false;
    }
    return true;
  }

  async #plan(
    item: MirrorItem,
    reference: Tag | Digest,
    emit: Emit,
    signal: AbortSignal,
  ): Promise<ImagePlan> {
    // Loaded when used: a run that finds all there plans nothing.
    const { planImage } = await import("./plan-image.ts");
    const retry = this.#retrying(emit, signal);
    return planImage(
      { source: this.#sourceOf(item), smallBlobs: this.#smallBlobs, scope: this.#scope, retry, signal },
      item,
      reference,
    );
  }

  async #resolve(item: MirrorItem, emit: Emit, signal: AbortSignal): Promise<Digest> {
    const { repository } = item.source;
    const source = this.#sourceOf(item);
    const retry = this.#retrying(emit, signal);
    return (await retry(() => source.resolve(repository, referenceOf(item), signal))).digest;
  }

  /** @param expected whose algorithm the digest is to be of, so that the two can be compared */
  #find(
    repository: Repository,
    reference: Tag | Digest,
    expected: Digest | undefined,
    emit: Emit,
    signal: AbortSignal,
  ) {
    const algorithm = expected && digestAlgorithm(expected);
    return this.#retrying(emit, signal)(() => this.#target.find(repository, reference, signal, algorithm));
  }

  #isAbsent(repository: Repository, signal: AbortSignal): Promise<boolean> {
    const ask = (shared: AbortSignal) =>
      this.#retrier.run(() => this.#target.isAbsent(repository, shared), {
        signal: shared,
        onFailedAttempt: () => undefined,
      });
    const asked = this.#absent.get(repository) ?? new SharedWork(ask);
    this.#absent.set(repository, asked);
    return asked.wait(signal);
  }

  #sourceOf(item: MirrorItem): ContentSource {
    const { source } = this.#options;
    const found = typeof source === "function" ? source(item.source.registry) : source;
    this.#sources.add(found);
    return found;
  }

  #follow(item: MirrorItem, { signal, onEvent }: CopyOptions): { emit: Emit; signal: AbortSignal } {
    const emit = (event: ImageEvent) => {
      if (event.type === "blob-mounted") this.#blobsMounted++;
      this.#options.onEvent?.({ ...event, item });
      onEvent?.({ ...event, item });
    };
    return { emit, signal: signal ?? new AbortController().signal };
  }

  #retrying(emit: Emit, signal: AbortSignal) {
    return <Result>(request: () => Promise<Result>): Promise<Result> =>
      this.#retrier.run(request, {
        signal,
        onFailedAttempt: (failed) => emit({ type: "retrying", ...failed }),
      });
  }

  /** Runs a task; once the signal has fired, whatever it fails with is the cancellation. */
  async #explaining<Result>(signal: AbortSignal, task: () => Promise<Result>): Promise<Result> {
    try {
      throwIfAborted(signal);
      return await task();
    } catch (error) {
      throw toEngineError(signal.aborted ? abortError(signal) : error, { operation: "copy" });
    }
  }
}
