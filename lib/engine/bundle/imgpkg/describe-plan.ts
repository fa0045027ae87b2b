import { z } from "zod";
import type { ImagePlan, PlannedBlob, PlannedManifest } from "../../mirror/image-plan.ts";
import { formatPlatforms } from "../../mirror/content-scope.ts";
import { imageLocationsTag } from "../../mirror/imgpkg.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { findDigest, type Digest } from "../../oci/digest.ts";
import { parseManifest, type ImageManifest } from "../../oci/manifests.ts";
import {
  rootBundleLabel,
  type ImageRecord,
  type IndexRecord,
  type LayerRecord,
  type TarRecord,
} from "./manifest-document.ts";
import { refuseImage } from "./refuse-image.ts";

/** What one tar is to hold. */
export interface DescribedPlan {
  /** For its `manifest.json`. */
  readonly records: readonly TarRecord[];
  /** Blobs that get an entry, each once. */
  readonly layers: readonly Descriptor[];
  /** Configurations of its images, which stand in `manifest.json`. */
  readonly configs: ReadonlySet<Digest>;
  /** Without what imgpkg makes anew where it unpacks the tar: the lists of where a bundle's images are. */
  readonly plan: ImagePlan;
}

/** An index may name the same images again and again; far beyond any real one. */
const maxRecords = 20_000;

/** Media types whose layers have a diff ID, and those that imgpkg may leave out (go-containerregistry, pkg/v1/types). */
const layerTypes: ReadonlySet<string> = new Set([
  "application/vnd.oci.image.layer.v1.tar+gzip",
  "application/vnd.oci.image.layer.v1.tar+zstd",
  "application/vnd.oci.image.layer.v1.tar",
  "application/vnd.docker.image.rootfs.diff.tar.gzip",
  "application/vnd.docker.image.rootfs.diff.tar",
]);
const optionalLayerTypes: ReadonlySet<string> = new Set([
  "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
  "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
  "application/vnd.oci.image.layer.nondistributable.v1.tar",
]);

const configSchema = z.object({
  rootfs: z.object({ diff_ids: z.array(z.string().refine(isSha256)).nullish() }).nullish(),
});

/**
 * An image, or a bundle with the images it lists, as imgpkg describes them.
 *
 * https://github.com/carvel-dev/imgpkg/blob/v0.42.3/pkg/imgpkg/imagedesc/image_ref_descriptors.go
 *
 * @param configs the contents of all configurations
 * @throws EngineError `image-not-representable`
 */
export function describePlan(plan: ImagePlan, configs: ReadonlyMap<Digest, Uint8Array>): DescribedPlan {
  return new PlanDescriber(plan, configs).describe();
}

/** What imgpkg repeats for all below an index. */
type Names = Pick<ImageRecord, "Tag" | "OrigRef" | "Labels"> & { readonly repository: string };

class PlanDescriber {
  readonly #plan: ImagePlan;
  readonly #contents: ReadonlyMap<Digest, Uint8Array>;
  readonly #manifests: ReadonlyMap<Digest, PlannedManifest>;
  readonly #blobs: ReadonlyMap<Digest, PlannedBlob>;
  readonly #layers = new Map<Digest, Descriptor>();
  readonly #configs = new Set<Digest>();
  #records = 0;

  constructor(plan: ImagePlan, contents: ReadonlyMap<Digest, Uint8Array>) {
    this.#plan = plan;
    this.#contents = contents;
    this.#manifests = new Map(plan.manifests.map((manifest) => [manifest.descriptor.digest, manifest]));
    this.#blobs = new Map(plan.blobs.map((blob) => [blob.descriptor.digest, blob]));
  }

  describe(): DescribedPlan {
    const { referrers, platformsLeftOut } = this.#plan;
    const [[referrer] = []] = referrers.values();
    if (referrer) {
      const { digest, mediaType, artifactType } = referrer;
      throw refuseImage(this.#plan, { digest, value: artifactType ?? mediaType });
    }
    if (platformsLeftOut.length > 0) {
      // imgpkg wants all that an index names.
      const platforms = formatPlatforms(platformsLeftOut);
      throw refuseImage(this.#plan, { platforms, value: platforms });
    }
    const manifests = this.#listKept();
    const records = this.#listTop(manifests).map((each) => this.#describeTop(each));
    const blobs = this.#plan.blobs.filter(
      ({ descriptor: { digest } }) => this.#layers.has(digest) || this.#configs.has(digest),
    );
    const totalBytes = blobs.reduce((sum, { descriptor }) => sum + descriptor.sizeBytes, 0);
    return {
      records,
      layers: [...this.#layers.values()],
      configs: this.#configs,
      plan: { ...this.#plan, manifests, blobs, totalBytes },
    };
  }

  #listKept(): PlannedManifest[] {
    const { manifests } = this.#plan;
    const made = new Set<string>(
      manifests.flatMap(({ tag, descriptor: { digest } }) =>
        tag === undefined ? [] : [imageLocationsTag(digest)],
      ),
    );
    return manifests.filter(({ tag }) => tag === undefined || !made.has(tag));
  }

  /** The image, or the bundle and all that it lists, and what cosign says of them: what has a tag of its own. */
  #listTop(manifests: readonly PlannedManifest[]): PlannedManifest[] {
    const root = manifests.at(-1);
    return manifests.filter((each) => each === root || each.tag !== undefined);
  }

  #describeTop(manifest: PlannedManifest): TarRecord {
    const { item, root, kind } = this.#plan;
    const { descriptor, sourceRepository, tag, lockedAs, isReferrer } = manifest;
    const repository = `${item.source.registry}/${sourceRepository}`;
    const isRoot = descriptor.digest === root.digest;
    const isBundle = isRoot && kind === "bundle";
    const ownTag = isReferrer ? tag : undefined;
    return this.#describe(manifest, {
      repository,
      Tag: (isRoot ? item.target.tag : ownTag) ?? "",
      OrigRef: isBundle ? `${repository}@${descriptor.digest}` : (lockedAs ?? ""),
      Labels: isBundle ? { [rootBundleLabel]: "" } : null,
    });
  }

  #describe(manifest: PlannedManifest, names: Names): TarRecord {
    const { raw, descriptor } = manifest;
    if (++this.#records > maxRecords) throw this.#refuse(descriptor);
    const parsed = parseManifest(raw, descriptor.mediaType);
    return parsed.kind === "index"
      ? { ImageIndex: this.#describeIndex(manifest, parsed.manifests, names), Image: null }
      : { ImageIndex: null, Image: this.#describeImage(manifest, parsed, names) };
  }

  #describeIndex(
    { descriptor, raw }: PlannedManifest,
    named: readonly Descriptor[],
    { repository, ...names }: Names,
  ): IndexRecord {
    const children = named.map((child) => {
      const manifest = this.#manifests.get(child.digest);
      if (!manifest) throw this.#refuse(child);
      return this.#describe(manifest, { repository, ...names });
    });
    return {
      Refs: [`${repository}@${this.#hold(descriptor)}`],
      Images: orNull(children.flatMap(({ Image }) => Image ?? [])),
      Indexes: orNull(children.flatMap(({ ImageIndex }) => ImageIndex ?? [])),
      MediaType: descriptor.mediaType,
      Digest: descriptor.digest,
      Raw: this.#decode(descriptor, raw),
      ...names,
    };
  }

  #describeImage(
    { descriptor, raw }: PlannedManifest,
    { config, layers }: ImageManifest,
    { repository, ...names }: Names,
  ): ImageRecord {
    if (!config) throw this.#refuse(descriptor);
    const content = this.#contents.get(this.#hold(config));
    if (!content) throw new Error(`the configuration ${config.digest} was not read`);
    this.#configs.add(config.digest);
    const text = this.#decode(config, content);
    const diffIds = this.#readDiffIds(config, text);
    return {
      Refs: [`${repository}@${this.#hold(descriptor)}`],
      Layers: orNull(layers.map((layer) => this.#describeLayer(layer, config, layers, diffIds))),
      Config: { Digest: config.digest, Raw: text },
      Manifest: {
        MediaType: descriptor.mediaType,
        Digest: descriptor.digest,
        Raw: this.#decode(descriptor, raw),
      },
      ...names,
    };
  }

  #describeLayer(
    { digest }: Descriptor,
    config: Descriptor,
    layers: readonly Descriptor[],
    diffIds: readonly string[],
  ): LayerRecord {
    // imgpkg looks layers up by their digest: the configuration comes first, then the first layer that has it.
    const first = layers.findIndex((each) => each.digest === digest);
    const layer = digest === config.digest ? config : (layers[first] ?? config);
    const planned = this.#blobs.get(digest);
    if (planned) this.#layers.set(digest, planned.descriptor);
    // What imgpkg does not know to be optional it misses.
    else if (!optionalLayerTypes.has(layer.mediaType)) throw this.#refuse(layer);
    const hasDiffId = layerTypes.has(layer.mediaType) || optionalLayerTypes.has(layer.mediaType);
    return {
      MediaType: layer.mediaType,
      Digest: this.#hold(layer),
      // imgpkg makes no tar of an image that has other layers than diff IDs, but takes one without them.
      DiffID: hasDiffId && diffIds.length === layers.length ? (diffIds[first] ?? "") : "",
      Size: layer.sizeBytes,
    };
  }

  /** What Go cannot read as a configuration, imgpkg does not take. */
  #readDiffIds(config: Descriptor, text: string): readonly string[] {
    try {
      return configSchema.parse(JSON.parse(text)).rootfs?.diff_ids ?? [];
    } catch (error) {
      throw this.#refuse(config, error);
    }
  }

  /** The digest, which must be of the one algorithm that imgpkg knows. */
  #hold(descriptor: Descriptor): Digest {
    const { digest } = descriptor;
    if (!isSha256(digest)) throw refuseImage(this.#plan, { digest, value: "sha512" });
    return digest;
  }

  /** Content becomes a JSON string, in which only UTF-8 stays as it is. */
  #decode(descriptor: Descriptor, content: Uint8Array): string {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
    } catch (error) {
      throw this.#refuse(descriptor, error);
    }
  }

  #refuse({ digest, mediaType }: Descriptor, cause?: unknown) {
    return refuseImage(this.#plan, { digest, value: mediaType }, cause);
  }
}

function isSha256(text: string): boolean {
  return findDigest(text)?.startsWith("sha256:") ?? false;
}

/** Go writes an empty list as null. */
function orNull<Item>(items: readonly Item[]): readonly Item[] | null {
  return items.length > 0 ? items : null;
}
