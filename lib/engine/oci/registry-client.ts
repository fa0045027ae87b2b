import { createTransport, type Endpoint } from "../network/transport.ts";
import { Authenticator, type Credentials } from "./auth.ts";
import { hasBlob, openBlob, type OpenBlobOptions } from "./blob-endpoint.ts";
import type { Descriptor } from "./descriptor.ts";
import type { Digest, DigestAlgorithm } from "./digest.ts";
import { findManifest, getManifest, putManifest, type FetchedManifest } from "./manifest-endpoint.ts";
import { ping } from "./ping-endpoint.ts";
import type { PaceLimits } from "./pace.ts";
import type { RegistryHost, Repository, Tag } from "./reference.ts";
import { RegistryConnection, type Access } from "./registry-connection.ts";
import { RegistryLanes } from "./registry-lanes.ts";
import { registryOrigin } from "./registry-origin.ts";
import { hasRepository } from "./tag-endpoint.ts";
import {
  cancelUpload,
  findUpload,
  finishUpload,
  sendChunk,
  startUpload,
  type UploadSession,
} from "./upload-endpoint.ts";

export interface RegistryClientOptions extends Omit<Endpoint, "origin"> {
  readonly registry: RegistryHost;
  /** HTTP instead of HTTPS. */
  readonly plainHttp?: boolean;
  readonly credentials?: Credentials;
  /** What tokens are asked for; "pull" unless given. */
  readonly access?: Access;
  /** Those of other clients, with which the registry's limits and rests are shared; its own unless given. */
  readonly lanes?: RegistryLanes;
  /** Of all clients together that share the lane to this registry; unlimited unless given. */
  readonly limits?: PaceLimits;
}

/** Speaks the distribution protocol with one registry. All failures are `EngineError`s. */
export interface RegistryClient {
  readonly registry: RegistryHost;
  /** `http(s)://host[:port]` */
  readonly origin: string;
  /** HTTP requests sent so far, those to token servers and blob stores included. */
  readonly requests: number;
  /** Body bytes of blobs received so far. */
  readonly blobBytesReceived: number;
  /** @throws EngineError `not-a-registry`, `unauthorized` or a code of the network */
  ping(signal?: AbortSignal): Promise<void>;
  /** What stands under a tag or digest, or null; its digest by `algorithm`, the registry's choice unless given. */
  findManifest(
    repository: Repository,
    reference: Tag | Digest,
    signal?: AbortSignal,
    algorithm?: DigestAlgorithm,
  ): Promise<Descriptor | null>;
  getManifest(
    repository: Repository,
    reference: Tag | Digest,
    signal?: AbortSignal,
  ): Promise<FetchedManifest>;
  putManifest(
    repository: Repository,
    reference: Tag | Digest,
    manifest: FetchedManifest,
    signal?: AbortSignal,
  ): Promise<void>;
  /**
   * Deletes a manifest by its digest, with every tag that stands at it, or a tag alone; `absent` when it was gone.
   * @throws EngineError `deletion-unsupported`
   */
  deleteManifest(
    repository: Repository,
    reference: Tag | Digest,
    signal?: AbortSignal,
  ): Promise<"deleted" | "absent">;
  /** What says something about a manifest: signatures, SBOMs and the like. */
  listReferrers(repository: Repository, digest: Digest, signal?: AbortSignal): Promise<readonly Descriptor[]>;
  /** All tags of a repository; none when it is not known. @throws EngineError `tag-list-incomplete` */
  listTags(repository: Repository, signal?: AbortSignal): Promise<readonly string[]>;
  hasRepository(repository: Repository, signal?: AbortSignal): Promise<boolean>;
  hasBlob(repository: Repository, digest: Digest, signal?: AbortSignal): Promise<boolean>;
  /** Proven while it streams. */
  openBlob(
    repository: Repository,
    blob: Descriptor,
    options?: OpenBlobOptions,
  ): Promise<AsyncIterable<Uint8Array>>;
  /** Null when `mountFrom` was given and the registry took the blob from there. */
  startUpload(
    repository: Repository,
    blob: Descriptor,
    options?: { readonly mountFrom?: Repository | undefined; readonly signal?: AbortSignal | undefined },
  ): Promise<UploadSession | null>;
  finishUpload(
    upload: UploadSession,
    blob: Descriptor,
    content: AsyncIterable<Uint8Array>,
    options?: { readonly offset?: number; readonly signal?: AbortSignal | undefined },
  ): Promise<void>;
  sendChunk(
    upload: UploadSession,
    chunk: Uint8Array,
    options: { readonly offset: number; readonly signal?: AbortSignal | undefined },
  ): Promise<UploadSession>;
  /** How much the registry has got of an upload, or null when it is gone. */
  findUpload(
    upload: UploadSession,
    signal?: AbortSignal,
  ): Promise<{ readonly upload: UploadSession; readonly offset: number } | null>;
  cancelUpload(upload: UploadSession): Promise<void>;
  /** Ends all connections. */
  close(): Promise<void>;
}

export function createRegistryClient(options: RegistryClientOptions): RegistryClient {
  const { registry, plainHttp = false, credentials, access, lanes, limits, ...endpoint } = options;
  const transport = createTransport({ ...endpoint, origin: registryOrigin(registry, { plainHttp }) });
  const lane = (lanes ?? new RegistryLanes()).open(transport.origin, limits ?? {});
  const connection = new RegistryConnection(
    registry,
    transport,
    new Authenticator(transport, credentials),
    lane.requests,
    lane.pace,
    access ?? "pull",
  );
  let blobBytesReceived = 0;
  const onBytes = (count: number) => {
    blobBytesReceived += count;
  };
  return {
    registry,
    origin: transport.origin,
    get requests() {
      return transport.requests;
    },
    get blobBytesReceived() {
      return blobBytesReceived;
    },
    ping: (signal) => ping(connection, signal),
    findManifest: (...request) => findManifest(connection, ...request),
    getManifest: (...request) => getManifest(connection, ...request),
    putManifest: (...request) => putManifest(connection, ...request),
    deleteManifest: async (...request) => {
      // Loaded when used: hardly any run deletes.
      const { deleteManifest } = await import("./delete-endpoint.ts");
      return deleteManifest(connection, ...request);
    },
    listReferrers: async (...request) => {
      // Loaded when used: few copies ask for referrers.
      const { listReferrers } = await import("./referrers-endpoint.ts");
      return listReferrers(connection, ...request);
    },
    listTags: async (...request) => {
      const { listTags } = await import("./tag-list.ts");
      return listTags(connection, ...request);
    },
    hasRepository: (...request) => hasRepository(connection, ...request),
    hasBlob: (...request) => hasBlob(connection, ...request),
    openBlob: (repository, blob, blobOptions = {}) =>
      openBlob(connection, repository, blob, { ...blobOptions, onBytes }),
    startUpload: (repository, blob, startOptions = {}) =>
      startUpload(connection, repository, blob, startOptions),
    finishUpload: (...request) => finishUpload(connection, ...request),
    sendChunk: (...request) => sendChunk(connection, ...request),
    findUpload: (...request) => findUpload(connection, ...request),
    cancelUpload: (upload) => cancelUpload(connection, upload),
    close: () => transport.close(),
  };
}
