import { answerEmpty, refuse, type Answer } from "./answer.ts";
import { parseByteRange } from "./byte-range.ts";
import type { ContentStore } from "./content-store.ts";
import type { Exchange } from "./exchange.ts";

/** HEAD and GET of a blob, whole or a range of it. @throws Refusal */
export function getBlob(content: ContentStore, { method, route, headers }: Exchange): Answer {
  const digest = requireDigest(route.digest, route.reference);
  const sizeBytes = content.index.hasBlob(route.repository, digest) ? content.blobs.findSize(digest) : null;
  if (sizeBytes === null) throw refuse(404, "BLOB_UNKNOWN", digest);
  const etag = `"${digest}"`;
  const described = {
    "content-type": "application/octet-stream",
    "docker-content-digest": digest,
    etag,
    "accept-ranges": "bytes",
  };
  if (headers["if-none-match"] === etag) return { status: 304, headers: { etag }, body: [] };
  const whole: Answer = {
    status: 200,
    headers: { ...described, "content-length": String(sizeBytes) },
    body: { [Symbol.asyncIterator]: () => content.blobs.open(digest)[Symbol.asyncIterator]() },
  };
  // RFC 9110 section 14.2: only GET knows ranges; section 13.1.5: of what the client began to read only.
  const isSame = headers["if-range"] === undefined || headers["if-range"] === etag;
  const range = method === "GET" && isSame ? parseByteRange(headers.range, sizeBytes) : null;
  if (range === null) return whole;
  if (range === "unsatisfiable") {
    throw refuse(416, "SIZE_INVALID", headers.range, { "content-range": `bytes */${sizeBytes}` });
  }
  const { start, end } = range;
  return {
    status: 206,
    headers: {
      ...described,
      "content-length": String(end - start + 1),
      "content-range": `bytes ${start}-${end}/${sizeBytes}`,
    },
    body: { [Symbol.asyncIterator]: () => content.blobs.open(digest, range)[Symbol.asyncIterator]() },
  };
}

/** @throws Refusal */
export async function deleteBlob(content: ContentStore, { route }: Exchange): Promise<Answer> {
  const digest = requireDigest(route.digest, route.reference);
  if (!content.index.hasBlob(route.repository, digest)) throw refuse(404, "BLOB_UNKNOWN", digest);
  await content.removeBlob(route.repository, digest);
  return answerEmpty(202, { "docker-content-digest": digest });
}

/** @throws Refusal 400 when the request names none, or one that is not well-formed */
export function requireDigest<Digest>(digest: Digest | undefined, named: string | undefined): Digest {
  if (digest === undefined) throw refuse(400, "DIGEST_INVALID", named ?? "no digest");
  return digest;
}
