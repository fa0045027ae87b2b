import { z } from "zod";
import { isForeignLayer } from "#lib/engine/oci/media-types.ts";

const descriptorSchema = z.looseObject({
  mediaType: z.string(),
  digest: z.string(),
  size: z.number(),
  urls: z.array(z.string()).nullish(),
});

const documentSchema = z.looseObject({
  // An artifact manifest has none.
  schemaVersion: z.literal(2).optional(),
  mediaType: z.string().optional(),
  config: descriptorSchema.optional(),
  layers: z.array(descriptorSchema).nullish(),
  blobs: z.array(descriptorSchema).nullish(),
  manifests: z.array(descriptorSchema).nullish(),
  artifactType: z.string().optional(),
  annotations: z.record(z.string(), z.string()).nullish(),
  subject: descriptorSchema.nullish(),
});

/** An image manifest or an index, as far as a registry looks into it. */
export type ManifestDocument = z.infer<typeof documentSchema>;
type ManifestDescriptor = z.infer<typeof descriptorSchema>;

/** Null when the bytes are no manifest of schema 2. */
export function parseManifestDocument(bytes: Uint8Array): ManifestDocument | null {
  try {
    return documentSchema.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  } catch {
    return null;
  }
}

/** What a manifest cannot be served without; `foreign` are those of the blobs that live elsewhere. */
export function listDependencies(document: ManifestDocument): {
  readonly blobs: readonly ManifestDescriptor[];
  readonly manifests: readonly ManifestDescriptor[];
  readonly foreign: readonly ManifestDescriptor[];
} {
  const { config, layers, blobs: ofArtifact } = document;
  const blobs = [...(config ? [config] : []), ...(layers ?? []), ...(ofArtifact ?? [])];
  const foreign = blobs.filter(({ mediaType, urls }) => isForeignLayer(mediaType) && (urls?.length ?? 0) > 0);
  return { blobs, manifests: document.manifests ?? [], foreign };
}
