import { Readable } from "node:stream";
import type { Digest } from "#lib/engine/oci/digest.ts";
import { parseRegistryHost, type Repository, type Tag } from "#lib/engine/oci/reference.ts";
import { createRegistryClient, type RegistryClient } from "#lib/engine/oci/registry-client.ts";
import { generateRelease, type ReleaseImage, type SampleContent } from "./generate-release.ts";
import type { Recipe } from "./random.ts";
import type { SampleBlob, SampleManifest } from "./sample-image.ts";

interface FillProgress {
  readonly imagesDone: number;
  readonly imagesTotal: number;
  /** Body bytes of layers and configurations sent so far. */
  readonly bytesSent: number;
}

interface FillResult {
  readonly imagesPushed: number;
  /** Images that stood there already. */
  readonly imagesPresent: number;
  readonly bytesSent: number;
}

/** What is pushed, and where to. */
export interface FillImage {
  readonly repository: Repository;
  readonly tag: Tag;
  readonly build: () => SampleContent;
}

interface FillOptions extends Partial<Recipe> {
  /** Other images than those of the sample release. */
  readonly images?: readonly FillImage[];
  /** Which images of the sample release; all unless given. */
  readonly only?: (image: ReleaseImage) => boolean;
  /** Images at once. */
  readonly concurrency?: number;
  readonly onProgress?: (progress: FillProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Pushes the sample release to a registry, such as `http://127.0.0.1:5000`. What is there is left alone, so a fill that
 * was cut short goes on where it was.
 *
 * @throws EngineError when the registry fails or the signal fires
 */
export async function fillRegistry(registryUrl: string, options: FillOptions = {}): Promise<FillResult> {
  const { only = () => true, concurrency = 6, onProgress, signal, ...recipe } = options;
  const images = options.images ?? generateRelease(recipe).filter(only);
  const url = new URL(registryUrl);
  const client = createRegistryClient({
    registry: parseRegistryHost(url.host),
    plainHttp: url.protocol === "http:",
    access: "pull,push",
  });
  const failed = new AbortController();
  const anySignal = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const filler = new RegistryFiller(client, anySignal);
  let imagesPushed = 0;
  let imagesDone = 0;
  const queue = images.values();
  const pushFromQueue = async () => {
    for (const image of queue) {
      if (await filler.pushImage(image)) imagesPushed++;
      imagesDone++;
      onProgress?.({ imagesDone, imagesTotal: images.length, bytesSent: filler.bytesSent });
    }
  };
  try {
    await Promise.all(Array.from({ length: concurrency }, pushFromQueue));
  } catch (error) {
    failed.abort(error);
    throw error;
  } finally {
    await client.close();
  }
  return { imagesPushed, imagesPresent: images.length - imagesPushed, bytesSent: filler.bytesSent };
}

class RegistryFiller {
  bytesSent = 0;
  readonly #client: RegistryClient;
  readonly #signal: AbortSignal;
  /** Where each blob is, or will be once the image that sends it is through. */
  readonly #placed = new Map<Digest, Promise<Repository>>();
  readonly #turns = new Map<Repository, Promise<unknown>>();
  readonly #begun = new Map<Repository, Promise<boolean>>();

  constructor(client: RegistryClient, signal: AbortSignal) {
    this.#client = client;
    this.#signal = signal;
  }

  /**
   * False when the image stood there already. One at a time per repository: distribution rewrites the links of what it
   * has in place, and refuses a manifest (`DIGEST_INVALID`) when it finds such a link empty.
   */
  pushImage(image: FillImage): Promise<boolean> {
    const before = this.#turns.get(image.repository) ?? Promise.resolve();
    const turn = before.then(() => this.#pushInTurn(image));
    this.#turns.set(image.repository, turn);
    return turn;
  }

  async #pushInTurn(image: FillImage): Promise<boolean> {
    const { repository, tag } = image;
    const { root, relocated } = image.build();
    if (await this.#isTagged(repository, tag, root)) return false;
    for (const nested of relocated) {
      if (!(await this.#isTagged(repository, nested.tag, nested.manifest))) {
        await this.#pushManifest(repository, nested.tag, nested.manifest);
      }
    }
    await this.#pushManifest(repository, tag, root);
    return true;
  }

  async #isTagged(repository: Repository, tag: Tag, manifest: SampleManifest): Promise<boolean> {
    const found = await this.#client.findManifest(repository, tag, this.#signal);
    return found?.digest === manifest.descriptor.digest;
  }

  async #pushManifest(
    repository: Repository,
    reference: Tag | Digest,
    manifest: SampleManifest,
  ): Promise<void> {
    for (const child of manifest.children) {
      await this.#pushManifest(repository, child.descriptor.digest, child);
    }
    for (const blob of manifest.blobs) await this.#placeBlob(repository, blob);
    await this.#client.putManifest(repository, reference, manifest, this.#signal);
  }

  async #placeBlob(repository: Repository, blob: SampleBlob): Promise<void> {
    const { digest } = blob.descriptor;
    const placed = this.#placed.get(digest);
    if (placed === undefined) {
      const sent = this.#sendBlob(repository, blob).then(() => repository);
      this.#placed.set(digest, sent);
      await sent;
    } else {
      const mountFrom = await placed;
      if (mountFrom !== repository) await this.#sendBlob(repository, blob, mountFrom);
    }
  }

  /** Whether an earlier run was at work there; if not, asking for single blobs is a waste. */
  #wasBegun(repository: Repository): Promise<boolean> {
    const known = this.#begun.get(repository) ?? this.#client.hasRepository(repository, this.#signal);
    this.#begun.set(repository, known);
    return known;
  }

  async #sendBlob(repository: Repository, blob: SampleBlob, mountFrom?: Repository): Promise<void> {
    const { descriptor } = blob;
    const signal = this.#signal;
    const begun = await this.#wasBegun(repository);
    if (begun && (await this.#client.hasBlob(repository, descriptor.digest, signal))) return;
    const upload = await this.#client.startUpload(repository, descriptor, { mountFrom, signal });
    if (upload === null) return;
    await this.#client.finishUpload(upload, descriptor, stream(blob.content()), { signal });
    this.bytesSent += descriptor.sizeBytes;
  }
}

function stream(content: Iterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return Readable.from(content, { objectMode: false });
}
