import { digestAlgorithm, digestBytes, findDigest, type Digest } from "#lib/engine/oci/digest.ts";
import { maxManifestBytes } from "#lib/engine/oci/manifest-limit.ts";
import { parseTag } from "#lib/engine/oci/reference.ts";
import { answerBytes, answerEmpty, refuse, type Answer } from "./answer.ts";
import type { ContentStore } from "./content-store.ts";
import type { Exchange } from "./exchange.ts";
import { listDependencies, parseManifestDocument, type ManifestDocument } from "./manifest-document.ts";
import { readBody } from "./read-body.ts";

export interface ManifestRules {
  /** Whether an index may name manifests that are not there. */
  readonly sparseIndexes: boolean;
  /** Whether an image may have layers that are kept elsewhere. */
  readonly foreignLayers: boolean;
  readonly referrersApi: boolean;
}

/** HEAD and GET. @throws Refusal */
export async function getManifest(content: ContentStore, { route, headers }: Exchange): Promise<Answer> {
  const { repository, reference = "" } = route;
  const digest = route.digest ?? content.index.findTag(repository, reference);
  const found = digest === null ? null : content.index.findManifest(repository, digest);
  if (digest === null || found === null) throw refuse(404, "MANIFEST_UNKNOWN", reference);
  if (!accepts(headers.accept, found.mediaType)) {
    throw refuse(404, "MANIFEST_UNKNOWN", `Accept does not name ${found.mediaType}`);
  }
  const etag = `"${digest}"`;
  if (headers["if-none-match"] === etag) return { status: 304, headers: { etag }, body: [] };
  return answerBytes(200, await content.readBytes(digest), {
    "content-type": found.mediaType,
    "docker-content-digest": digest,
    etag,
  });
}

/** A registry that finds something else than what was asked for says that it found nothing. */
function accepts(header: string | undefined, mediaType: string): boolean {
  if (header === undefined) return true;
  const names = header.split(",").map((part) => part.split(";", 1)[0]?.trim() ?? "");
  return names.some((name) => name === mediaType || name === "*/*" || name === "application/*");
}

/** @throws Refusal */
export async function putManifest(
  content: ContentStore,
  rules: ManifestRules,
  { route, headers, body }: Exchange,
): Promise<Answer> {
  const { repository, reference = "" } = route;
  if (route.digest === undefined && !isTag(reference)) throw refuse(400, "TAG_INVALID", reference);
  const bytes = await readBody(body, maxManifestBytes);
  const digest = digestBytes(bytes, route.digest && digestAlgorithm(route.digest));
  if (route.digest !== undefined && route.digest !== digest) throw refuse(400, "DIGEST_INVALID", digest);
  const mediaType = headers["content-type"]?.split(";", 1)[0]?.trim() ?? "";
  const document = parseManifestDocument(bytes);
  if (document === null || mediaType === "" || (document.mediaType ?? mediaType) !== mediaType) {
    throw refuse(400, "MANIFEST_INVALID", mediaType);
  }
  checkDependencies(content, rules, repository, document);
  await content.putManifest(repository, bytes, mediaType, {
    algorithm: digestAlgorithm(digest),
    ...(route.digest === undefined ? { tag: reference } : {}),
  });
  const subject = rules.referrersApi ? document.subject?.digest : undefined;
  return answerEmpty(201, {
    location: `/v2/${repository}/manifests/${digest}`,
    "docker-content-digest": digest,
    ...(subject === undefined ? {} : { "oci-subject": subject }),
  });
}

function isTag(text: string): boolean {
  try {
    parseTag(text);
    return true;
  } catch {
    return false;
  }
}

function checkDependencies(
  content: ContentStore,
  rules: ManifestRules,
  repository: string,
  document: ManifestDocument,
): void {
  const { blobs, manifests, foreign } = listDependencies(document);
  if (foreign.length > 0 && !rules.foreignLayers) {
    throw refuse(400, "MANIFEST_INVALID", "layers that are kept elsewhere are not taken");
  }
  const digestOf = (named: string): Digest => {
    const digest = findDigest(named);
    if (digest === null) throw refuse(400, "MANIFEST_INVALID", named);
    return digest;
  };
  const missing = [
    ...blobs.filter((each) => !foreign.includes(each) && !content.hasBlob(repository, digestOf(each.digest))),
    ...manifests.filter(
      ({ digest }) => !content.index.findManifest(repository, digestOf(digest)) && !rules.sparseIndexes,
    ),
  ].map(({ digest }) => digest);
  if (missing.length > 0) throw refuse(400, "MANIFEST_BLOB_UNKNOWN", missing);
}

/** By digest, or a tag alone. @throws Refusal */
export async function deleteManifest(content: ContentStore, { route }: Exchange): Promise<Answer> {
  const { repository, reference = "", digest } = route;
  if (digest === undefined) {
    if (content.index.findTag(repository, reference) === null) {
      throw refuse(404, "MANIFEST_UNKNOWN", reference);
    }
    await content.index.removeTag(repository, reference);
  } else {
    if (content.index.findManifest(repository, digest) === null) {
      throw refuse(404, "MANIFEST_UNKNOWN", reference);
    }
    await content.removeManifest(repository, digest);
  }
  return answerEmpty(202);
}
