import { orAbort } from "./abort.ts";
import type { Descriptor } from "./descriptor.ts";
import type { Repository } from "./reference.ts";
import { EngineError } from "./errors.ts";
import type { HttpResponse } from "../network/http-message.ts";
import type { RegistryConnection } from "./registry-connection.ts";

/** Where the registry wants the bytes of an upload that it has agreed to. */
export interface UploadSession {
  readonly repository: Repository;
  readonly location: URL;
}

const cancelTimeoutMs = 5_000;

/**
 * Asks for an upload. With `mountFrom`, a repository of the same registry, the registry may take the blob from there
 * instead: then the answer is null and nothing is left to do.
 */
export async function startUpload(
  connection: RegistryConnection,
  repository: Repository,
  blob: Descriptor,
  options: { readonly mountFrom?: Repository | undefined; readonly signal?: AbortSignal | undefined },
): Promise<UploadSession | null> {
  const { mountFrom, signal } = options;
  const mount =
    mountFrom === undefined ? "" : `?${new URLSearchParams({ mount: blob.digest, from: mountFrom })}`;
  return connection.send(
    {
      operation: mountFrom === undefined ? "start-upload" : "mount-blob",
      method: "POST",
      target: `/v2/${repository}/blobs/uploads/${mount}`,
      repository,
      digest: blob.digest,
      ...(mountFrom === undefined ? {} : { mountFrom }),
      headers: { "content-length": "0" },
      accept: mountFrom === undefined ? [202] : [201, 202],
      signal,
    },
    async (response) => {
      await response.discard();
      return response.status === 201 ? null : { repository, location: resolveLocation(response) };
    },
  );
}

/** A registry behind a proxy that ends TLS often names itself by http; its own host is asked by https all the same. */
function resolveLocation(response: HttpResponse): URL {
  const location = URL.parse(response.headers.location ?? "", response.url);
  const { operation, retryable } = { operation: "start-upload", retryable: false } as const;
  if (location === null)
    throw new EngineError("registry-refused", { operation, status: response.status, retryable });
  if (response.url.protocol === "https:" && location.protocol !== "https:") {
    if (location.hostname !== response.url.hostname) {
      throw new EngineError("redirect-refused", { operation, origin: location.origin, retryable });
    }
    return new URL(`${location.pathname}${location.search}`, response.url);
  }
  return location;
}

/**
 * Sends the whole blob in one request, which the registry accepts only if the digest fits.
 *
 * @throws EngineError `upload-lost`, `digest-mismatch`, `size-mismatch`; whatever `content` throws
 */
export async function finishUpload(
  connection: RegistryConnection,
  upload: UploadSession,
  blob: Descriptor,
  content: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<void> {
  const target = new URL(upload.location);
  target.searchParams.set("digest", blob.digest);
  await connection.send(
    {
      operation: "put-blob",
      method: "PUT",
      target,
      repository: upload.repository,
      digest: blob.digest,
      headers: { "content-type": "application/octet-stream", "content-length": String(blob.sizeBytes) },
      // A body of no bytes cannot be sent by an iterable that never yields.
      body: blob.sizeBytes === 0 ? new Uint8Array() : content,
      accept: [201, 204],
      transfer: true,
      signal,
    },
    (response) => response.discard(),
  );
}

/** Tells the registry to forget an upload. A courtesy: registries forget by themselves in time, so failures are mute. */
export async function cancelUpload(connection: RegistryConnection, upload: UploadSession): Promise<void> {
  const request = connection.send(
    {
      operation: "put-blob",
      method: "DELETE",
      target: upload.location,
      repository: upload.repository,
      accept: [200, 202, 204],
      transfer: true,
    },
    (response) => response.discard(),
  );
  await orAbort(request, AbortSignal.timeout(cancelTimeoutMs)).catch(() => undefined);
}
