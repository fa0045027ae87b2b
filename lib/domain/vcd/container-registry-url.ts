import { hostPattern, isPort, maxNameLength, repositoryPattern } from "#lib/engine/oci/reference-grammar.ts";
import { findEndingFolder, resolvedPaths } from "./resolved-paths.ts";

/** What Container Service Extension has where nobody has chosen: the default of the entity type's schema. */
export const defaultContainerRegistryUrl = "projects.registry.vmware.com";

/** Public registries that answer no more, and the ones that took their place. https://github.com/vmware-tanzu/tanzu-cli/pull/755 */
const retiredRegistries: ReadonlyMap<string, string> = new Map([
  [defaultContainerRegistryUrl, "projects.packages.broadcom.com"],
]);

/**
 * What is wrong with a container registry URL. `credentials`: a user name before an `@`, which has no place there, since
 * clusters pull without signing in. `tag`: it names an image. `ends-in-folder`: clusters add the folder themselves.
 * `ipv6-brackets`: an address of IPv6 stands in brackets. `international-host`: a host name in other letters than ASCII
 * is written in Punycode. `retired-host`: it can be saved, and no cluster will get an image.
 */
export const urlProblemCodes = [
  "required",
  "too-long",
  "whitespace",
  "scheme",
  "credentials",
  "query",
  "trailing-slash",
  "upper-case",
  "tag",
  "ends-in-folder",
  "ipv6-brackets",
  "international-host",
  "host-format",
  "port-format",
  "path-format",
  "retired-host",
] as const;

export type UrlProblemCode = (typeof urlProblemCodes)[number];

interface UrlProblem {
  readonly code: UrlProblemCode;
  /** The part that is meant; left out where the text may hold a password. */
  readonly value?: string;
}

interface CheckedUrl {
  /** Null as long as there is a problem other than `retired-host`. */
  readonly url: ContainerRegistryUrl | null;
  /** None when all is well, in the order of the text. */
  readonly problems: readonly UrlProblem[];
  /** What was most likely meant, free of problems; null where there is nothing to mend, or nothing obvious. */
  readonly proposal: string | null;
}

/** `host[:port][/path]` */
interface ContainerRegistryUrl {
  readonly host: string;
  /** "" for the registry's root. */
  readonly base: string;
  /** The three folders that clusters look in. */
  readonly paths: readonly string[];
}

/** Longer texts are not looked into: no proposal is made of them. */
const maxTextLength = 1024;
/** Below it stand the folders, and in them the images, whose names count as well. */
const maxBaseLength = 200;
/** An `@` that no digest follows. */
const credentialsPattern = /^[^?#]*@(?!sha(?:256|512):)/u;

/**
 * Checks the container registry URL of a VCDKEConfig: `host[:port][/path]`, lower case, without scheme and slash at the
 * end. Clusters pull from `<url>/tkg` and its siblings: the rule that CSE adds the folder is that of `getVcdKeConfig` in
 * `govcd/cse_util.go` of https://github.com/vmware/go-vcloud-director
 *
 * Runs in a browser as well. A text without problems is one that `parseRegistryBase` of the engine takes.
 */
export function checkContainerRegistryUrl(text: string): CheckedUrl {
  if (text.length > maxTextLength) return { url: null, problems: [{ code: "too-long" }], proposal: null };
  const { problems, mended } = mend(text);
  const { host, base } = split(mended);
  problems.push(...findFormatProblems(host, base, mended));
  const isClean = problems.length === 0;
  const told = /@(?!sha(?:256|512):)/u.test(text) ? problems.map(({ code }) => ({ code })) : problems;
  const retired = retiredRegistries.get(host.replace(/:\d+$/, ""));
  if (isClean && retired !== undefined) problems.push({ code: "retired-host", value: host });
  if (isClean) {
    const url = { host, base, paths: resolvedPaths(host, base) };
    return { url, problems, proposal: retired === undefined ? null : joinUrl(retired, base) };
  }
  // What is mended may be a retired registry: then its heir is proposed at once.
  const checked = mended === text ? null : checkContainerRegistryUrl(mended);
  return { url: null, problems: told, proposal: checked?.url ? (checked.proposal ?? mended) : null };
}

/** Takes away whatever can only be a mistake, from the outside in, and says what it was. */
function mend(text: string): { problems: UrlProblem[]; mended: string } {
  const problems: UrlProblem[] = [];
  let rest = text;
  const take = (code: UrlProblemCode, mended: string, value?: string) => {
    if (mended === rest) return;
    problems.push({ code, ...(value === undefined ? {} : { value }) });
    rest = mended;
  };
  take("whitespace", rest.trim());
  take("scheme", rest.replace(/^[a-z][a-z0-9+.-]*:\/\//i, ""), /^[a-z0-9+.-]*/i.exec(rest)?.[0]);
  take("credentials", rest.replace(credentialsPattern, ""));
  take("query", rest.replace(/[?#].*$/su, ""));
  take("trailing-slash", rest.replace(/\/+$/, ""));
  const { host, base } = split(rest);
  const image = /(?::[\w][\w.-]*)?(?:@sha(?:256|512):[a-f0-9]*)?$/iu.exec(base)?.[0] ?? "";
  take("tag", joinUrl(host, base.slice(0, base.length - image.length)), image);
  for (let folder = endingFolder(rest); folder !== null; folder = endingFolder(rest)) {
    take("ends-in-folder", rest.slice(0, -(folder.length + 1)), folder);
  }
  take(
    "upper-case",
    rest.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
  );
  const name = split(rest);
  take("ipv6-brackets", joinUrl(bracket(name.host), name.base), name.host);
  take("international-host", joinUrl(toAscii(split(rest).host), name.base), name.host);
  return { problems, mended: rest };
}

function findFormatProblems(host: string, base: string, whole: string): UrlProblem[] {
  if (whole === "") return [{ code: "required" }];
  const problems: UrlProblem[] = [];
  const match = hostPattern.exec(host);
  if (/\s/u.test(whole)) problems.push({ code: "whitespace" });
  else if (!match || !isAddress(host)) {
    const wrongPort = /^(?:[^:]+|\[[^\]]*\]):(?<port>[^:\]]*)$/u.exec(host)?.groups?.port;
    const isPortWrong = wrongPort !== undefined && !/^\d{1,5}$/.test(wrongPort);
    problems.push(
      isPortWrong ? { code: "port-format", value: wrongPort } : { code: "host-format", value: host },
    );
  } else if (!isPort(match.groups?.port)) {
    problems.push({ code: "port-format", value: match.groups?.port ?? "" });
  }
  if (base !== "" && !/\s/u.test(base) && !repositoryPattern.test(base)) {
    problems.push({ code: "path-format", value: base });
  }
  if (whole.includes("/") && base === "") problems.push({ code: "path-format", value: base });
  if (base.length > maxBaseLength || host.length > maxNameLength) problems.push({ code: "too-long" });
  return problems;
}

function split(text: string): { host: string; base: string } {
  const slash = text.indexOf("/");
  return slash === -1
    ? { host: text, base: "" }
    : { host: text.slice(0, slash), base: text.slice(slash + 1) };
}

const joinUrl = (host: string, base: string): string => (base === "" ? host : `${host}/${base}`);

/** The folder that a text with a host in front ends in. */
function endingFolder(text: string): string | null {
  const slash = text.indexOf("/");
  return slash === -1 ? null : findEndingFolder(text.slice(slash + 1));
}

/** Puts an address of IPv6 that stands without a port in brackets; any other host is returned as it is. */
function bracket(host: string): string {
  if (!/^[a-f0-9]*(?::[a-f0-9.]*){2,}$/.test(host)) return host;
  return URL.parse(`http://[${host}]/`)?.hostname ?? host;
}

/** Whether brackets, where there are any, hold an address. */
function isAddress(host: string): boolean {
  const bracketed = /^\[[^\]]*\]/u.exec(host)?.[0];
  return bracketed === undefined || URL.canParse(`http://${bracketed}/`);
}

/** UTS #46, as browsers do it; what no host can be called is returned as it is. */
function toAscii(host: string): string {
  const [, name, port = ""] = /^([-.a-z0-9\u{80}-\u{10ffff}]+)(:[0-9]*)?$/u.exec(host) ?? [];
  if (name === undefined || /^[-.a-z0-9]*$/.test(name)) return host;
  const ascii = URL.parse(`http://${name}/`)?.hostname;
  return ascii === undefined ? host : `${ascii}${port}`;
}
