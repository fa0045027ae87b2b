import { z } from "zod";

/** A version of Cloud Director's API that a server speaks. */
export interface ApiVersion {
  /** `38.1` */
  readonly version: string;
  readonly major: number;
  readonly minor: number;
  readonly isDeprecated: boolean;
}

/** The list has dozens of entries, and names the media types of each in old versions. */
const maxAnswerLength = 1024 * 1024;
const maxVersions = 200;
const versionPattern = /^(?<major>\d{1,4})\.(?<minor>\d{1,4})$/;

/** API tokens are taken from here on (10.3.1); defined entities are there since 35.0. */
const oldest = { major: 36, minor: 1 };
/** The newest whose description was read: https://developer.broadcom.com/xapis/vmware-cloud-director-openapi/39.1/ */
const newest = { major: 39, minor: 1 };

/** Releases of Cloud Director by the major version of their API. */
const releases: ReadonlyMap<number, string> = new Map([
  [35, "10.2"],
  [36, "10.3"],
  [37, "10.4"],
  [38, "10.5"],
  [39, "10.6"],
]);

/**
 * Reads the answer to `GET /api/versions`, which needs no sign-in: XML, or JSON where that was asked for; 9.1 wraps the
 * latter in `value`. Alpha versions, and what is no version, are left out.
 *
 * @returns null for what is no such answer: something else stands there, or a page in front of it
 */
export function parseApiVersions(text: string): ApiVersion[] | null {
  if (text.length > maxAnswerLength) return null;
  const listed = text.trimStart().startsWith("{") ? readJsonVersions(text) : readXmlVersions(text);
  return listed?.slice(0, maxVersions).flatMap(toApiVersion) ?? null;
}

interface ListedVersion {
  readonly version: string;
  readonly isDeprecated: boolean;
}

function toApiVersion({ version, isDeprecated }: ListedVersion): ApiVersion[] {
  const groups = versionPattern.exec(version)?.groups;
  if (!groups) return [];
  return [{ version, major: Number(groups.major), minor: Number(groups.minor), isDeprecated }];
}

const versionInfo = z.object({
  version: z.string(),
  deprecated: z.union([z.boolean(), z.stringbool()]).nullish(),
});
const supportedVersions = z.object({ versionInfo: z.array(versionInfo) });
const answer = z.union([
  supportedVersions,
  z.object({ value: supportedVersions }).transform(({ value }) => value),
]);

function readJsonVersions(text: string): ListedVersion[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const { data } = answer.safeParse(value);
  return (
    data?.versionInfo.map(({ version, deprecated }) => ({ version, isDeprecated: deprecated === true })) ??
    null
  );
}

/** A tag and the text behind it. What it takes is bounded by the next tag, so that no text takes long. */
const tag =
  /<(?<close>\/?)(?:[\w.-]{1,64}:)?(?<name>\w{1,64})(?=[\s/>])(?<attributes>[^<>]*)>(?<text>[^<]*)/gu;

/** `<SupportedVersions><VersionInfo deprecated="false"><Version>38.1</Version>...`, with any prefix of its namespace. */
function readXmlVersions(text: string): ListedVersion[] | null {
  const [first = "", ...others] = text.split("<!--");
  const content = [
    first,
    ...others.map((rest) => (rest.includes("-->") ? rest.replace(/^.*?-->/su, "") : "")),
  ].join("");
  if (!/^\s*(?:<\?xml[^<>]*\?>\s*)?<(?:[\w.-]{1,64}:)?SupportedVersions[\s>]/u.test(content)) return null;
  const versions: ListedVersion[] = [];
  let isDeprecated: boolean | null = null;
  for (const { groups } of content.matchAll(tag)) {
    const isClosing = groups?.close === "/";
    if (groups?.name === "VersionInfo") {
      isDeprecated = isClosing ? null : /\sdeprecated\s*=\s*["']true["']/iu.test(groups.attributes ?? "");
    } else if (groups?.name === "Version" && !isClosing && isDeprecated !== null) {
      versions.push({ version: groups.text?.trim() ?? "", isDeprecated });
    }
  }
  return versions;
}

/** `too-old`, `too-new`: the server speaks no version that we speak, and is on that side of us. `none`: it names none. */
export type ChosenVersion =
  | { readonly kind: "chosen"; readonly version: ApiVersion; readonly release: string | null }
  | { readonly kind: "too-old" | "too-new"; readonly newest: string; readonly release: string | null }
  | { readonly kind: "none" };

/** The newest version that both speak; one that is deprecated only when there is no other. */
export function chooseApiVersion(versions: readonly ApiVersion[]): ChosenVersion {
  const sorted = versions.toSorted((one, other) => compare(other, one));
  const spoken = sorted.filter((version) => compare(version, oldest) >= 0 && compare(version, newest) <= 0);
  const version = spoken.find(({ isDeprecated }) => !isDeprecated) ?? spoken[0];
  const [theirs] = sorted;
  if (!theirs) return { kind: "none" };
  // What the server is, is told by the newest that it speaks, not by the one that is used.
  const release = releases.get(theirs.major) ?? null;
  if (version) return { kind: "chosen", version, release };
  return { kind: compare(theirs, oldest) < 0 ? "too-old" : "too-new", newest: theirs.version, release };
}

type Numbers = Pick<ApiVersion, "major" | "minor">;

const compare = (one: Numbers, other: Numbers): number => one.major - other.major || one.minor - other.minor;
