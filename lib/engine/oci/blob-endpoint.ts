import type { HttpResponse } from "../network/http-message.ts";
import { BlobProof } from "./blob-proof.ts";
import type { Descriptor } from "./descriptor.ts";
import type { Digest } from "./digest.ts";
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

export interface OpenBlobOptions {
  readonly signal?: AbortSignal | undefined;
  /** Of an earlier attempt, to go on from there. */
  readonly proof?: BlobProof | undefined;
  /** Where to begin; needs `proof`. */
  readonly offset?: number | undefined;
  /**
   * Asked when the bytes break off before the end: once it resolves, the rest is fetched; what it throws ends the
   * content. Without it every break ends the content.
   */
  readonly onInterrupted?: ((error: EngineError) => Promise<void>) | undefined;
  /**
   * Goes on where the descriptor's `urls` lead when the registry does not hold the blob. Only for layers whose media type
   * says that they live elsewhere, and that were asked for: else any image could choose whom we contact.
   */
  readonly foreign?: boolean | undefined;
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
  options: OpenBlobOptions & { readonly onBytes: (count: number) => void },
): Promise<AsyncIterable<Uint8Array>> {
  const { proof = new BlobProof(blob), offset = 0 } = options;
  const download = new Download(connection, repository, blob, options);
  const start = proof.findStart(offset);
  return proof.verify(download.read(start, await download.open(start)), offset);
}

class Download {
  readonly #connection: RegistryConnection;
  readonly #repository: Repository;
  readonly #blob: Descriptor;
  readonly #options: Parameters<typeof openBlob>[3];
  readonly #urls: Iterator<URL, undefined>;
  #target: string | URL;

  constructor(
    connection: RegistryConnection,
    repository: Repository,
    blob: Descriptor,
    options: Parameters<typeof openBlob>[3],
  ) {
    this.#connection = connection;
    this.#repository = repository;
    this.#blob = blob;
    this.#options = options;
    this.#target = `/v2/${repository}/blobs/${blob.digest}`;
    this.#urls = (options.foreign ? listUrls(blob) : []).values();
  }

  /** The bytes from `start` on, however often the connection breaks. */
  async *read(start: number, first: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    const { onBytes, signal } = this.#options;
    const pace = this.#connection.pace;
    let position = start;
    for (let body: AsyncIterable<Uint8Array> | null = first; body;) {
      let failure: unknown = null;
      try {
        for await (const chunk of pace.limitBytes(body, signal)) {
          position += chunk.byteLength;
          onBytes(chunk.byteLength);
          yield chunk;
        }
      } catch (error) {
        failure = error;
      }
      body = await this.#goOn(position, failure);
    }
  }

  /** The body that goes on at `position`, or null at the end. */
  async #goOn(position: number, thrown: unknown): Promise<AsyncIterable<Uint8Array> | null> {
    const { onInterrupted } = this.#options;
    const broken = thrown ?? this.#findShortfall(position);
    if (broken === null || position === this.#blob.sizeBytes) return null;
    for (let failure = broken; ;) {
      const error = this.#explain(failure);
      if (onInterrupted === undefined || !(error instanceof EngineError) || !error.facts.retryable)
        throw error;
      await onInterrupted(error);
      try {
        return await this.open(position);
      } catch (again) {
        failure = again as NonNullable<unknown>;
      }
    }
  }

  /** A body that ended in good order, too early; who proves the content says so if nobody goes on. */
  #findShortfall(actualBytes: number): EngineError | null {
    const expectedBytes = this.#blob.sizeBytes;
    if (actualBytes >= expectedBytes || this.#options.onInterrupted === undefined) return null;
    return new EngineError("size-mismatch", {
      operation: "get-blob",
      expectedBytes,
      actualBytes,
      retryable: true,
    });
  }

  /** The body from `start` on. A server that does not know ranges sends all, of which the start is skipped. */
  async open(start: number): Promise<AsyncIterable<Uint8Array>> {
    try {
      return await this.#openAt(start);
    } catch (error) {
      // A foreign layer need not be at the registry: it says itself where it is.
      const next = error instanceof EngineError && error.code === "blob-not-found" ? this.#urls.next() : null;
      if (next === null || next.done) throw error;
      this.#target = next.value;
      return await this.open(start);
    }
  }

  async #openAt(start: number): Promise<AsyncIterable<Uint8Array>> {
    if (start === 0) return this.#request({}, (response) => this.#checkLength(response, 0));
    const ranged = await this.#request({ range: `bytes=${start}-` }, async (response) => {
      if (response.status === 200) return skipBytes(response.body, start);
      const begins = /^bytes (\d+)-/.exec(response.headers["content-range"] ?? "")?.[1];
      if (response.status === 206 && Number(begins) === start) return this.#checkLength(response, start);
      await response.discard();
      return null;
    });
    return ranged ?? this.#request({}, (response) => skipBytes(response.body, start));
  }

  #request<Result>(
    headers: Readonly<Record<string, string>>,
    read: (response: HttpResponse) => Promise<Result> | Result,
  ): Promise<Result> {
    return this.#connection.send(
      {
        operation: "get-blob",
        repository: this.#repository,
        digest: this.#blob.digest,
        method: "GET",
        target: this.#target,
        headers,
        // RFC 9110 section 15.5.17: a range that the server cannot give.
        accept: "range" in headers ? [200, 206, 416] : [200],
        followRedirects: true,
        transfer: true,
        signal: this.#options.signal,
      },
      read,
    );
  }

  async #checkLength(response: HttpResponse, start: number): Promise<AsyncIterable<Uint8Array>> {
    const length = response.headers["content-length"];
    const expectedBytes = this.#blob.sizeBytes - start;
    if (length === undefined || Number(length) === expectedBytes) return response.body;
    await response.discard();
    throw new EngineError("size-mismatch", {
      operation: "get-blob",
      expectedBytes,
      actualBytes: Number(length),
      retryable: true,
    });
  }

  #explain(error: unknown): unknown {
    const { digest } = this.#blob;
    return this.#connection.explain(error, { operation: "get-blob", repository: this.#repository, digest });
  }
}

/** Mirrors of one layer that are tried; real images name one or two. */
const maxUrls = 8;

function listUrls({ urls = [] }: Descriptor): URL[] {
  return urls.slice(0, maxUrls).flatMap((text) => {
    const url = URL.parse(text);
    return url !== null && /^https?:$/.test(url.protocol) ? [url] : [];
  });
}

async function* skipBytes(
  content: AsyncIterable<Uint8Array>,
  count: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let left = count;
  for await (const chunk of content) {
    const kept = chunk.subarray(Math.min(left, chunk.byteLength));
    left -= chunk.byteLength - kept.byteLength;
    if (kept.byteLength > 0) yield kept;
  }
}
