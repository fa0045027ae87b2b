import type { ErrorView } from "#lib/errors.ts";
import type { DynamicTranslator, ErrorText } from "./error-text.ts";
import type { Formats, Instant } from "./formats.ts";

/** What a doctor has seen, in a reader's language. */
export interface FindingText {
  seen: string;
  /** Null for what speaks for itself. */
  means: string | null;
  /** What to do; null where nothing is to be done. */
  next: string | null;
  /** What does not stand against it, and is worth saying. */
  notes: string[];
}

/** Stored facts, which may be older than the code. */
interface Seen {
  code: string;
  facts: Record<string, unknown>;
}

type Part = Record<string, unknown>;

/**
 * Makes sentences of findings. Every argument that a message may name is always given, so that no fact that is missing
 * breaks a sentence.
 *
 * @param translate of the namespace `doctorFindings`
 */
export function createFindingText(
  translate: DynamicTranslator,
  formats: Formats,
  errorText: (error: ErrorView) => ErrorText,
): (finding: Seen) => FindingText {
  const t = (key: string, values: Record<string, string | number> = {}): string =>
    translate(key as never, values as never);
  const has = (key: string): boolean => translate.has(key as never);
  const word = (group: "lists" | "steps", key: string): string =>
    has(`${group}.${key}`) ? t(`${group}.${key}`) : key;
  const wordsOf = (group: "lists", keys: readonly string[]) => keys.map((key) => word(group, key)).join(", ");
  const instant = (value: string, format: (instant: Instant) => string) =>
    Number.isNaN(Date.parse(value)) ? value : format(value);

  const valuesOf = (facts: Part): Record<string, string | number> => {
    const text = (name: string): string => textOf(facts, name);
    const figure = (name: string): number => (typeof facts[name] === "number" ? facts[name] : 0);
    const yes = (isSo: boolean): "yes" | "no" => (isSo ? "yes" : "no");
    const isSaid = (value: string) => yes(value !== "");
    const missing = partOf(facts, "missing") ?? {};
    const [issuer, urls] = [textOf(missing, "issuer"), textsOf(missing, "urls").join(" ")];
    const retryAfterMs = figure("retryAfterMs");
    const certificate =
      partOf(facts, "certificate") ?? partOf(facts, "anchor") ?? partOf(facts, "root") ?? {};
    const subject = nameOf(certificate);
    const waits = ["durationMs", "waitedMs", "latencyMs"].find((name) => typeof facts[name] === "number");
    return {
      ...Object.fromEntries(plainFacts.map((name) => [name, text(name)])),
      addresses: addressesOf(facts, "addresses"),
      ahead: yes(figure("skewSeconds") > 0),
      by: text("by") && word("steps", text("by")),
      certificate: subject,
      common: yes(facts.anchorIsCommon === true),
      connected: textsOf(facts, "connected").join(", "),
      count: listOf(facts, "certificates").length || figure("count"),
      credentials: facts.credentialsSent === true ? "sent" : "none",
      duration: formatWait(waits === undefined ? 0 : figure(waits), formats),
      explains: yes(facts.explainsValidity === true),
      extensions: textsOf(facts, "extensions").join(", "),
      failed: listOf(facts, "failed").map(formatFailed).join(", "),
      fingerprint: textOf(certificate, "fingerprint"),
      free: formats.bytes(figure("freeBytes")),
      hasAlert: isSaid(text("alert")),
      hasCertificate: isSaid(subject),
      hasCommonName: isSaid(text("commonName")),
      hasContentType: isSaid(text("contentType")),
      hasLocation: isSaid(text("location")),
      hasMissing: isSaid(issuer),
      hasNames: yes(listOf(facts, "names").length > 0),
      hasNewest: isSaid(text("newest")),
      hasOciCodes: yes(listOf(facts, "ociCodes").length > 0),
      hasPlatformCode: isSaid(text("platformCode")),
      hasProtocol: isSaid(text("protocol")),
      hasRealm: isSaid(text("realm")),
      hasRelease: isSaid(text("release")),
      hasRetryAfter: yes(retryAfterMs > 0),
      hasServers: yes(listOf(facts, "servers").length > 0),
      hasStatus: yes(typeof facts.status === "number"),
      hasUrls: isSaid(urls),
      issuer,
      key: formatKey(partOf(facts, "key") ?? {}),
      limit: formatWait(figure("limitMs"), formats),
      list: text("list") && word("lists", text("list")),
      lists: wordsOf("lists", textsOf(facts, "lists")),
      missingIn: wordsOf("lists", textsOf(facts, "missingIn")),
      name: text("name") || textOf(certificate, "name"),
      names: textsOf(facts, "names").join(", "),
      notAfter: instant(text("notAfter"), formats.dateTime),
      notBefore: instant(text("notBefore"), formats.dateTime),
      ociCodes: textsOf(facts, "ociCodes").join(", "),
      own: yes(text("list") === "panel"),
      ownTime: instant(text("ownTime"), formats.fullDateTime),
      pathLength: figure("pathLength"),
      paths: textsOf(facts, "paths").join(", "),
      projects: textsOf(facts, "projects").join(", "),
      reason: text("failure") && errorText({ code: text("failure"), facts: failureFacts(facts) }).title,
      retryAfter: formatWait(retryAfterMs, formats),
      schemes: textsOf(facts, "schemes").join(", "),
      servers: textsOf(facts, "servers").join(", "),
      serverTime: instant(text("serverTime"), formats.fullDateTime),
      size: formats.bytes(figure("sizeBytes")),
      skew: formatWait(Math.abs(figure("skewSeconds")) * 1000, formats),
      tags: textsOf(facts, "tags").join(", "),
      tried: textsOf(facts, "tried").join(", "),
      trustedBy: wordsOf("lists", textsOf(facts, "trustedBy")),
      urls,
      wanted: formats.bytes(figure("wantedBytes")),
      why: text("reason").replaceAll(/-(\w)/g, (_match, letter: string) => letter.toUpperCase()),
    };
  };

  return ({ code, facts }) => {
    const key = `codes.${code}`;
    if (!has(`${key}.seen`)) return { seen: t("unknown", { code }), means: null, next: null, notes: [] };
    const values = valuesOf(facts);
    const say = (field: string) => (has(`${key}.${field}`) ? t(`${key}.${field}`, values) : null);
    const notes = listOf(facts, "notes").filter(isPart);
    return {
      seen: t(`${key}.seen`, values),
      means: say("means"),
      next: say("next"),
      notes: notes
        .filter((note) => has(`notes.${textOf(note, "code")}`))
        .map((note) => t(`notes.${textOf(note, "code")}`, valuesOf(note))),
    };
  };
}

/** The arguments of messages that are facts as they are. */
const plainFacts = [
  "alert",
  "commonName",
  "contentType",
  "digest",
  "expectedDigest",
  "folder",
  "hash",
  "host",
  "image",
  "location",
  "newest",
  "origin",
  "path",
  "platformCode",
  "port",
  "position",
  "project",
  "protocol",
  "proxy",
  "realm",
  "release",
  "status",
  "version",
] as const;

const isPart = (value: unknown): value is Part => typeof value === "object" && value !== null;

function textOf(part: Part, name: string): string {
  const value = part[name];
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

function listOf(part: Part, name: string): readonly unknown[] {
  const value = part[name];
  return Array.isArray(value) ? value : [];
}

function textsOf(part: Part, name: string): string[] {
  return listOf(part, name).filter((each) => typeof each === "string");
}

function partOf(part: Part, name: string): Part | null {
  const value = part[name];
  return isPart(value) && !Array.isArray(value) ? value : null;
}

/** Texts, or objects that have an address. */
function addressesOf(part: Part, name: string): string {
  return listOf(part, name)
    .map((each) => (isPart(each) ? textOf(each, "address") : typeof each === "string" ? each : ""))
    .filter((each) => each !== "")
    .join(", ");
}

function formatFailed(each: unknown): string {
  if (!isPart(each)) return "";
  const reason = textOf(each, "platformCode") || textOf(each, "failure");
  return reason === "" ? textOf(each, "address") : `${textOf(each, "address")} (${reason})`;
}

/** A certificate without a subject is told by its fingerprint. */
function nameOf(certificate: Part): string {
  return textOf(certificate, "subject") || textOf(certificate, "fingerprint");
}

function formatKey(key: Part): string {
  const kind = textOf(key, "kind") === "other" ? textOf(key, "algorithm") : textOf(key, "kind").toUpperCase();
  return [kind, textOf(key, "bits") || textOf(key, "curve")].filter((each) => each !== "").join(" ");
}

/** An error of the engine is told of the server that a finding names. */
function failureFacts(facts: Part): Part {
  const [host = ""] = (textOf(facts, "host") || textOf(facts, "image") || textOf(facts, "path")).split("/");
  const server = textOf(facts, "origin") || textOf(facts, "realm");
  return {
    registry: URL.parse(server)?.host ?? host,
    ...(typeof facts.status === "number" && { status: facts.status }),
    ...(typeof facts.platformCode === "string" && { platformCode: facts.platformCode }),
  };
}

const longMs = 10_000;

/** What is short is told in more detail than durations of jobs. */
function formatWait(waitedMs: number, formats: Formats): string {
  if (waitedMs < 1000) return `${formats.number(Math.max(waitedMs, waitedMs > 0 ? 1 : 0))} ms`;
  return waitedMs < longMs ? `${(waitedMs / 1000).toFixed(1)} s` : formats.duration(waitedMs);
}
