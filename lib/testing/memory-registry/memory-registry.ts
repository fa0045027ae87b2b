import { parseDigest, type Digest, type DigestAlgorithm } from "#lib/engine/oci/digest.ts";
import { AccessControl, type RegistryAuth } from "./access-control.ts";
import { BlobHost, type BlobHostRequest } from "./blob-host.ts";
import { ContentStore, type Verification } from "./content-store.ts";
import { Faults, type ActiveFault, type Fault } from "./faults.ts";
import { handleRequest } from "./handle-request.ts";
import { listen, type ListenerTls } from "./listener.ts";
import type { RegistryParts, RegistryRules } from "./registry-parts.ts";
import { RequestLog, type Peaks, type RequestFilter, type RequestRecord } from "./request-log.ts";
import { parseRoute } from "./route.ts";
import { Uploads } from "./uploads.ts";

export interface MemoryRegistryOptions extends Partial<RegistryRules> {
  /** Where content is kept over restarts; in memory without it. */
  readonly folder?: string;
  /** 0 or absent: a free one. */
  readonly port?: number;
  /** PEM texts; with `clientCa`, clients need a certificate, too. */
  readonly tls?: ListenerTls;
  /** Anybody may do anything without it. */
  readonly auth?: RegistryAuth;
  /** After how much idleness an upload is forgotten; an hour unless given. */
  readonly uploadExpiryMs?: number;
  /** Older requests are dropped from the log; 20,000 unless given. */
  readonly maxLoggedRequests?: number;
}

/** A registry in this process, with all that a test wants to know of it and to do to it. */
export interface MemoryRegistry {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** `http(s)://127.0.0.1:PORT` */
  readonly url: string;
  readonly faults: { add(fault: Fault): ActiveFault; clear(): void };
  /** The log, oldest first; requests to the blob host and for tokens stand in it, too. */
  requests(filter?: RequestFilter): readonly Readonly<RequestRecord>[];
  /** The most requests at once, since the start or `clearRequests`. */
  peaks(): Peaks;
  clearRequests(): void;
  /** What came to the other origin that `redirect` leads to. */
  blobHostRequests(): readonly BlobHostRequest[];
  /** Uploads begun and neither finished, cancelled nor expired. */
  uploadCount(): number;
  revokeTokens(): void;
  /** As if uploaded. */
  putBlob(repository: string, bytes: Uint8Array, options?: { algorithm?: DigestAlgorithm }): Promise<Digest>;
  /** As if pushed, but unchecked: what it names need not be there. */
  putManifest(
    repository: string,
    bytes: Uint8Array,
    mediaType: string,
    options?: { tag?: string; algorithm?: DigestAlgorithm },
  ): Promise<Digest>;
  hasBlob(repository: string, digest: string): boolean;
  hasManifest(repository: string, digest: string): boolean;
  removeBlob(repository: string, digest: string): Promise<void>;
  removeManifest(repository: string, digest: string): Promise<void>;
  /** The digest that a tag stands at. */
  findTag(repository: string, tag: string): Digest | null;
  /** Sets or moves a tag, whether or not the manifest is there. */
  moveTag(repository: string, tag: string, digest: string): Promise<void>;
  listTags(repository: string): string[];
  listRepositories(): string[];
  /** Hashes all content, and looks for what tags and manifests name and their repository lacks. */
  verifyAll(): Promise<Verification>;
  /** Cuts all connections and ends; what is in the folder stays. */
  stop(): Promise<void>;
}

const defaultRules: RegistryRules = {
  mounts: true,
  singlePost: true,
  deletion: "all",
  referrersApi: true,
  sparseIndexes: true,
  foreignLayers: true,
  maxPageSize: 1000,
};
const defaultExpiryMs = 60 * 60 * 1000;
const defaultLoggedRequests = 20_000;

/**
 * Starts a registry on loopback that speaks the OCI distribution specification 1.1, in this process and without other
 * programs.
 *
 * @throws Error with `code` `EADDRINUSE` when the port is taken; what the file system says of the folder
 */
export async function startMemoryRegistry(options: MemoryRegistryOptions = {}): Promise<MemoryRegistry> {
  const { folder, port = 0, tls, auth, uploadExpiryMs, maxLoggedRequests, ...rules } = options;
  const content = await ContentStore.open(folder);
  const stopping = new AbortController();
  const faults = new Faults();
  const log = new RequestLog(maxLoggedRequests ?? defaultLoggedRequests);
  const underWay = new Set<Promise<void>>();
  const answer = (
    ...request: Parameters<typeof handleRequest> extends [unknown, ...infer Rest] ? Rest : never
  ) => {
    const handled = handleRequest(parts, ...request).finally(() => underWay.delete(handled));
    underWay.add(handled);
  };
  const parts: RegistryParts = {
    rules: { ...defaultRules, ...rules },
    content,
    uploads: new Uploads(content, uploadExpiryMs ?? defaultExpiryMs),
    access: new AccessControl(auth),
    log,
    faults,
    blobHost: new BlobHost(tls, answer),
    stopping: stopping.signal,
  };
  const listener = await listen(
    (request, response) => {
      answer(listener, request, response, parseRoute(request.method ?? "GET", request.url ?? "/"));
    },
    { port, tls },
  );
  const { index } = content;
  return {
    host: listener.host,
    url: listener.origin,
    faults: {
      add: (fault) => faults.add(fault),
      clear: () => {
        faults.clear();
      },
    },
    requests: (filter) => log.list(filter),
    peaks: () => log.peaks(),
    clearRequests: () => {
      log.clear();
    },
    blobHostRequests: () => parts.blobHost.requests,
    uploadCount: () => parts.uploads.count,
    revokeTokens: () => {
      parts.access.revokeTokens();
    },
    putBlob: (...blob) => content.putBlob(...blob),
    putManifest: (...manifest) => content.putManifest(...manifest),
    hasBlob: (repository, digest) => content.hasBlob(repository, parseDigest(digest)),
    hasManifest: (repository, digest) => index.findManifest(repository, parseDigest(digest)) !== null,
    removeBlob: (repository, digest) => content.removeBlob(repository, parseDigest(digest)),
    removeManifest: (repository, digest) => content.removeManifest(repository, parseDigest(digest)),
    findTag: (repository, tag) => index.findTag(repository, tag),
    moveTag: (repository, tag, digest) => index.setTag(repository, tag, parseDigest(digest)),
    listTags: (repository) => index.listTags(repository),
    listRepositories: () => index.listRepositories(),
    verifyAll: () => content.verifyAll(),
    async stop() {
      stopping.abort();
      await Promise.all([listener.close(), parts.blobHost.close()]);
      await Promise.all(underWay);
      await parts.uploads.discardAll();
    },
  };
}
