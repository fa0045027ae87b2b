import type { Descriptor } from "./descriptor.ts";
import { verifyContent, type Digest } from "./digest.ts";
import { EngineError } from "./errors.ts";
import type { Repository } from "./reference.ts";
import type { RegistryConnection } from "./registry-connection.ts";

export async function hasBlob(
  connection: RegistryConnection,
  repository: Repository,
  digest: Digest,
  signal?: AbortSignal,
): Promise<boolean> {
  return connection.send(
    {
      operation: "head-blob",
      method: "HEAD",
      target: `/v2/${repository}/blobs/${digest}`,
      repository,
      digest,
      accept: [200, 404],
      followRedirects: true,
      signal,
    },
    async (response) => {
      await response.discard();
      return response.status === 200;
    },
  );
}

/**
 * A blob's bytes, proven while they stream; leaving the loop early ends the download.
 *
 * @param onBytes hears each chunk's length as it arrives
 * @throws EngineError `blob-not-found`; while iterating also `digest-mismatch`, `size-mismatch`, `connection-lost`
 */
export async function openBlob(
  connection: RegistryConnection,
  repository: Repository,
  blob: Descriptor,
  options: { readonly signal?: AbortSignal | undefined; readonly onBytes?: (count: number) => void },
): Promise<AsyncIterable<Uint8Array>> {
  const { digest, sizeBytes } = blob;
  const request = { operation: "get-blob", repository, digest } as const;
  return connection.send(
    {
      ...request,
      method: "GET",
      target: `/v2/${repository}/blobs/${digest}`,
      accept: [200],
      followRedirects: true,
      transfer: true,
      signal: options.signal,
    },
    async (response) => {
      const length = response.headers["content-length"];
      if (length !== undefined && Number(length) !== sizeBytes) {
        await response.discard();
        const actualBytes = Number(length);
        throw new EngineError("size-mismatch", {
          operation: "get-blob",
          expectedBytes: sizeBytes,
          actualBytes,
          retryable: true,
        });
      }
      return explained(connection, request, verifyContent(response.body, blob, options.onBytes));
    },
  );
}

async function* explained(
  connection: RegistryConnection,
  request: Parameters<RegistryConnection["explain"]>[1],
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* content;
  } catch (error) {
    throw connection.explain(error, request);
  }
}
