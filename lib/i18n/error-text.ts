import type { ErrorView } from "#lib/errors.ts";
import type { Formats } from "./formats.ts";

/** An error in a reader's language. */
export interface ErrorText {
  /** What happened, on which registry or image. */
  title: string;
  /** The likely cause, and what to do next. */
  hint: string;
  /** What was being done to which image; null where the title says it all. */
  context: string | null;
}

/** A translator of one namespace that is asked for keys known only at run time. */
export interface DynamicTranslator {
  (key: never, values?: never): string;
  has: (key: never) => boolean;
}

type Namespace = "errors" | "errorFacts" | "objects" | "states.job";

export type Translators = Readonly<Record<Namespace, DynamicTranslator>>;

/**
 * Makes sentences of errors: ours, the engine's, and stored ones that may be older than the code.
 *
 * Every argument that a message may name is always given, so that no fact that is missing breaks a sentence.
 */
export function createErrorText(translators: Translators, formats: Formats): (error: ErrorView) => ErrorText {
  const t = (namespace: Namespace, key: string, values?: Record<string, string | number>): string =>
    translators[namespace](key as never, values as never);
  const word = (namespace: Namespace, key: string): string =>
    key !== "" && translators[namespace].has(key as never) ? t(namespace, key) : key;

  return ({ code, facts }) => {
    const text = (name: string): string => {
      const value = facts[name];
      return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
    };
    const figure = (name: string): number => (typeof facts[name] === "number" ? facts[name] : 0);
    const has = (name: string): "yes" | "no" => (name in facts ? "yes" : "no");
    const isSaid = (value: string): "yes" | "no" => (value === "" ? "no" : "yes");

    const registry = text("registry") || hostOf(text("origin")) || t("errorFacts", "theRegistry");
    const image = imageOf(text("registry"), text("repository"), text("reference") || text("digest"));
    const retryAfterMs = figure("retryAfterMs") || figure("retryAfterSeconds") * 1000;
    // What an imported image needs, or what a format has no place for.
    const [missing, detail] = [text("reference") || text("digest"), text("value") || text("mediaType")];
    const tarProblem = word("errorFacts", text("tarProblem") && `tarProblems.${text("tarProblem")}`);
    const list = (name: string): unknown[] => (Array.isArray(facts[name]) ? facts[name] : []);
    const ociCodes = list("ociCodes").join(", ");
    const operation = text("operation");
    const owners = [
      ...(facts.forAll === true ? [t("errorFacts", "allOrganizations")] : []),
      ...list("names"),
    ];
    const names = [...owners, ...(figure("count") > owners.length && owners.length > 0 ? ["…"] : [])].join(
      ", ",
    );
    const values = {
      ...Object.fromEntries(plainFacts.map((name) => [name, text(name)])),
      access: operation === "write-file" ? "write" : "read",
      actual: formats.bytes(figure("actualBytes")),
      attempts: figure("attempts"),
      available: formats.bytes(figure("availableBytes")),
      bundleState: word("errorFacts", text("state") && `bundleStates.${text("state")}`),
      bundleFile: text("file") || text("bundle") || t("errorFacts", "theBundle"),
      by: word("objects", text("by")),
      count: figure("count"),
      credentials: facts.credentialsSent === true ? "sent" : "none",
      detail,
      documentError: word("errorFacts", text("documentError") && `documentErrors.${text("documentError")}`),
      doing: text("doing"),
      expected: formats.bytes(figure("expectedBytes")),
      hasActualFile: has("actualFile"),
      hasBundle: has("bundle"),
      hasDetail: isSaid(detail),
      hasDigest: has("digest"),
      hasField: isSaid(text("field")),
      hasFingerprint: has("fingerprint"),
      hasImage: isSaid(image),
      hasKnown: has("known"),
      hasLine: has("line"),
      hasMediaType: has("mediaType"),
      hasMissing: isSaid(missing),
      hasNames: isSaid(names),
      hasOciCodes: has("ociCodes"),
      hasOffset: has("offset"),
      hasPath: isSaid(text("path")),
      hasPlatformCode: has("platformCode"),
      hasProxy: has("proxy"),
      hasRecipients: has("recipients"),
      hasReply: isSaid(text("reply")),
      hasRepository: has("repository"),
      hasRequired: has("requiredBytes"),
      hasRetryAfter: retryAfterMs > 0 ? "yes" : "no",
      hasSizes: has("actualBytes"),
      hasStatus: has("status"),
      hasTarProblem: isSaid(tarProblem),
      hasValue: has("value"),
      host: hostOf(text("origin")) || registry,
      image,
      isWeak: facts.platformCode === unspecifiedFault ? "yes" : "no",
      limit: formats.bytes(figure("limitBytes") || figure("limit")),
      missing,
      names,
      ociCodes,
      problem: word("errorFacts", text("problem") && `problems.${text("problem")}`),
      projectCount: list("projects").length,
      projects: list("projects").join(", "),
      recipients: list("recipients").join(", "),
      registry,
      required: formats.bytes(figure("requiredBytes")),
      retryAfter: formats.duration(retryAfterMs),
      right: rightFor(operation, text("side")),
      state: word("states.job", text("state")),
      tarProblem,
      value: text("value") || text("text"),
      what: word("objects", text("what")),
    };
    const known = translators.errors.has(`${code}.title` as never) ? code : "unexpected";
    const doing = word("errorFacts", operation && `operations.${operation}`);
    return {
      title: t("errors", `${known}.title`, values),
      hint: t("errors", `${known}.hint`, known === code ? values : { ...values, id: code }),
      context: image === "" || doing === "" ? null : t("errorFacts", "context", { operation: doing, image }),
    };
  };
}

/** OpenSSL's word for a key or signature that its security level forbids, and for names that break an authority's rules. */
const unspecifiedFault = "UNSPECIFIED";

/** The arguments of messages that are facts as they are. */
const plainFacts = [
  "actualFile",
  "bundle",
  "column",
  "digest",
  "field",
  "file",
  "fingerprint",
  "first",
  "id",
  "known",
  "line",
  "mediaType",
  "name",
  "number",
  "offset",
  "origin",
  "path",
  "permission",
  "platformCode",
  "platforms",
  "proxy",
  "publicUrl",
  "reason",
  "reference",
  "reply",
  "repository",
  "second",
  "side",
  "status",
  "store",
  "target",
] as const;

/** Requests that say by themselves which right they need. */
const rights: Readonly<Record<string, "pull" | "push" | "delete">> = {
  "head-manifest": "pull",
  "get-manifest": "pull",
  "head-blob": "pull",
  "get-blob": "pull",
  "list-tags": "pull",
  "list-referrers": "pull",
  "put-manifest": "push",
  "mount-blob": "push",
  "start-upload": "push",
  "put-blob": "push",
  "get-upload": "push",
  "delete-manifest": "delete",
};

/** What a refused account lacks. The target is read, too; of a token only the side says what it was for. */
function rightFor(operation: string, side: string): "pull" | "push" | "delete" | "other" {
  return rights[operation] ?? (side === "source" ? "pull" : side === "target" ? "push" : "other");
}

function hostOf(origin: string): string {
  return URL.parse(origin)?.host ?? "";
}

/** `registry/repository:tag` or `registry/repository@digest`; empty when no repository is known. */
function imageOf(registry: string, repository: string, reference: string): string {
  if (repository === "") return "";
  const name = registry === "" ? repository : `${registry}/${repository}`;
  if (reference === "") return name;
  return reference.includes(":") ? `${name}@${reference}` : `${name}:${reference}`;
}

/** The facts of a group of failures: what names a single image is left out. */
export function withoutImage(error: ErrorView): ErrorView {
  const { repository: _repository, reference: _reference, digest: _digest, ...facts } = error.facts;
  return { code: error.code, facts };
}
