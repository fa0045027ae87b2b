import type { Descriptor } from "./descriptor.ts";
import type { Repository } from "./reference.ts";
import { EngineError } from "./errors.ts";
import type { HttpResponse } from "../network/http-message.ts";
import type { RegistryConnection } from "./registry-connection.ts";

/** Where the registry wants the bytes of an upload that it has agreed to. */
export interface UploadSession {
  readonly repository: Repository;
  readonly location: URL;
  /** Smallest chunk that the registry takes, the last one aside. */
  readonly minChunkBytes: number;
}

const cancelTimeoutMs = 5_000;
const cancelAttempts = 3;

interface StartOptions {
  readonly mountFrom?: Repository | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks for an upload. With `mountFrom`, a repository of the same registry, the registry may take the blob from there
 * instead: then the answer is null and nothing is left to do.
 */
export async function startUpload(
  connection: RegistryConnection,
  repository: Repository,
  blob: Descriptor,
  { mountFrom, signal }: StartOptions,
): Promise<UploadSession | null> {
  if (mountFrom === undefined) return requestUpload(connection, repository, blob, { signal });
  try {
    return await requestUpload(connection, repository, blob, { mountFrom, signal });
  } catch (error) {
    if (!isMountRefusal(error)) throw error;
    return requestUpload(connection, repository, blob, { signal });
  }
}

/**
 * Whoever may write here need not be allowed to read there: then registries do not all offer an upload instead, as the
 * specification would have it, but refuse (`distribution` by 401, others by 403 or 404), and so do token servers.
 */
function isMountRefusal(error: unknown): boolean {
  if (!(error instanceof EngineError) || error.facts.retryable) return false;
  const { operation, status = 0 } = error.facts;
  return (operation === "mount-blob" || operation === "get-token") && status >= 400 && status < 500;
}

async function requestUpload(
  connection: RegistryConnection,
  repository: Repository,
  blob: Descriptor,
  { mountFrom, signal }: StartOptions,
): Promise<UploadSession | null> {
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
      if (response.status === 201) return null;
      const minChunkBytes = Number(response.headers["oci-chunk-min-length"] ?? 0);
      return {
        repository,
        location: resolveLocation(response),
        minChunkBytes: Number.isSafeInteger(minChunkBytes) ? minChunkBytes : 0,
      };
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
 * Sends a blob, or the rest of it from `offset` on, in one request, which the registry accepts only if the digest of the
 * whole fits.
 *
 * @throws EngineError `upload-lost`, `digest-mismatch`, `size-mismatch`; `upload-too-large` when the registry, or what
 * stands before it, does not take so much at once; whatever `content` throws
 */
export async function finishUpload(
  connection: RegistryConnection,
  upload: UploadSession,
  blob: Descriptor,
  content: AsyncIterable<Uint8Array>,
  options: { readonly offset?: number; readonly signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const { offset = 0, signal } = options;
  const target = new URL(upload.location);
  target.searchParams.set("digest", blob.digest);
  const length = blob.sizeBytes - offset;
  await connection.send(
    {
      operation: "put-blob",
      method: "PUT",
      target,
      repository: upload.repository,
      digest: blob.digest,
      headers: {
        "content-type": "application/octet-stream",
        "content-length": String(length),
        ...(offset > 0 && length > 0 ? { "content-range": formatRange(offset, length) } : {}),
      },
      // A body of no bytes cannot be sent by an iterable that never yields.
      body: length === 0 ? new Uint8Array() : connection.pace.limitBytes(content, signal),
      accept: [201, 204],
      transfer: true,
      signal,
    },
    (response) => response.discard(),
  );
}

/** Without the unit, unlike HTTP's own. Distribution specification, "Pushing a blob in chunks". */
function formatRange(offset: number, length: number): string {
  return `${offset}-${offset + length - 1}`;
}

/**
 * Sends one chunk of a blob.
 *
 * @returns where the next one goes
 * @throws EngineError `upload-lost`, also when the registry has more or less of the blob than `offset` bytes
 */
export async function sendChunk(
  connection: RegistryConnection,
  upload: UploadSession,
  chunk: Uint8Array,
  options: { readonly offset: number; readonly signal?: AbortSignal | undefined },
): Promise<UploadSession> {
  const { offset, signal } = options;
  return connection.send(
    {
      operation: "put-blob",
      method: "PATCH",
      target: upload.location,
      repository: upload.repository,
      headers: {
        "content-type": "application/octet-stream",
        "content-range": formatRange(offset, chunk.byteLength),
      },
      body: chunk,
      accept: [202],
      transfer: true,
      signal,
    },
    async (response) => {
      await response.discard();
      return { ...upload, location: resolveLocation(response) };
    },
  );
}

/**
 * Asks how much of a blob the registry has got so far.
 *
 * @returns null when the upload is gone
 */
export async function findUpload(
  connection: RegistryConnection,
  upload: UploadSession,
  signal?: AbortSignal,
): Promise<{ readonly upload: UploadSession; readonly offset: number } | null> {
  return connection.send(
    {
      operation: "get-upload",
      method: "GET",
      target: upload.location,
      repository: upload.repository,
      accept: [204, 404],
      signal,
    },
    async (response) => {
      await response.discard();
      if (response.status === 404) return null;
      // "0-0" is what registries say of an upload without a byte, and of one with a single byte, too.
      const last = Number(/^0-(\d+)$/.exec(response.headers.range?.replace(/^bytes=/, "") ?? "")?.[1] ?? 0);
      const location = response.headers.location === undefined ? upload.location : resolveLocation(response);
      return { upload: { ...upload, location }, offset: last === 0 ? 0 : last + 1 };
    },
  );
}

/** Tells the registry to forget an upload. A courtesy: registries forget by themselves in time, so failures are mute. */
export async function cancelUpload(connection: RegistryConnection, upload: UploadSession): Promise<void> {
  const signal = AbortSignal.timeout(cancelTimeoutMs);
  for (let attempt = 1; attempt <= cancelAttempts; attempt++) {
    try {
      await connection.send(
        {
          operation: "put-blob",
          method: "DELETE",
          target: upload.location,
          repository: upload.repository,
          accept: [200, 202, 204],
          transfer: true,
          signal,
        },
        (response) => response.discard(),
      );
      return;
    } catch (error) {
      // What fails for good, such as a registry that does not know of giving back, is not asked again.
      if (!(error instanceof EngineError) || !error.facts.retryable || signal.aborted) return;
    }
  }
}
