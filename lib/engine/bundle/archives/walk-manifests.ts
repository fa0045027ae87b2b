import type { Descriptor } from "../../oci/descriptor.ts";
import { readEmbedded } from "../../oci/descriptor.ts";
import { verifyBytes, type Digest } from "../../oci/digest.ts";
import { EngineError, type EngineErrorCode } from "../../oci/errors.ts";
import { maxManifestBytes } from "../../oci/manifest-limit.ts";
import { inferMediaType, parseManifest } from "../../oci/manifests.ts";
import { isForeignLayer } from "../../oci/media-types.ts";
import { throwIfAborted } from "../../oci/abort.ts";
import { bundleError } from "../bundle-error.ts";
import { readWhole, type RandomAccess } from "../random-access.ts";

/** As the planning of a copy has it: far beyond any real image. */
const maxDepth = 8;
const maxManifests = 100_000;

interface Walk {
  /** What is lacking, of another size, or cannot be read. */
  readonly findings: readonly EngineError[];
  /** Whether there are layers that live elsewhere, and all of them are here. */
  readonly hasForeignLayers: boolean;
}

/**
 * Follows manifests down to the last blob and tells what of it is not there. Manifests are proven, blobs are not read.
 *
 * @param archive named in findings
 */
export async function walkManifests(
  archive: string,
  roots: readonly Descriptor[],
  blobs: ReadonlyMap<Digest, RandomAccess>,
  signal?: AbortSignal,
): Promise<Walk> {
  const walker = new ManifestWalker(archive, blobs, signal);
  for (const root of roots) await walker.visit(root, 0);
  return {
    findings: walker.findings,
    hasForeignLayers: walker.foreignHere > 0 && walker.foreignElsewhere === 0,
  };
}

class ManifestWalker {
  readonly findings: EngineError[] = [];
  foreignHere = 0;
  foreignElsewhere = 0;
  readonly #archive: string;
  readonly #blobs: ReadonlyMap<Digest, RandomAccess>;
  readonly #signal: AbortSignal | undefined;
  readonly #seen = new Set<Digest>();

  constructor(archive: string, blobs: ReadonlyMap<Digest, RandomAccess>, signal: AbortSignal | undefined) {
    this.#archive = archive;
    this.#blobs = blobs;
    this.#signal = signal;
  }

  async visit(descriptor: Descriptor, depth: number): Promise<void> {
    throwIfAborted(this.#signal);
    if (this.#seen.has(descriptor.digest)) return;
    if (depth > maxDepth || this.#seen.size > maxManifests) {
      this.#find("image-too-complex", descriptor.digest);
      return;
    }
    this.#seen.add(descriptor.digest);
    const raw = await this.#read(descriptor);
    if (raw === null) return;
    try {
      const manifest = parseManifest(raw, inferMediaType(raw, descriptor.mediaType));
      if (manifest.kind === "index") {
        for (const child of manifest.manifests) await this.visit(child, depth + 1);
      } else {
        for (const blob of manifest.config ? [manifest.config, ...manifest.layers] : manifest.layers) {
          this.#expect(blob);
        }
      }
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      this.findings.push(error.withFacts({ file: this.#archive, digest: descriptor.digest }));
    }
  }

  async #read(descriptor: Descriptor): Promise<Uint8Array | null> {
    const { digest } = descriptor;
    const embedded = readEmbedded(descriptor);
    if (embedded) return embedded;
    const content = this.#blobs.get(digest);
    if (content === undefined) this.#find("bundle-content-missing", digest);
    else if (content.sizeBytes > maxManifestBytes) this.#find("manifest-too-large", digest);
    else {
      const raw = await readWhole(content);
      try {
        verifyBytes(raw, descriptor);
        return raw;
      } catch (error) {
        this.#find("bundle-content-damaged", digest, { content, cause: error });
      }
    }
    return null;
  }

  #expect(blob: Descriptor): void {
    if (this.#seen.has(blob.digest) || readEmbedded(blob)) return;
    this.#seen.add(blob.digest);
    const content = this.#blobs.get(blob.digest);
    if (isForeignLayer(blob.mediaType)) {
      if (content) this.foreignHere++;
      else this.foreignElsewhere++;
      if (!content) return;
    }
    if (content === undefined) this.#find("bundle-content-missing", blob.digest);
    else if (content.sizeBytes !== blob.sizeBytes)
      this.#find("bundle-content-damaged", blob.digest, { content });
  }

  #find(
    code: EngineErrorCode,
    digest: Digest,
    { content, cause }: { readonly content?: RandomAccess; readonly cause?: unknown } = {},
  ): void {
    const where = content ? { file: content.name, offset: content.start } : { file: this.#archive };
    this.findings.push(bundleError(code, { operation: "read-file", ...where, digest }, cause));
  }
}
