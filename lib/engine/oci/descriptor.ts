import { digestAlgorithm, digestBytes, type Digest } from "./digest.ts";

/** The machine an image of an index is for. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly osVersion?: string;
}

/** What points at content: enough to fetch and to prove it. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly platform?: Platform;
  /** Where foreign layers live. */
  readonly urls?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly artifactType?: string;
  /** The content itself in base64, as the manifest has it: not proven. Image specification, "Content Descriptors". */
  readonly data?: string;
}

/** The content that a descriptor carries itself, proven; null when it has none, or another than its digest says. */
export function readEmbedded({ data, digest, sizeBytes }: Descriptor): Uint8Array | null {
  if (data === undefined) return null;
  const content = Buffer.from(data, "base64");
  const proven = content.byteLength === sizeBytes && digestBytes(content, digestAlgorithm(digest)) === digest;
  return proven ? content : null;
}

/** `os/architecture[/variant]` */
export function formatPlatform(platform: Platform): string {
  const variant = platform.variant === undefined ? "" : `/${platform.variant}`;
  return `${platform.os}/${platform.architecture}${variant}`;
}
