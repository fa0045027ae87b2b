import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import type { EngineError } from "../../oci/errors.ts";
import { BlobPool } from "../blob-pool.ts";
import { createBundleSource, formatSubject, formatTagged } from "../bundle-content.ts";
import { bundleError } from "../bundle-error.ts";
import { countAsFound, type OpenedArchive } from "../open-archive.ts";
import type { BundleImage, OpenBundle } from "../open-bundle.ts";
import type { ArchiveContent } from "./archive-content.ts";
import { openArchiveFiles, type ArchiveFiles, type OpenArchiveFilesOptions } from "./archive-files.ts";
import { checkArchive } from "./check-archive.ts";
import { readDockerArchive } from "./read-docker-archive.ts";
import { readOciLayout } from "./read-oci-layout.ts";
import { walkManifests } from "./walk-manifests.ts";

export interface ArchivePlace {
  readonly path: string;
  readonly format: ArchiveContent["format"];
  /** What was packed, once it is unpacked; it is closed with the bundle. */
  readonly unpacked?: OpenedArchive;
}

/**
 * Archives of images as one bundle: image layouts, in a folder or in a tar, as skopeo writes them to `oci:` and
 * `oci-archive:`, `docker buildx build` with `--output type=oci`, `crane pull --format=oci` and ORAS, or a volume of a
 * Drayage bundle; and archives of `docker save`, `podman save`, skopeo's `docker-archive:` and `crane pull`.
 *
 * Image layout specification: https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
 *
 * @param name what a person calls the bundle; the name of the first archive unless given
 * @throws EngineError `bundle-not-recognized` for one that is none; `bundle-document-invalid` when what says what is in
 * it cannot be read, or two have different images of one name; `bundle-content-damaged`, `bundle-file-missing` when not
 * one image of an archive can be read; what `indexTar` throws
 */
export async function openImageArchives(
  places: readonly [ArchivePlace, ...ArchivePlace[]],
  { name, signal }: { readonly name?: string; readonly signal?: AbortSignal | undefined } = {},
): Promise<OpenBundle> {
  const opened: ArchiveFiles[] = [];
  const close = async () => {
    for (const files of opened) await files.close();
  };
  try {
    const read: ReadArchive[] = [];
    for (const { path, format, unpacked } of places) {
      const options: OpenArchiveFilesOptions = { links: format === "docker-archive", unpacked, signal };
      const files = await openArchiveFiles(path, options);
      opened.push(files);
      const content = await (format === "docker-archive"
        ? readDockerArchive(files, signal)
        : readOciLayout(files));
      read.push({ content, unpacked });
    }
    return await combine(read, { name: name ?? opened[0]?.name ?? "", close, signal });
  } catch (error) {
    await close();
    throw error;
  }
}

interface ReadArchive {
  readonly content: ArchiveContent;
  readonly unpacked: OpenedArchive | undefined;
}

async function combine(
  opened: readonly ReadArchive[],
  { name, close, signal }: { name: string; close: () => Promise<void>; signal: AbortSignal | undefined },
): Promise<OpenBundle> {
  const contents = opened.map(({ content }) => content);
  const images = combineImages(contents);
  const pool = new BlobPool();
  const mediaTypes = new Map<Digest, string>();
  const referrers = new Map<string, Descriptor[]>();
  const repositories = new Set(images.map(({ repository }) => repository));
  let hasForeignLayers = true;
  for (const content of contents) {
    const blobs = new Map([...content.blobs, ...content.made]);
    for (const [digest, blob] of blobs) if (!pool.has(digest)) pool.add(digest, [blob]);
    const roots = content.images.map(({ root }) => root);
    for (const { digest, mediaType } of roots) mediaTypes.set(digest, mediaType);
    for (const [subject, described] of content.referrers) {
      // A layout does not tell whose it is: wherever its subject stands, it belongs to it.
      for (const repository of repositories) {
        const key = formatSubject(repository, subject);
        referrers.set(key, [...(referrers.get(key) ?? []), ...described]);
      }
    }
    const walk = await walkManifests(content.files.name, roots, blobs, signal);
    hasForeignLayers &&= walk.hasForeignLayers;
  }
  const tags = images.flatMap(({ repository, tag, digest }) =>
    tag === undefined ? [] : [[formatTagged(repository, tag), digest] as const],
  );
  return {
    format: contents.some(({ format }) => format === "docker-archive") ? "docker-archive" : "oci-layout",
    name,
    images,
    files: contents.flatMap(({ files }) => files.files),
    scope: { referrers: referrers.size > 0, foreignLayers: hasForeignLayers },
    source: createBundleSource(name, pool, { tags: new Map(tags), mediaTypes, referrers }),
    async check(options) {
      const findings: EngineError[] = [];
      for (const { content, unpacked } of opened) {
        const counted = unpacked ? countAsFound(unpacked, options) : options;
        findings.push(...(await checkArchive(content, counted)));
      }
      return findings;
    },
    close,
  };
}

function combineImages(contents: readonly ArchiveContent[]): readonly BundleImage[] {
  const images = new Map<string, BundleImage>();
  for (const { files, images: own } of contents) {
    for (const { root: _root, ...image } of own) {
      const { repository, tag, digest } = image;
      const key = tag === undefined ? formatSubject(repository, digest) : formatTagged(repository, tag);
      if ((images.get(key)?.digest ?? digest) !== digest) {
        throw bundleError("bundle-document-invalid", {
          operation: "read-file",
          file: files.name,
          field: key,
        });
      }
      images.set(key, image);
    }
  }
  return [...images.values()];
}
