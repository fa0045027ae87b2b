import { EngineError } from "../../oci/errors.ts";
import { parseRepository, parseTag, type Repository, type Tag } from "../../oci/reference.ts";

/** What an image of an archive is called. */
export interface ImageName {
  /** Without a host. */
  readonly repository: Repository;
  readonly tag?: Tag | undefined;
  /** With its host, where one is written or meant. */
  readonly original: string;
}

/** Image layout specification, "Pre-Defined Annotation Keys": a tag, or whatever a tool takes for a name. */
const refNameAnnotation = "org.opencontainers.image.ref.name";
/** containerd and BuildKit put the whole name here, and a bare tag there. */
const containerdNameAnnotation = "io.containerd.image.name";
const dockerHub = "docker.io";

/**
 * `[host/]repository[:tag][@digest]` as Docker reads it: without a host it is one of Docker Hub's, where images
 * without an owner are in `library` (https://github.com/distribution/reference, "ParseNormalizedNamed").
 *
 * @returns null when it is no such name
 */
export function parseDockerName(text: string): ImageName | null {
  const { host, path } = splitHost(text);
  const isOfHub = host === null || host === dockerHub || host === `index.${dockerHub}`;
  const whole = isOfHub && !path.includes("/") ? `library/${path}` : path;
  return parsePath(whole, `${isOfHub ? dockerHub : host}/${whole}`);
}

/**
 * The name that an image layout gives an image: a whole reference, a path and a tag as skopeo and Drayage write, or a tag
 * alone as the specification has it.
 *
 * @param fallback the repository where none is named
 * @returns null when it has no name that could be one of a registry's
 */
export function parseLayoutName(
  annotations: Readonly<Record<string, string>>,
  fallback: Repository,
): ImageName | null {
  const whole = annotations[containerdNameAnnotation];
  const known = whole === undefined ? null : parseDockerName(whole);
  if (known) return known;
  const text = annotations[refNameAnnotation];
  if (text === undefined) return null;
  if (!/[/:@]/.test(text)) return parsePath(`${fallback}:${text}`, `${fallback}:${text}`);
  return parsePath(splitHost(text).path, text);
}

/** A repository by the name of a file, for what has no better one. */
export function repositoryOfFile(file: string): Repository {
  const words = file
    .toLowerCase()
    .replace(/\.(?:tar|oci|docker)\b.*$/, "")
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  return parseRepository(words.join("-").slice(0, 100).replace(/-+$/, "") || "image");
}

/** What has a dot or a port in front of the first slash is a host, as Docker reads names. */
function splitHost(text: string): { readonly host: string | null; readonly path: string } {
  const slash = text.indexOf("/");
  const first = text.slice(0, Math.max(slash, 0));
  const isHost = /[.:]/.test(first) || first === "localhost";
  return isHost ? { host: first, path: text.slice(slash + 1) } : { host: null, path: text };
}

function parsePath(path: string, original: string): ImageName | null {
  const [named = ""] = path.split("@", 1);
  const colon = named.lastIndexOf(":");
  try {
    const repository = parseRepository(colon === -1 ? named : named.slice(0, colon));
    return { repository, ...(colon !== -1 && { tag: parseTag(named.slice(colon + 1)) }), original };
  } catch (error) {
    if (error instanceof EngineError) return null;
    throw error;
  }
}
