import { formatPlatform, type Descriptor, type Platform } from "../oci/descriptor.ts";
import { EngineError } from "../oci/errors.ts";

/** Which parts of an image are copied. */
export interface ContentScope {
  /** Of an index, only the images for these; all unless given. The index itself stays as it is, digest included. */
  readonly platforms?: readonly Platform[];
  /** Also what refers to an image: signatures, attestations, SBOMs, by the referrers list or by cosign's tags. */
  readonly referrers?: boolean;
  /** Also layers that may not be redistributed freely, fetched from where they live if need be. */
  readonly foreignLayers?: boolean;
}

const platformPattern = /^(?<os>[a-z0-9]+)\/(?<architecture>[a-z0-9_]+)(?:\/(?<variant>[a-z0-9.]+))?$/;

/** `os/architecture[/variant]`. @throws EngineError `reference-invalid` with problem `platform-malformed` */
export function parsePlatform(text: string): Platform {
  const { os, architecture, variant } = platformPattern.exec(text.trim())?.groups ?? {};
  if (os !== undefined && architecture !== undefined) {
    return { os, architecture, ...(variant === undefined ? {} : { variant }) };
  }
  throw new EngineError("reference-invalid", {
    operation: "parse-reference",
    problem: "platform-malformed",
    value: text.slice(0, 200),
    retryable: false,
  });
}

/** Whether an image for `platform` is among what is wanted; without a variant, every variant is. */
function isWantedPlatform(platform: Platform, wanted: readonly Platform[]): boolean {
  return wanted.some(
    ({ os, architecture, variant }) =>
      platform.os === os &&
      platform.architecture === architecture &&
      (variant === undefined || variant === (platform.variant ?? defaultVariants[architecture])),
  );
}

/** What an architecture without a variant means, as containerd normalizes platforms. */
const defaultVariants: Readonly<Record<string, string>> = { arm64: "v8", arm: "v7" };

/** By which BuildKit ties an attestation to the image of an index that it is about. */
const attestedDigestAnnotation = "vnd.docker.reference.digest";

/**
 * The images of an index that are wanted, and what is said about them. An entry without a platform is kept: it is no
 * image for a machine.
 */
export function selectPlatforms(
  manifests: readonly Descriptor[],
  wanted: readonly Platform[] | undefined,
): { readonly kept: readonly Descriptor[]; readonly leftOut: readonly Descriptor[] } {
  if (wanted === undefined) return { kept: manifests, leftOut: [] };
  const isImage = ({ platform }: Descriptor) => platform !== undefined && platform.os !== "unknown";
  const isWanted = ({ platform }: Descriptor) => platform !== undefined && isWantedPlatform(platform, wanted);
  // One image may stand in an index for several platforms.
  const wantedImages = new Set<string>(manifests.filter(isWanted).map(({ digest }) => digest));
  const images = new Set<string>(manifests.filter(isImage).map(({ digest }) => digest));
  const isKept = (each: Descriptor) => {
    if (isImage(each)) return wantedImages.has(each.digest);
    const subject = each.annotations?.[attestedDigestAnnotation] ?? "";
    return !images.has(subject) || wantedImages.has(subject);
  };
  return { kept: manifests.filter(isKept), leftOut: manifests.filter((each) => !isKept(each)) };
}

/** Platforms named by an index; attestations stand in it under one of "unknown". */
export function listPlatforms(manifests: readonly Descriptor[]): Platform[] {
  return manifests.flatMap(({ platform }) => (platform && platform.os !== "unknown" ? [platform] : []));
}

/** In words for an error: `linux/amd64, linux/arm64`. */
export function formatPlatforms(platforms: readonly Platform[]): string {
  return platforms.map(formatPlatform).join(", ");
}
