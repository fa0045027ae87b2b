import { findDigest, type Digest } from "#lib/engine/oci/digest.ts";
import { parseRepository } from "#lib/engine/oci/reference.ts";

/** What a request wants. `post-blob` is an upload in a single POST, `redirected-blob` one at the other origin. */
export type RequestKind =
  | "ping"
  | "token"
  | "list-repositories"
  | "list-tags"
  | "list-referrers"
  | "head-manifest"
  | "get-manifest"
  | "put-manifest"
  | "delete-manifest"
  | "head-blob"
  | "get-blob"
  | "delete-blob"
  | "start-upload"
  | "post-blob"
  | "mount"
  | "patch-blob"
  | "put-blob"
  | "upload-status"
  | "cancel-upload"
  | "redirected-blob"
  | "unknown";

export interface Route {
  readonly kind: RequestKind;
  /** "" where none is named. */
  readonly repository: string;
  /** Tag or digest of a manifest. */
  readonly reference?: string;
  /** Of the blob, manifest or referrers' subject, where the request names it. */
  readonly digest?: Digest;
  readonly uploadId?: string;
  readonly query: URLSearchParams;
}

/** Requests that move content; all others are small. */
const transferKinds: ReadonlySet<RequestKind> = new Set([
  "get-blob",
  "post-blob",
  "patch-blob",
  "put-blob",
  "redirected-blob",
]);

export function isTransfer(kind: RequestKind): boolean {
  return transferKinds.has(kind);
}

const manifestKinds: Readonly<Record<string, RequestKind>> = {
  HEAD: "head-manifest",
  GET: "get-manifest",
  PUT: "put-manifest",
  DELETE: "delete-manifest",
};
const blobKinds: Readonly<Record<string, RequestKind>> = {
  HEAD: "head-blob",
  GET: "get-blob",
  DELETE: "delete-blob",
};
const uploadKinds: Readonly<Record<string, RequestKind>> = {
  GET: "upload-status",
  PATCH: "patch-blob",
  PUT: "put-blob",
  DELETE: "cancel-upload",
};

const pathPatterns = {
  uploads: /^\/v2\/(?<name>.+)\/blobs\/uploads\/?(?<part>[^/]*)$/,
  blob: /^\/v2\/(?<name>.+)\/blobs\/(?<part>[^/]+)$/,
  manifest: /^\/v2\/(?<name>.+)\/manifests\/(?<part>[^/]+)$/,
  referrers: /^\/v2\/(?<name>.+)\/referrers\/(?<part>[^/]+)$/,
  tags: /^\/v2\/(?<name>.+)\/tags\/list$/,
} as const;

/** Reads method and request target, by the endpoints of the distribution specification. */
export function parseRoute(method: string, target: string): Route {
  const url = URL.parse(target, "http://registry");
  if (url === null) return { kind: "unknown", repository: "", query: new URLSearchParams() };
  const { pathname, searchParams: query } = url;
  const reads = method === "GET" || method === "HEAD";
  if (/^\/v2\/?$/.test(pathname) && reads) return { kind: "ping", repository: "", query };
  if (pathname === "/token" && (reads || method === "POST")) return { kind: "token", repository: "", query };
  if (pathname === "/v2/_catalog" && reads) return { kind: "list-repositories", repository: "", query };

  const matched = matchPath(pathname);
  const unknown: Route = { kind: "unknown", repository: matched?.repository ?? "", query };
  if (matched === null) return unknown;
  const { place, repository, part } = matched;
  const named = findDigest(part);
  const digest = named === null ? {} : { digest: named };
  switch (place) {
    case "tags":
      return reads ? { kind: "list-tags", repository, query } : unknown;
    case "referrers":
      return reads ? { kind: "list-referrers", repository, reference: part, ...digest, query } : unknown;
    case "manifest":
      return { ...unknown, kind: manifestKinds[method] ?? "unknown", reference: part, ...digest };
    case "blob":
      return { ...unknown, kind: blobKinds[method] ?? "unknown", reference: part, ...digest };
    case "uploads":
      return parseUploadRoute(method, repository, part, query);
  }
}

function matchPath(pathname: string) {
  for (const [place, pattern] of Object.entries(pathPatterns)) {
    const groups = pattern.exec(pathname)?.groups;
    if (groups === undefined) continue;
    const { name = "", part = "" } = groups;
    return {
      place: place as keyof typeof pathPatterns,
      repository: decodePart(name),
      part: decodePart(part),
    };
  }
  return null;
}

function parseUploadRoute(
  method: string,
  repository: string,
  uploadId: string,
  query: URLSearchParams,
): Route {
  const named = findDigest(query.get("mount") ?? query.get("digest") ?? "");
  const digest = named === null ? {} : { digest: named };
  if (uploadId !== "") {
    return { kind: uploadKinds[method] ?? "unknown", repository, uploadId, ...digest, query };
  }
  if (method !== "POST") return { kind: "unknown", repository, query };
  const kind = query.has("mount") ? "mount" : query.has("digest") ? "post-blob" : "start-upload";
  return { kind, repository, ...digest, query };
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function isRepositoryName(name: string): boolean {
  try {
    parseRepository(name);
    return true;
  } catch {
    return false;
  }
}
