import type { SampleBlob, SampleManifest } from "#lib/demo/sample-image.ts";
import type { Descriptor } from "#lib/engine/oci/descriptor.ts";
import { digestBytes } from "#lib/engine/oci/digest.ts";
import { ociImageIndex, ociImageManifest } from "#lib/engine/oci/media-types.ts";

const artifactType = "application/vnd.example.sbom.v1";

/** An artifact that says something about a manifest (image specification 1.1, "subject"). */
export function buildReferrer(subject: Descriptor, words: string): SampleManifest {
  const blobs = ["{}", words].map((text): SampleBlob => {
    const bytes = Buffer.from(text);
    const mediaType = text === "{}" ? "application/vnd.oci.empty.v1+json" : artifactType;
    return {
      descriptor: { mediaType, digest: digestBytes(bytes), sizeBytes: bytes.byteLength },
      content: () => [bytes],
    };
  });
  const [config, ...layers] = blobs.map(({ descriptor }) => describe(descriptor));
  return seal(
    {
      schemaVersion: 2,
      mediaType: ociImageManifest,
      artifactType,
      config,
      layers,
      subject: describe(subject),
    },
    blobs,
  );
}

/** What registries without the referrers API keep under the subject's tag (distribution specification, "Referrers Tag Schema"). */
export function buildReferrerList(referrers: readonly SampleManifest[]): SampleManifest {
  const manifests = referrers.map(({ descriptor }) => ({ ...describe(descriptor), artifactType }));
  return seal({ schemaVersion: 2, mediaType: ociImageIndex, manifests }, []);
}

const describe = ({ mediaType, digest, sizeBytes }: Descriptor) => ({ mediaType, digest, size: sizeBytes });

function seal(
  document: { readonly mediaType: string; readonly [field: string]: unknown },
  blobs: readonly SampleBlob[],
): SampleManifest {
  const raw = Buffer.from(JSON.stringify(document));
  const { mediaType } = document;
  const descriptor = { mediaType, digest: digestBytes(raw), sizeBytes: raw.byteLength };
  return { descriptor, raw, blobs, children: [] };
}
