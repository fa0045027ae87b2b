import { ociImageIndex } from "#lib/engine/oci/media-types.ts";
import type { Digest } from "#lib/engine/oci/digest.ts";
import { answerJson, refuse, type Answer } from "./answer.ts";
import { requireDigest } from "./blob-handlers.ts";
import type { ContentStore } from "./content-store.ts";
import type { Exchange } from "./exchange.ts";
import { parseManifestDocument } from "./manifest-document.ts";
import type { ManifestRecord } from "./repository-index.ts";

/** @throws Refusal */
export function listTags(content: ContentStore, exchange: Exchange, maxPageSize: number): Answer {
  const { repository } = exchange.route;
  if (!content.index.hasRepository(repository)) throw refuse(404, "NAME_UNKNOWN", repository);
  const page = takePage(content.index.listTags(repository), exchange, maxPageSize);
  return answerJson(200, { name: repository, tags: page.items }, page.link);
}

/** @throws Refusal */
export function listRepositories(content: ContentStore, exchange: Exchange, maxPageSize: number): Answer {
  const page = takePage(content.index.listRepositories(), exchange, maxPageSize);
  return answerJson(200, { repositories: page.items }, page.link);
}

/** What refers to a digest, which itself need not be there. @throws Refusal */
export async function listReferrers(
  content: ContentStore,
  exchange: Exchange,
  maxPageSize: number,
): Promise<Answer> {
  const { repository, digest, reference, query } = exchange.route;
  const subject = requireDigest(digest, reference);
  const wanted = query.get("artifactType");
  const described = new Map<string, { artifactType?: string | undefined }>();
  for (const [referrer, record] of content.index.listManifests(repository)) {
    if (record.subject !== subject) continue;
    const descriptor = await describeReferrer(content, referrer, record);
    if (wanted === null || descriptor.artifactType === wanted) described.set(referrer, descriptor);
  }
  const page = takePage([...described.keys()].sort(), exchange, maxPageSize);
  const manifests = page.items.map((referrer) => described.get(referrer));
  return answerJson(
    200,
    { schemaVersion: 2, mediaType: ociImageIndex, manifests },
    {
      "content-type": ociImageIndex,
      ...page.link,
      ...(wanted === null ? {} : { "oci-filters-applied": "artifactType" }),
    },
  );
}

async function describeReferrer(content: ContentStore, digest: Digest, { mediaType }: ManifestRecord) {
  const document = parseManifestDocument(await content.readBytes(digest));
  return {
    mediaType,
    digest,
    size: content.blobs.findSize(digest) ?? 0,
    // An image without a type of its own goes by that of its configuration.
    artifactType: document?.artifactType ?? document?.config?.mediaType,
    annotations: document?.annotations ?? undefined,
  };
}

interface Page {
  readonly items: readonly string[];
  /** The `Link` header to the next page (RFC 8288), where there is one. */
  readonly link: Readonly<Record<string, string>>;
}

function takePage(sorted: readonly string[], { route, record }: Exchange, maxPageSize: number): Page {
  const asked = route.query.get("n");
  const count = asked === null || asked === "" ? Infinity : Number(asked);
  if (!(count >= 0) || (Number.isFinite(count) && !Number.isInteger(count))) {
    throw refuse(400, "PAGINATION_NUMBER_INVALID", { n: asked });
  }
  const last = route.query.get("last");
  const rest = last === null ? sorted : sorted.filter((name) => name > last);
  const items = rest.slice(0, Math.min(count, maxPageSize));
  const lastTaken = items.at(-1);
  if (lastTaken === undefined || items.length === rest.length) return { items, link: {} };
  const query = new URLSearchParams(route.query);
  query.set("n", String(items.length));
  query.set("last", lastTaken);
  const [path] = record.path.split("?", 1);
  return { items, link: { link: `<${path}?${query.toString()}>; rel="next"` } };
}
