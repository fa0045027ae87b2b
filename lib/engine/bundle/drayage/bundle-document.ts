import { z } from "zod";
import { parsePlatform } from "../../mirror/content-scope.ts";
import { formatPlatform } from "../../oci/descriptor.ts";
import { findDigest, type Digest } from "../../oci/digest.ts";
import type { EngineError } from "../../oci/errors.ts";
import { maxManifestBytes } from "../../oci/manifest-limit.ts";
import { parseRepository, parseTag, type Repository, type Tag } from "../../oci/reference.ts";
import { bundleError } from "../bundle-error.ts";

/** The file that says what a bundle holds; it is written last but one, so that without it a bundle is unfinished. */
export const documentName = "bundle.json";
/** Of some ten thousand images. */
export const maxDocumentBytes = 64 * 1024 * 1024;
const formatName = "drayage-bundle";
const formatVersion = 1;

const maxTextLength = 4096;
const maxListLength = 1_000_000;

const text = z.string().max(maxTextLength);
const size = z.int().nonnegative();
const list = <Item extends z.ZodType>(item: Item) => z.array(item).max(maxListLength);
const hex = (digits: number) => z.string().regex(new RegExp(`^[a-f0-9]{${digits}}$`));

/** A text that one of our parsers takes. */
function checked<Result>(parse: (value: string) => Result | null) {
  return text.transform((value, context): Result => {
    try {
      const result = parse(value);
      if (result !== null) return result;
    } catch {
      // Said below, for all parsers alike.
    }
    context.addIssue({ code: "custom", message: "malformed" });
    return z.NEVER;
  });
}

const digest = checked<Digest>(findDigest);
const repository = checked<Repository>(parseRepository);
const tag = checked<Tag>(parseTag);
const platform = checked((value) => formatPlatform(parsePlatform(value)));
/** A name in the bundle's folder: nothing that could lead out of it. */
const fileName = z.string().regex(/^(?!\.)[\w.+@ -]{1,200}$/);

/** Whether a file can travel along under a name. */
export function isBundledFileName(name: string): boolean {
  return fileName.safeParse(name).success;
}

const descriptor = z.object({
  mediaType: text.min(1),
  digest,
  sizeBytes: size,
  artifactType: text.optional(),
  /** As long as the manifest that they come from: whole signatures are kept in them. */
  annotations: z.record(z.string().max(maxManifestBytes), z.string().max(maxManifestBytes)).optional(),
});

const image = z.object({
  /** As the release names it, with its original host. */
  original: text,
  /** Where it was read, after rewriting. */
  source: text,
  /** Below the base of whoever imports it. */
  repository,
  tag: tag.optional(),
  digest,
  mediaType: text,
  kind: z.enum(["image", "bundle"]),
  platforms: list(text),
  /** Of all its distinct blobs. */
  sizeBytes: size,
  /** It came with the base, and is not here. */
  inBase: z.literal(true).optional(),
});

/** In one volume, or in parts in several; volumes are counted from 1. */
const place = {
  volume: z.int().positive().optional(),
  parts: list(z.object({ volume: z.int().positive(), sizeBytes: size, sha256: hex(64) })).optional(),
};

/** A blob or manifest. */
const blob = z.object({
  digest,
  sizeBytes: size,
  /** Of manifests. */
  mediaType: text.optional(),
  /** One that has it once the bundle is imported, below the base of whoever imports it. */
  repository,
  /** It came with the base, and is in no volume. */
  inBase: z.literal(true).optional(),
  ...place,
});

const component = z.object({
  kind: z.enum(["image", "bundle"]),
  enabled: z.boolean(),
  /** With its original host, and its tag or digest. */
  original: text,
  /** Of its repository, what a list names below its base; known since releases keep it. */
  sourcePath: repository.optional(),
  targetPath: repository,
  /** Further places for the same image. */
  moreTargets: list(repository).optional(),
  /** What a person knows it by, such as a plug-in and its version. */
  part: text.optional(),
  tag: tag.optional(),
  /** What it meant when the bundle was made; of one that is not in the bundle, unknown. */
  digest: digest.optional(),
  sizeBytes: size.optional(),
  platforms: list(text),
});

const release = z.object({
  kind: z.enum(["tkg", "getting_started_airgapped", "tanzu_plugins", "list"]),
  name: text.min(1),
  version: text,
  /** Where it was looked for, `host[:port][/path]`; absent for a list that a person gave. */
  source: text.optional(),
  /** Of plug-ins: how they were chosen from their inventory. */
  plugins: z.object({ groups: list(text), plugins: list(text), machines: list(text) }).optional(),
  /** The text it was made from, such as that of dependencies.txt, byte for byte. */
  document: z.string().max(maxDocumentBytes).optional(),
  components: list(component),
});

const reference = z.object({ id: digest, name: text, createdAt: z.iso.datetime() });

const documentSchema = z.object({
  format: z.literal(formatName),
  version: z.literal(formatVersion),
  /** Made from what the bundle holds: equal for equal bundles. */
  id: digest,
  name: text.min(1),
  createdAt: z.iso.datetime(),
  tool: text,
  /** The bundle that must have been imported before. */
  base: reference.optional(),
  /** What was left out. */
  scope: z.object({ platforms: list(platform), referrers: z.boolean(), foreignLayers: z.boolean() }),
  images: list(image),
  /** Besides those of `images`: of what an imgpkg bundle lists, of signatures. */
  tags: list(z.object({ repository, tag, digest })),
  referrers: list(z.object({ repository, subject: digest, manifests: list(descriptor) })),
  blobs: list(blob),
  releases: list(release),
  /** What travels along. */
  files: list(
    z.object({ name: fileName, sizeBytes: size, sha1: hex(40), sha256: hex(64), md5: hex(32), ...place }),
  ),
  volumes: list(z.object({ file: fileName, sizeBytes: size, sha256: hex(64) })),
});

export type BundleDocument = z.infer<typeof documentSchema>;
export type BundledBlob = BundleDocument["blobs"][number];
export type BundledRelease = BundleDocument["releases"][number];
/** A file that travels along, wherever it stands. */
export type BundledFile = Omit<BundleDocument["files"][number], "volume" | "parts">;

export function formatDocument(document: Omit<BundleDocument, "format" | "version">): string {
  return `${JSON.stringify({ format: formatName, version: formatVersion, ...document }, null, 1)}\n`;
}

/**
 * @param file named in errors
 * @throws EngineError `bundle-document-invalid` with the field that is wrong
 */
export function parseDocument(content: Uint8Array, file: string): BundleDocument {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(content));
  } catch (error) {
    throw refuse(file, "", error);
  }
  const result = documentSchema.safeParse(document);
  if (!result.success) throw refuse(file, result.error.issues[0]?.path.join(".") ?? "", result.error);
  assertConsistent(result.data, file);
  return result.data;
}

/** What names a volume names one that there is, what has two places has none, and nothing stands there twice. */
function assertConsistent({ volumes, blobs, files, images, base }: BundleDocument, file: string): void {
  const placed = {
    blobs: blobs.map((each) => ({ ...each, key: each.digest })),
    files: files.map((each) => ({ ...each, key: each.name, inBase: undefined })),
  };
  for (const [field, list] of Object.entries(placed)) {
    const known = new Set<string>();
    for (const [at, { key, volume, parts, inBase, sizeBytes }] of list.entries()) {
      const places = [volume, parts, inBase].filter((each) => each !== undefined);
      const named = parts?.map((part) => part.volume) ?? (volume === undefined ? [] : [volume]);
      const isWhole = !parts || parts.reduce((sum, part) => sum + part.sizeBytes, 0) === sizeBytes;
      if (places.length !== 1 || named.some((each) => each > volumes.length) || !isWhole || known.has(key)) {
        throw refuse(file, `${field}.${at}`);
      }
      known.add(key);
    }
  }
  const names = volumes.map((volume) => volume.file);
  if (new Set(names).size !== names.length) throw refuse(file, "volumes");
  const needsBase = [...images, ...blobs].some(({ inBase }) => inBase);
  if (needsBase && base === undefined) throw refuse(file, "base");
}

function refuse(file: string, field: string, cause?: unknown): EngineError {
  return bundleError("bundle-document-invalid", { file, field }, cause);
}
