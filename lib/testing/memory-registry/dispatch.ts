import { answerEmpty, answerError, refuse, type Answer } from "./answer.ts";
import { deleteBlob, getBlob } from "./blob-handlers.ts";
import type { Exchange } from "./exchange.ts";
import { listReferrers, listRepositories, listTags } from "./list-handlers.ts";
import { deleteManifest, getManifest, putManifest } from "./manifest-handlers.ts";
import type { RegistryParts } from "./registry-parts.ts";
import { isRepositoryName } from "./route.ts";
import { answerToken } from "./token-endpoint.ts";
import {
  cancelUpload,
  finishUpload,
  getUploadStatus,
  mountBlob,
  patchUpload,
  postBlob,
  startUpload,
} from "./upload-handlers.ts";

/** Lets the endpoint that a request is for answer it. @throws Refusal */
export function dispatch(parts: RegistryParts, exchange: Exchange): Answer | Promise<Answer> {
  const { rules, content } = parts;
  const { kind, repository, digest } = exchange.route;
  if (repository !== "" && !isRepositoryName(repository)) throw refuse(400, "NAME_INVALID", repository);
  switch (kind) {
    case "ping":
      return answerEmpty(200, { "docker-distribution-api-version": "registry/2.0" });
    case "token":
      return answerToken(parts.access, exchange);
    case "list-repositories":
      return listRepositories(content, exchange, rules.maxPageSize);
    case "list-tags":
      return listTags(content, exchange, rules.maxPageSize);
    case "list-referrers":
      if (!rules.referrersApi) return answerError(404, "UNSUPPORTED", "referrers are not listed");
      return listReferrers(content, exchange, rules.maxPageSize);
    case "head-manifest":
    case "get-manifest":
      return getManifest(content, exchange);
    case "put-manifest":
      return putManifest(content, rules, exchange);
    case "delete-manifest":
      if (rules.deletion === "none" || (rules.deletion === "by-digest" && digest === undefined)) {
        throw refuse(405, "UNSUPPORTED", "deletion");
      }
      return deleteManifest(content, exchange);
    case "head-blob":
    case "get-blob":
      return getBlob(content, exchange);
    case "delete-blob":
      if (rules.deletion === "none") throw refuse(405, "UNSUPPORTED", "deletion");
      return deleteBlob(content, exchange);
    case "mount":
      return rules.mounts ? mountBlob(parts, exchange) : startUpload(parts, exchange);
    case "post-blob":
      return rules.singlePost ? postBlob(parts, exchange) : startUpload(parts, exchange);
    case "start-upload":
      return startUpload(parts, exchange);
    case "patch-blob":
      return patchUpload(parts, exchange);
    case "put-blob":
      return finishUpload(parts, exchange);
    case "upload-status":
      return getUploadStatus(parts, exchange);
    case "cancel-upload":
      return cancelUpload(parts, exchange);
    case "redirected-blob":
      // A blob store takes one proof of the right to read, not two.
      if (exchange.headers.authorization !== undefined)
        return answerError(400, "DENIED", "signed and authorized");
      if (digest === undefined) return answerError(403, "DENIED", "signature");
      return getBlob(content, exchange);
    case "unknown":
      return answerError(404, "UNSUPPORTED", exchange.record.path);
  }
}
