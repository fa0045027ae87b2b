import { posix } from "node:path";
import { hostCapabilities, type HostEndpoint, type HostSettings, type HostsToml } from "./hosts-toml.ts";

/** An image by tag, by digest, or by both, of which containerd takes the digest. */
export interface RequestedImage {
  readonly repository: string;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}

/** What containerd asks of hosts: what a reference stands for, or content by its digest. */
export type RequestKind =
  { readonly for: "resolve" } | { readonly for: "manifest" | "blob"; readonly digest: string };

/** One request, which is made if those before it found nothing. */
export interface ImageRequest {
  readonly method: "HEAD" | "GET";
  readonly url: string;
  /** Whom it goes to: a `[host]`, the `server` of the file, or the source at its usual address. */
  readonly to: "mirror" | "server" | "source";
}

/**
 * The requests that containerd makes for an image, in their order, each until one is answered
 * (core/remotes/docker/resolver.go and fetcher.go). A tag is resolved only by hosts that may pull and resolve; with no such
 * host there is no request, and the pull fails. A digest is looked for among manifests everywhere first, then among blobs.
 * Content is asked of all hosts, also of those that may not pull, as long as one may.
 *
 * @param hosts what the host's `hosts.toml` says; null where there is none
 * @param sourceHost `host[:port]` in the image's name
 */
export function listRequests(
  hosts: HostsToml | null,
  sourceHost: string,
  image: RequestedImage,
  kind: RequestKind,
): readonly ImageRequest[] {
  const places = listPlaces(hosts, sourceHost);
  const ask = (method: "HEAD" | "GET", place: Place, ...path: readonly string[]): ImageRequest => ({
    method,
    url: formatUrl(place.endpoint, [image.repository, ...path], sourceHost),
    to: place.to,
  });
  const pulling = places.filter(({ capabilities }) => capabilities.includes("pull"));
  if (kind.for !== "resolve") {
    const folder = kind.for === "manifest" ? "manifests" : "blobs";
    return pulling.length === 0 ? [] : places.map((place) => ask("GET", place, folder, kind.digest));
  }
  const { digest } = image;
  if (digest !== undefined) {
    return ["manifests", "blobs"].flatMap((folder) =>
      pulling.map((place) => ask("HEAD", place, folder, digest)),
    );
  }
  return pulling
    .filter(({ capabilities }) => capabilities.includes("resolve"))
    .map((place) => ask("HEAD", place, "manifests", image.tag ?? "latest"));
}

interface Place {
  readonly endpoint: HostEndpoint;
  readonly capabilities: HostSettings["capabilities"];
  readonly to: ImageRequest["to"];
}

function listPlaces(hosts: HostsToml | null, sourceHost: string): readonly Place[] {
  const source: Place = {
    endpoint: findSourceEndpoint(sourceHost),
    capabilities: hostCapabilities,
    to: "source",
  };
  if (hosts?.ok !== true) return [source];
  const mirrors = hosts.mirrors.filter(({ endpoint }) => endpoint?.host !== "");
  const toPlace = ({ endpoint, capabilities }: HostSettings, to: Place["to"]): Place =>
    endpoint === null ? source : { endpoint, capabilities, to };
  return [...mirrors.map((each) => toPlace(each, "mirror")), toPlace(hosts.server, "server")];
}

/** Where an image's own registry is, without a file that says so (`ConfigureHosts`). */
function findSourceEndpoint(host: string): HostEndpoint {
  if (host === "docker.io") return { scheme: "https", host: "registry-1.docker.io", path: "/v2" };
  const [, name = "", port = ""] = /^(.*?)(?::(\d+))?$/.exec(host) ?? [];
  const isLoopback = name === "localhost" || /^127(?:\.\d{1,3}){3}$/.test(name) || name === "[::1]";
  const isPlain = isLoopback && port !== "" && port !== "443";
  return { scheme: isPlain ? "http" : "https", host, path: "/v2" };
}

/** Whether a host is that of the source: docker.io is the name of images, not of their registry. */
export const isSourceHost = (host: string, sourceHost: string): boolean =>
  host === sourceHost || (sourceHost === "docker.io" && host === "registry-1.docker.io");

function formatUrl(endpoint: HostEndpoint, path: readonly string[], sourceHost: string): string {
  const query = isSourceHost(endpoint.host, sourceHost) ? "" : `?ns=${encodeURIComponent(sourceHost)}`;
  return `${endpoint.scheme}://${endpoint.host}${posix.join("/", endpoint.path, ...path)}${query}`;
}
