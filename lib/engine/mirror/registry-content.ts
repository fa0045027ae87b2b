import { EngineError, type EngineErrorCode, toEngineError } from "../oci/errors.ts";
import type { RegistryClient } from "../oci/registry-client.ts";
import type { ContentSource, ContentTarget, Traffic } from "./content.ts";
import { Chunking, createUpload } from "./registry-upload.ts";

/**
 * A registry as the side that is read.
 *
 * @param side what failures are said to have happened at; the target is read, too, when it is verified
 */
export function createRegistrySource(
  client: RegistryClient,
  side: "source" | "target" = "source",
): ContentSource {
  const { registry } = client;
  const fail = (error: unknown) => toEngineError(error, { operation: "copy", side });
  return {
    origin: client.origin,
    name: registry,
    side,
    traffic: trafficOf(client),
    async resolve(repository, reference, signal, algorithm) {
      const found = await client.findManifest(repository, reference, signal, algorithm).catch(rethrow(fail));
      if (found) return found;
      throw new EngineError("manifest-not-found", {
        operation: "head-manifest",
        side,
        registry,
        repository,
        reference,
        status: 404,
        retryable: false,
      });
    },
    listReferrers: (...request) => client.listReferrers(...request).catch(rethrow(fail)),
    fetchManifest: (...request) => client.getManifest(...request).catch(rethrow(fail)),
    async openBlob(repository, blob, options = {}) {
      const { onInterrupted } = options;
      const content = await client
        .openBlob(repository, blob, {
          ...options,
          ...(onInterrupted && {
            onInterrupted: (error) => onInterrupted(error.withFacts({ side })),
          }),
        })
        .catch(rethrow(fail));
      // Whoever writes the bytes would otherwise take what is wrong with them for a failure of its own registry.
      const facts = { operation: "get-blob", side, registry, repository } as const;
      return explained(content, (error) => toEngineError(error, facts));
    },
  };
}

/** Codes by which a registry says no more than that a list of tags is not for us. */
const unlistable: ReadonlySet<EngineErrorCode> = new Set(["unauthorized", "forbidden", "registry-refused"]);

/** A registry as the side that is written. */
export function createRegistryTarget(client: RegistryClient): ContentTarget {
  const fail = (error: unknown) => toEngineError(error, { operation: "copy", side: "target" });
  const chunking = new Chunking();
  return {
    origin: client.origin,
    name: client.registry,
    traffic: trafficOf(client),
    contents: createRegistrySource(client, "target"),
    find: (...request) => client.findManifest(...request).catch(rethrow(fail)),
    async isAbsent(repository, signal) {
      try {
        return !(await client.hasRepository(repository, signal));
      } catch (error) {
        if (error instanceof EngineError && unlistable.has(error.code)) return false;
        throw fail(error);
      }
    },
    hasBlob: (...request) => client.hasBlob(...request).catch(rethrow(fail)),
    async startBlob(repository, blob, { mountFrom, signal }) {
      const upload = await client.startUpload(repository, blob, { mountFrom, signal }).catch(rethrow(fail));
      return upload === null ? "mounted" : createUpload(client, upload, blob, chunking, fail);
    },
    pushManifest: (...request) => client.putManifest(...request).catch(rethrow(fail)),
    listReferrers: (...request) => client.listReferrers(...request).catch(rethrow(fail)),
  };
}

function trafficOf(client: RegistryClient): Traffic {
  return {
    get requests() {
      return client.requests;
    },
    get blobBytes() {
      return client.blobBytesReceived;
    },
  };
}

function rethrow(fail: (error: unknown) => unknown): (error: unknown) => never {
  return (error) => {
    throw fail(error);
  };
}

async function* explained(
  content: AsyncIterable<Uint8Array>,
  fail: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* content;
  } catch (error) {
    throw fail(error);
  }
}
