import { z } from "zod";
import type { DocumentImage, TkgReader } from "./tkg-source.ts";
import { tagVersion } from "./tags.ts";
import { tkgError } from "./tkg-error.ts";

const text = z.string().min(1).max(256);
const tkgSchema = z.object({
  managementClusterPluginVersions: z
    .array(
      z.object({
        supportedTKGBomVersions: z.array(z.object({ imagePath: text, tag: text })).nullish(),
      }),
    )
    .max(1_000),
});
const tkrSchema = z.object({
  managementClusterVersions: z
    .array(z.object({ version: text, supportedKubernetesVersions: z.array(text).max(1_000).nullish() }))
    .max(1_000),
});

/**
 * The tags of TKG bills of materials that some version of the Tanzu CLI uses.
 *
 * https://github.com/vmware-tanzu/tanzu-framework/blob/release-0.29/tkg/tkgconfigbom/tkgcompatibility_types.go
 *
 * @throws EngineError `release-document-invalid`; as the source does
 */
export async function readTkgCompatibility(reader: TkgReader, image: DocumentImage): Promise<string[]> {
  const { managementClusterPluginVersions } = await readAs(tkgSchema, reader, image);
  const boms = managementClusterPluginVersions.flatMap(
    ({ supportedTKGBomVersions }) => supportedTKGBomVersions ?? [],
  );
  return boms.filter(({ imagePath }) => imagePath === "tkg-bom").map(({ tag }) => tag);
}

/**
 * The Kubernetes releases that each version of TKG supports, in the order of the document.
 *
 * https://github.com/vmware-tanzu/tanzu-framework/blob/release-0.29/apis/run/pkg/tkr/v1/bommetadata.go
 *
 * @throws EngineError `release-document-invalid`; as the source does
 */
export async function readTkrCompatibility(
  reader: TkgReader,
  image: DocumentImage,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { managementClusterVersions } = await readAs(tkrSchema, reader, image);
  const supported = new Map<string, readonly string[]>();
  for (const { version: written, supportedKubernetesVersions } of managementClusterVersions) {
    const version = tagVersion(written);
    // As isolated-cluster, which stops at the first.
    if (!supported.has(version)) supported.set(version, [...new Set(supportedKubernetesVersions ?? [])]);
  }
  return supported;
}

async function readAs<Output>(
  schema: z.ZodType<Output>,
  reader: TkgReader,
  image: DocumentImage,
): Promise<Output> {
  const result = schema.safeParse(await reader.readDocument(image));
  if (result.success) return result.data;
  const field = result.error.issues[0]?.path.join(".") ?? "";
  throw tkgError("release-document-invalid", { ...reader.locate(image), field }, result.error);
}
