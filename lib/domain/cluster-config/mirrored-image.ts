/** An image and where it was mirrored to. */
export interface MirroredImage {
  /** `host[:port]/repository` of its own name. */
  readonly source: string;
  /** `host[:port]/repository` each, where it stands, in the order in which they are to be asked; none yet where empty. */
  readonly targets: readonly string[];
  readonly tags: readonly string[];
  readonly digests: readonly string[];
}

/** The image of every pod's sandbox on Windows nodes, which the kubelet names by this tag. */
export const pauseImage = {
  host: "mcr.microsoft.com",
  repository: "oss/kubernetes/pause",
  tag: "3.9",
  source: "mcr.microsoft.com/oss/kubernetes/pause",
} as const;

/** `host[:port]` and the repository of a `host[:port]/repository`; the repository is "" where there is none. */
export function splitLocation(location: string): { readonly host: string; readonly repository: string } {
  const slash = location.indexOf("/");
  if (slash === -1) return { host: location, repository: "" };
  return { host: location.slice(0, slash), repository: location.slice(slash + 1) };
}
