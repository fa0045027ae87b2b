import type { Checked } from "./checked.ts";
import { type Digest, findDigest } from "./digest.ts";
import { EngineError, type ReferenceProblem } from "./errors.ts";
import { hostPattern, isPort, maxNameLength, repositoryPattern } from "./reference-grammar.ts";

/** `host[:port]`, lower case; IPv6 in brackets. */
export type RegistryHost = Checked<"RegistryHost">;
/** `component[/component]...` as in the distribution specification. */
export type Repository = Checked<"Repository">;
export type Tag = Checked<"Tag">;

/** An image somewhere: at least one of tag and digest; the digest wins when both are there. */
export interface Reference {
  readonly registry: RegistryHost;
  readonly repository: Repository;
  readonly tag?: Tag;
  readonly digest?: Digest;
}

/** A registry and a path under which repositories stand; `base` is "" for the registry's root. */
export interface RegistryBase {
  readonly registry: RegistryHost;
  readonly base: Repository | "";
}

const tagPattern = /^\w[\w.-]{0,127}$/;
const maxShownLength = 200;

function refuse(problem: ReferenceProblem, value: string): EngineError {
  return new EngineError("reference-invalid", {
    operation: "parse-reference",
    retryable: false,
    problem,
    value: value.length > maxShownLength ? `${value.slice(0, maxShownLength)}…` : value,
  });
}

/**
 * `host[:port]` of a registry.
 *
 * @throws EngineError `reference-invalid`; a URL scheme and a trailing slash get problems of their own, since people
 * paste addresses out of browsers.
 */
export function parseRegistryHost(text: string): RegistryHost {
  if (text === "") throw refuse("empty", text);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) throw refuse("scheme", text);
  if (/\s/.test(text)) throw refuse("whitespace", text);
  if (text.endsWith("/")) throw refuse("trailing-slash", text);
  if (text.length > maxNameLength) throw refuse("too-long", text);
  const host = text.toLowerCase();
  const match = hostPattern.exec(host);
  if (!match)
    throw refuse(
      /:[^\]:]*$/.test(host) && !/:\d{1,5}$/.test(host) ? "port-malformed" : "host-malformed",
      text,
    );
  if (!isPort(match.groups?.port)) throw refuse("port-malformed", text);
  return host as RegistryHost;
}

/** @throws EngineError `reference-invalid` */
export function parseRepository(text: string): Repository {
  if (text === "") throw refuse("empty", text);
  if (/\s/.test(text)) throw refuse("whitespace", text);
  if (text.endsWith("/")) throw refuse("trailing-slash", text);
  if (text.length > maxNameLength) throw refuse("too-long", text);
  if (!repositoryPattern.test(text)) {
    throw refuse(repositoryPattern.test(text.toLowerCase()) ? "uppercase" : "repository-malformed", text);
  }
  return text as Repository;
}

/** @throws EngineError `reference-invalid` */
export function parseTag(text: string): Tag {
  if (!tagPattern.test(text)) throw refuse("tag-malformed", text);
  return text as Tag;
}

/** `REGISTRY[/BASE]`, as a destination is written. @throws EngineError `reference-invalid` */
export function parseRegistryBase(text: string): RegistryBase {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) throw refuse("scheme", text);
  if (text.endsWith("/")) throw refuse("trailing-slash", text);
  const slash = text.indexOf("/");
  if (slash === -1) return { registry: parseRegistryHost(text), base: "" };
  return { registry: parseRegistryHost(text.slice(0, slash)), base: parseRepository(text.slice(slash + 1)) };
}

/** What stands under a registry: a repository with tag, digest or both. */
export type ImagePath = Omit<Reference, "registry">;

/**
 * `repository:tag`, `repository@digest` or `repository:tag@digest`.
 *
 * @throws EngineError `reference-invalid`; a path with neither tag nor digest is refused, since "latest" by default
 * mirrors something nobody asked for.
 */
export function parseImagePath(text: string): ImagePath {
  if (text === "") throw refuse("empty", text);
  if (/\s/.test(text)) throw refuse("whitespace", text);
  const at = text.indexOf("@");
  const name = at === -1 ? text : text.slice(0, at);
  const digest = at === -1 ? null : findDigest(text.slice(at + 1));
  if (at !== -1 && digest === null) throw refuse("digest-malformed", text);
  const colon = name.lastIndexOf(":");
  const hasTag = colon > name.lastIndexOf("/");
  if (!hasTag && digest === null) throw refuse("tag-or-digest-missing", text);
  return {
    repository: parseRepository(hasTag ? name.slice(0, colon) : name),
    ...(hasTag ? { tag: parseTag(name.slice(colon + 1)) } : {}),
    ...(digest === null ? {} : { digest }),
  };
}

/**
 * `host[:port]/repository` with tag, digest or both. The host must be written: a first component without a dot, a port
 * or the name `localhost` is refused rather than taken for a repository of some default registry.
 *
 * @throws EngineError `reference-invalid`
 */
export function parseReference(text: string): Reference {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) throw refuse("scheme", text);
  if (!beginsWithHost(text)) throw refuse("host-missing", text);
  const slash = text.indexOf("/");
  const host = text.slice(0, slash);
  return { registry: parseRegistryHost(host), ...parseImagePath(text.slice(slash + 1)) };
}

/** Whether what stands before the first slash can only be a registry: it has a dot or a port, or is `localhost`. */
export function beginsWithHost(text: string): boolean {
  const slash = text.indexOf("/");
  const first = slash === -1 ? "" : text.slice(0, slash);
  return /[.:]/.test(first) || first === "localhost";
}

/** `repository[:tag][@digest]` */
export function formatImagePath(path: ImagePath): string {
  const tag = path.tag === undefined ? "" : `:${path.tag}`;
  const digest = path.digest === undefined ? "" : `@${path.digest}`;
  return `${path.repository}${tag}${digest}`;
}

/** `host[:port]/repository[:tag][@digest]` */
export function formatReference(reference: Reference): string {
  return `${reference.registry}/${formatImagePath(reference)}`;
}

/** The repository `path` under a base. @throws EngineError `reference-invalid` when the whole is too long */
export function joinRepository(base: Repository | "", path: Repository): Repository {
  return base === "" ? path : parseRepository(`${base}/${path}`);
}
