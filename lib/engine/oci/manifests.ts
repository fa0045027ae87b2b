import { z } from "zod";
import type { Descriptor } from "./descriptor.ts";
import { findDigest, type Digest } from "./digest.ts";
import { EngineError, type EngineErrorCode } from "./errors.ts";
import { maxManifestBytes } from "./manifest-limit.ts";
import {
  isImageMediaType,
  isIndexMediaType,
  ociArtifactManifest,
  ociImageIndex,
  ociImageManifest,
} from "./media-types.ts";

export interface ImageManifest {
  readonly kind: "image";
  readonly mediaType: string;
  /** An artifact manifest has none. */
  readonly config: Descriptor | null;
  /** Of an artifact manifest its blobs. */
  readonly layers: readonly Descriptor[];
}

interface IndexManifest {
  readonly kind: "index";
  readonly mediaType: string;
  readonly manifests: readonly Descriptor[];
}

export type Manifest = ImageManifest | IndexManifest;

const digestSchema = z.string().transform((text, context): Digest => {
  const digest = findDigest(text);
  if (digest !== null) return digest;
  context.addIssue({ code: "custom", message: "not a digest" });
  return z.NEVER;
});

const platformSchema = z.object({
  os: z.string(),
  architecture: z.string(),
  variant: z.string().optional(),
  "os.version": z.string().optional(),
});

/** 16 TiB: no layer comes near it, and sums of what is claimed stay numbers. */
const maxBlobBytes = 2 ** 44;

const annotationsSchema = z.record(z.string(), z.string()).nullish();

const descriptorSchema = z
  .object({
    mediaType: z.string().min(1).max(255),
    digest: digestSchema,
    size: z.int().nonnegative().max(maxBlobBytes),
    urls: z.array(z.string()).nullish(),
    data: z.string().nullish(),
    platform: platformSchema.nullish(),
    annotations: annotationsSchema,
    artifactType: z.string().nullish(),
  })
  .transform(({ mediaType, digest, size, urls, data, platform, annotations, artifactType }): Descriptor => {
    const described = {
      mediaType,
      digest,
      sizeBytes: size,
      ...(urls && urls.length > 0 ? { urls } : {}),
      ...(data ? { data } : {}),
      ...(annotations ? { annotations } : {}),
      ...(artifactType ? { artifactType } : {}),
    };
    if (!platform) return described;
    const { os, architecture, variant, "os.version": osVersion } = platform;
    return {
      ...described,
      platform: {
        os,
        architecture,
        ...(variant ? { variant } : {}),
        ...(osVersion ? { osVersion } : {}),
      },
    };
  });

// Absent and null lists both stand for "none" in what registries hold.
const imageSchema = z.object({ config: descriptorSchema, layers: z.array(descriptorSchema).nullish() });
const artifactSchema = z.object({ blobs: z.array(descriptorSchema).nullish() });
const indexSchema = z.object({ manifests: z.array(descriptorSchema).nullish() });

/** The fields by which a manifest without a proper media type gives itself away. */
const shapeSchema = z.looseObject({
  schemaVersion: z.number().optional(),
  mediaType: z.string().optional(),
});

function refuse(code: EngineErrorCode, facts: { mediaType?: string } = {}, cause?: unknown): EngineError {
  return new EngineError(code, { operation: "get-manifest", retryable: false, ...facts }, cause);
}

function parseJson(raw: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString("utf8"));
  } catch (cause) {
    throw refuse("manifest-invalid", {}, cause);
  }
}

/**
 * The media type of a manifest: that of the answer's header, else its own field, else what its shape says. Registries
 * answer with `application/json` or nothing, and OCI manifests need not carry the field.
 *
 * @throws EngineError `manifest-invalid` when it is no JSON object, `manifest-unsupported` for the signed schema 1
 */
export function inferMediaType(raw: Uint8Array, contentType: string): string {
  if (isImageMediaType(contentType) || isIndexMediaType(contentType)) return contentType;
  const shape = shapeSchema.safeParse(parseJson(raw));
  if (!shape.success) throw refuse("manifest-invalid", {}, shape.error);
  const { schemaVersion, mediaType, ...fields } = shape.data;
  if (schemaVersion === 1) throw refuse("manifest-unsupported", { mediaType: mediaType ?? contentType });
  if (mediaType) return mediaType;
  return "manifests" in fields ? ociImageIndex : ociImageManifest;
}

/**
 * A manifest's parts. The bytes stay what is stored and pushed; this is only for reading.
 *
 * @param raw at most 4 MiB, else `manifest-too-large`
 * @throws EngineError `manifest-invalid` for broken content and for a manifest that is image and index at once, which
 * different clients would read differently; `manifest-unsupported` for kinds that name no images
 */
export function parseManifest(raw: Uint8Array, mediaType: string): Manifest {
  if (raw.byteLength > maxManifestBytes) throw refuse("manifest-too-large");
  if (!isImageMediaType(mediaType) && !isIndexMediaType(mediaType))
    throw refuse("manifest-unsupported", { mediaType });
  const content = parseJson(raw);
  const fields = typeof content === "object" && content !== null ? content : {};
  if ("manifests" in fields && ("layers" in fields || "config" in fields)) {
    throw refuse("manifest-invalid", { mediaType });
  }
  const named = "mediaType" in fields ? fields.mediaType : undefined;
  if (named !== undefined && named !== "" && named !== mediaType)
    throw refuse("manifest-invalid", { mediaType });
  if (isIndexMediaType(mediaType)) {
    const index = indexSchema.safeParse(content);
    if (!index.success) throw refuse("manifest-invalid", { mediaType }, index.error);
    return { kind: "index", mediaType, manifests: index.data.manifests ?? [] };
  }
  if (mediaType === ociArtifactManifest) {
    const artifact = artifactSchema.safeParse(content);
    if (!artifact.success) throw refuse("manifest-invalid", { mediaType }, artifact.error);
    return { kind: "image", mediaType, config: null, layers: artifact.data.blobs ?? [] };
  }
  const image = imageSchema.safeParse(content);
  if (!image.success) throw refuse("manifest-invalid", { mediaType }, image.error);
  return { kind: "image", mediaType, config: image.data.config, layers: image.data.layers ?? [] };
}

const subjectSchema = z.object({ subject: descriptorSchema.nullish() });

/**
 * What a manifest refers to (image specification 1.1, "subject"), or null.
 *
 * @throws EngineError `manifest-invalid` when it names something that is no descriptor
 */
export function parseSubject(raw: Uint8Array): Digest | null {
  const parsed = subjectSchema.safeParse(parseJson(raw));
  if (!parsed.success) throw refuse("manifest-invalid", {}, parsed.error);
  return parsed.data.subject?.digest ?? null;
}

const configSchema = z.object({
  config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
});

/** The labels of an image's configuration; none when it is no such document, as with artifacts. */
export function parseConfigLabels(raw: Uint8Array): Readonly<Record<string, string>> {
  try {
    return configSchema.parse(parseJson(raw)).config?.Labels ?? {};
  } catch {
    return {};
  }
}
