import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import {
  digestAlgorithm,
  digestBytes,
  digestHex,
  type Digest,
  type DigestAlgorithm,
} from "#lib/engine/oci/digest.ts";
import type { BlobStore } from "./blob-store.ts";
import { openFolderBlobStore } from "./folder-blob-store.ts";
import { createLinkFolder, noLinkFolder } from "./link-folder.ts";
import { listDependencies, parseManifestDocument } from "./manifest-document.ts";
import { createMemoryBlobStore } from "./memory-blob-store.ts";
import { RepositoryIndex } from "./repository-index.ts";

/** Something that should not be in a registry, found by `verifyAll`. */
interface ContentProblem {
  readonly repository: string;
  readonly digest: string;
  readonly problem: "missing" | "corrupt";
}

export interface Verification {
  /** Distinct blobs and manifests whose bytes were hashed. */
  readonly checked: number;
  readonly problems: readonly ContentProblem[];
}

/** What the registry holds: bytes by digest, and which repository refers to which. */
export class ContentStore {
  readonly blobs: BlobStore;
  readonly index: RepositoryIndex;

  private constructor(blobs: BlobStore, index: RepositoryIndex) {
    this.blobs = blobs;
    this.index = index;
  }

  /** @param folder where content is kept; in memory without it */
  static async open(folder: string | undefined): Promise<ContentStore> {
    if (folder === undefined) {
      return new ContentStore(createMemoryBlobStore(), await RepositoryIndex.open(noLinkFolder));
    }
    await mkdir(folder, { recursive: true });
    const blobs = await openFolderBlobStore(folder);
    return new ContentStore(blobs, await RepositoryIndex.open(createLinkFolder(folder)));
  }

  /** A blob as if it had been uploaded. */
  async putBlob(
    repository: string,
    bytes: Uint8Array,
    { algorithm = "sha256" }: { algorithm?: DigestAlgorithm } = {},
  ): Promise<Digest> {
    const digest = digestBytes(bytes, algorithm);
    await this.writeBytes(digest, bytes);
    await this.index.addBlob(repository, digest);
    return digest;
  }

  /** A manifest as if it had been pushed, but unchecked: what it lists need not be there, and it need not be one. */
  async putManifest(
    repository: string,
    bytes: Uint8Array,
    mediaType: string,
    { tag, algorithm = "sha256" }: { tag?: string; algorithm?: DigestAlgorithm } = {},
  ): Promise<Digest> {
    const digest = digestBytes(bytes, algorithm);
    await this.writeBytes(digest, bytes);
    const subject = parseManifestDocument(bytes)?.subject?.digest;
    await this.index.addManifest(repository, digest, {
      mediaType,
      ...(subject === undefined ? {} : { subject }),
    });
    if (tag !== undefined) await this.index.setTag(repository, tag, digest);
    return digest;
  }

  async removeBlob(repository: string, digest: Digest): Promise<void> {
    await this.index.removeBlob(repository, digest);
    await this.#dropUnheld(digest);
  }

  async removeManifest(repository: string, digest: Digest): Promise<void> {
    await this.index.removeManifest(repository, digest);
    await this.#dropUnheld(digest);
  }

  hasBlob(repository: string, digest: Digest): boolean {
    return this.index.hasBlob(repository, digest) && this.blobs.findSize(digest) !== null;
  }

  /** For small content, such as manifests. */
  async readBytes(digest: Digest): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.blobs.open(digest)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async writeBytes(digest: Digest, bytes: Uint8Array): Promise<void> {
    if (this.blobs.findSize(digest) !== null) return;
    const writer = await this.blobs.startWrite();
    await writer.write(bytes);
    await writer.commit(digest);
  }

  /** Hashes every blob and manifest once, and looks for what tags and manifests name and the repository lacks. */
  async verifyAll(): Promise<Verification> {
    const problems: ContentProblem[] = [];
    const sound = new Map<Digest, boolean>();
    for (const repository of this.index.listAllRepositories()) {
      const manifests = this.index.listManifests(repository).map(([digest]) => digest);
      for (const digest of [...manifests, ...this.index.listBlobs(repository)]) {
        const isSound = sound.get(digest) ?? (await this.#isSound(digest));
        sound.set(digest, isSound);
        if (!isSound) problems.push({ repository, digest, problem: "corrupt" });
      }
      const wanted: string[] = this.index
        .listTags(repository)
        .map((tag) => this.index.findTag(repository, tag) ?? "");
      for (const digest of manifests) {
        if (sound.get(digest)) wanted.push(...(await this.#listWanted(digest)));
      }
      for (const digest of new Set(wanted)) {
        if (!this.#holds(repository, digest as Digest))
          problems.push({ repository, digest, problem: "missing" });
      }
    }
    return { checked: sound.size, problems };
  }

  async #isSound(digest: Digest): Promise<boolean> {
    if (this.blobs.findSize(digest) === null) return false;
    const hash = createHash(digestAlgorithm(digest));
    for await (const chunk of this.blobs.open(digest)) hash.update(chunk);
    return hash.digest("hex") === digestHex(digest);
  }

  async #listWanted(digest: Digest): Promise<string[]> {
    const document = parseManifestDocument(await this.readBytes(digest));
    if (document === null) return [];
    const { blobs, manifests, foreign } = listDependencies(document);
    return [...blobs, ...manifests].filter((each) => !foreign.includes(each)).map((each) => each.digest);
  }

  #holds(repository: string, digest: Digest): boolean {
    return this.index.hasBlob(repository, digest) || this.index.findManifest(repository, digest) !== null;
  }

  async #dropUnheld(digest: Digest): Promise<void> {
    if (!this.index.isHeld(digest)) await this.blobs.remove(digest);
  }
}
