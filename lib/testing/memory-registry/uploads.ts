import { createHash, randomUUID } from "node:crypto";
import { digestAlgorithm, digestHex, type Digest } from "#lib/engine/oci/digest.ts";
import { refuse } from "./answer.ts";
import type { BlobWriter } from "./blob-store.ts";
import type { ContentStore } from "./content-store.ts";

/** How an upload tells its client where to go on: all are allowed, and each has broken some client. */
export type LocationForm = "relative" | "absolute" | "query";

/** What a client has to send back as it got it; decoded and encoded again it may look different but means the same. */
const oddQuery = "_state=a%2Bb%2Fc%3D%3D&empty=&part=1%262%20three";

/** Uploads under way. They do not outlive the registry's process. */
export class Uploads {
  readonly #content: ContentStore;
  readonly #expiryMs: number;
  readonly #uploads = new Map<string, Upload>();
  readonly #endings = new Set<Promise<void>>();

  constructor(content: ContentStore, expiryMs: number) {
    this.#content = content;
    this.#expiryMs = expiryMs;
  }

  async start(repository: string): Promise<Upload> {
    this.#discardExpired();
    const upload = new Upload(repository, this.#content, await this.#content.blobs.startWrite());
    this.#uploads.set(upload.id, upload);
    return upload;
  }

  find(id: string): Upload | null {
    return this.#uploads.get(id) ?? null;
  }

  /** @throws Refusal 404 for one that is unknown, expired or of another repository, 400 for one that came back changed */
  get(repository: string, id: string, query: URLSearchParams): Upload {
    this.#discardExpired();
    const upload = this.#uploads.get(id);
    if (upload?.repository !== repository) throw refuse(404, "BLOB_UPLOAD_UNKNOWN", id);
    upload.checkQuery(query);
    upload.lastUsedAt = Date.now();
    return upload;
  }

  /**
   * Makes what was uploaded a blob of the repository.
   *
   * @throws Refusal 400 when the digest is another, 404 when it was discarded meanwhile
   */
  async finish(upload: Upload, digest: Digest): Promise<void> {
    if (!this.#uploads.delete(upload.id)) throw refuse(404, "BLOB_UPLOAD_UNKNOWN", upload.id);
    await upload.finish(digest);
  }

  /** Unknown from now on; its bytes go once a request that still brings some has ended. */
  discard(id: string): void {
    const upload = this.#uploads.get(id);
    if (!this.#uploads.delete(id) || upload === undefined) return;
    const ending = upload.discard().finally(() => this.#endings.delete(ending));
    this.#endings.add(ending);
  }

  async discardAll(): Promise<void> {
    for (const id of [...this.#uploads.keys()]) this.discard(id);
    await Promise.all(this.#endings);
  }

  get count(): number {
    return this.#uploads.size;
  }

  #discardExpired(): void {
    const oldest = Date.now() - this.#expiryMs;
    for (const { id, lastUsedAt, isBusy } of [...this.#uploads.values()]) {
      if (lastUsedAt < oldest && !isBusy) this.discard(id);
    }
  }
}

export class Upload {
  readonly id = randomUUID();
  readonly repository: string;
  lastUsedAt = Date.now();
  locationForm: LocationForm = "relative";
  readonly #content: ContentStore;
  readonly #writer: BlobWriter;
  readonly #hash = createHash("sha256");
  #sizeBytes = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(repository: string, content: ContentStore, writer: BlobWriter) {
    this.repository = repository;
    this.#content = content;
    this.#writer = writer;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get isBusy(): boolean {
    return this.#waiting > 0;
  }

  /** The last byte received, as in the `Range` header of answers. Nothing and one byte look the same, as in `distribution`. */
  get range(): string {
    return `0-${Math.max(0, this.#sizeBytes - 1)}`;
  }

  formatLocation(origin: string): string {
    const path = `/v2/${this.repository}/blobs/uploads/${this.id}`;
    if (this.locationForm === "query") return `${path}?${oddQuery}`;
    return this.locationForm === "absolute" ? `${origin}${path}` : path;
  }

  checkQuery(query: URLSearchParams): void {
    if (this.locationForm !== "query") return;
    const changed = [...new URLSearchParams(oddQuery)].some(([name, value]) => query.get(name) !== value);
    if (changed) throw refuse(400, "BLOB_UPLOAD_INVALID", "the query of the Location was changed");
  }

  /** One request at a time: who asks where the upload stands waits until what a lost client sent is counted. */
  inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    this.#waiting++;
    const turn = this.#turn.then(act).finally(() => {
      this.#waiting--;
      this.lastUsedAt = Date.now();
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** What came before the body broke off stays. */
  async append(body: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const chunk of body) {
      await this.#writer.write(chunk);
      this.#hash.update(chunk);
      this.#sizeBytes += chunk.byteLength;
    }
  }

  async finish(digest: Digest): Promise<void> {
    if ((await this.#computeHex(digest)) !== digestHex(digest)) {
      await this.#writer.discard();
      throw refuse(400, "DIGEST_INVALID", digest);
    }
    await this.#writer.commit(digest);
    await this.#content.index.addBlob(this.repository, digest);
  }

  discard(): Promise<void> {
    return this.inTurn(() => this.#writer.discard());
  }

  async #computeHex(digest: Digest): Promise<string> {
    if (digestAlgorithm(digest) === "sha256") return this.#hash.digest("hex");
    // Which algorithm is wanted is said at the end, and only sha256 was computed on the way.
    const hash = createHash("sha512");
    for await (const chunk of this.#writer.read()) hash.update(chunk);
    return hash.digest("hex");
  }
}
