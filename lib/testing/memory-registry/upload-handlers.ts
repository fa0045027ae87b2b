import type { Digest } from "#lib/engine/oci/digest.ts";
import { answerEmpty, refuse, type Answer } from "./answer.ts";
import { requireDigest } from "./blob-handlers.ts";
import { parseChunkRange } from "./byte-range.ts";
import type { ContentStore } from "./content-store.ts";
import type { Exchange } from "./exchange.ts";
import type { Upload, Uploads } from "./uploads.ts";

interface UploadParts {
  readonly content: ContentStore;
  readonly uploads: Uploads;
}

/** POST: an upload of its own, or a mount that the registry will not or cannot do. */
export async function startUpload({ uploads }: UploadParts, exchange: Exchange): Promise<Answer> {
  return answerUpload(202, await uploads.start(exchange.route.repository), exchange);
}

/** POST with `mount` and `from`; what cannot be taken from there is to be uploaded. */
export async function mountBlob(parts: UploadParts, exchange: Exchange): Promise<Answer> {
  const { repository, digest, query } = exchange.route;
  const from = query.get("from") ?? "";
  const isThere = digest !== undefined && parts.content.hasBlob(from, digest);
  if (!isThere || !exchange.mayPull(from)) return startUpload(parts, exchange);
  await parts.content.index.addBlob(repository, digest);
  return answerBlob(repository, digest);
}

/** POST with `digest`: the whole blob in one request. @throws Refusal */
export async function postBlob({ uploads }: UploadParts, exchange: Exchange): Promise<Answer> {
  const { repository, digest, query } = exchange.route;
  const required = requireDigest(digest, query.get("digest") ?? "");
  const upload = await uploads.start(repository);
  try {
    await upload.append(exchange.body);
  } catch (error) {
    uploads.discard(upload.id);
    throw error;
  }
  await uploads.finish(upload, required);
  return answerBlob(repository, required);
}

/** @throws Refusal */
export async function patchUpload(parts: UploadParts, exchange: Exchange): Promise<Answer> {
  const upload = getUpload(parts, exchange);
  return upload.inTurn(async () => {
    checkChunk(upload, exchange);
    await upload.append(exchange.body);
    return answerUpload(202, upload, exchange);
  });
}

/** @throws Refusal */
export async function finishUpload(parts: UploadParts, exchange: Exchange): Promise<Answer> {
  const { repository, digest, query } = exchange.route;
  const upload = getUpload(parts, exchange);
  const required = requireDigest(digest, query.get("digest") ?? "");
  return upload.inTurn(async () => {
    checkChunk(upload, exchange);
    await upload.append(exchange.body);
    await parts.uploads.finish(upload, required);
    return answerBlob(repository, required);
  });
}

/** @throws Refusal */
export async function getUploadStatus(parts: UploadParts, exchange: Exchange): Promise<Answer> {
  const upload = getUpload(parts, exchange);
  return upload.inTurn(() => Promise.resolve(answerUpload(204, upload, exchange)));
}

/** @throws Refusal */
export function cancelUpload(parts: UploadParts, exchange: Exchange): Answer {
  parts.uploads.discard(getUpload(parts, exchange).id);
  return answerEmpty(204);
}

function getUpload({ uploads }: UploadParts, { route }: Exchange): Upload {
  return uploads.get(route.repository, route.uploadId ?? "", route.query);
}

/** @throws Refusal 416 for a chunk that does not begin where the last one ended, 400 for one of another length */
function checkChunk(upload: Upload, exchange: Exchange): void {
  const header = exchange.headers["content-range"];
  if (header === undefined) return;
  const range = parseChunkRange(header);
  if (range === null) throw refuse(400, "BLOB_UPLOAD_INVALID", header);
  if (range.start !== upload.sizeBytes) {
    throw refuse(416, "BLOB_UPLOAD_INVALID", header, describeUpload(upload, exchange));
  }
  const length = exchange.headers["content-length"];
  if (length !== undefined && Number(length) !== range.end - range.start + 1) {
    throw refuse(400, "SIZE_INVALID", header);
  }
}

function describeUpload(upload: Upload, { origin }: Exchange): Record<string, string> {
  return { location: upload.formatLocation(origin), range: upload.range, "docker-upload-uuid": upload.id };
}

function answerUpload(status: number, upload: Upload, exchange: Exchange): Answer {
  return answerEmpty(status, describeUpload(upload, exchange));
}

function answerBlob(repository: string, digest: Digest): Answer {
  return answerEmpty(201, {
    location: `/v2/${repository}/blobs/${digest}`,
    "docker-content-digest": digest,
  });
}
