import { z } from "zod";
import { findDigest, type Digest } from "#lib/engine/oci/digest.ts";
import type { LinkFolder, LinkKind } from "./link-folder.ts";

const manifestRecordSchema = z.object({ mediaType: z.string(), subject: z.string().optional() });

/** What is known of a manifest without reading it; `subject` is what it refers to. */
export type ManifestRecord = z.infer<typeof manifestRecordSchema>;

interface Holdings {
  readonly blobs: Set<Digest>;
  readonly manifests: Map<Digest, ManifestRecord>;
  readonly tags: Map<string, Digest>;
}

/** What each repository holds: blobs, manifests and tags, by digest. Changes are known at once and kept when awaited. */
export class RepositoryIndex {
  readonly #repositories = new Map<string, Holdings>();
  readonly #folder: LinkFolder;

  private constructor(folder: LinkFolder) {
    this.#folder = folder;
  }

  static async open(folder: LinkFolder): Promise<RepositoryIndex> {
    const index = new RepositoryIndex(folder);
    for await (const { repository, kind, name, text } of folder.read()) {
      const holdings = index.#holdingsOf(repository);
      const digest = findDigest(kind === "tag" ? text : name);
      if (digest === null) continue;
      if (kind === "blob") holdings.blobs.add(digest);
      else if (kind === "tag") holdings.tags.set(name, digest);
      else holdings.manifests.set(digest, manifestRecordSchema.parse(JSON.parse(text)));
    }
    return index;
  }

  /** Also those that hold nothing but blobs. */
  listAllRepositories(): string[] {
    return [...this.#repositories.keys()].sort();
  }

  /** Repositories that hold a manifest, in order. */
  listRepositories(): string[] {
    const names = [...this.#repositories].filter(([, { manifests }]) => manifests.size > 0);
    return names.map(([name]) => name).sort();
  }

  hasRepository(repository: string): boolean {
    return (this.#repositories.get(repository)?.manifests.size ?? 0) > 0;
  }

  hasBlob(repository: string, digest: Digest): boolean {
    return this.#repositories.get(repository)?.blobs.has(digest) ?? false;
  }

  listBlobs(repository: string): Digest[] {
    return [...(this.#repositories.get(repository)?.blobs ?? [])];
  }

  findManifest(repository: string, digest: Digest): ManifestRecord | null {
    return this.#repositories.get(repository)?.manifests.get(digest) ?? null;
  }

  listManifests(repository: string): [Digest, ManifestRecord][] {
    return [...(this.#repositories.get(repository)?.manifests ?? [])];
  }

  findTag(repository: string, tag: string): Digest | null {
    return this.#repositories.get(repository)?.tags.get(tag) ?? null;
  }

  /** In order. */
  listTags(repository: string): string[] {
    return [...(this.#repositories.get(repository)?.tags.keys() ?? [])].sort();
  }

  /** Whether any repository still holds it. */
  isHeld(digest: Digest): boolean {
    return [...this.#repositories.values()].some(
      ({ blobs, manifests }) => blobs.has(digest) || manifests.has(digest),
    );
  }

  async addBlob(repository: string, digest: Digest): Promise<void> {
    const { blobs } = this.#holdingsOf(repository);
    if (blobs.has(digest)) return;
    blobs.add(digest);
    await this.#write(repository, "blob", digest, "");
  }

  async removeBlob(repository: string, digest: Digest): Promise<void> {
    this.#holdingsOf(repository).blobs.delete(digest);
    await this.#remove(repository, "blob", digest);
  }

  async addManifest(repository: string, digest: Digest, record: ManifestRecord): Promise<void> {
    this.#holdingsOf(repository).manifests.set(digest, record);
    await this.#write(repository, "manifest", digest, JSON.stringify(record));
  }

  /** With the tags that stand at it. */
  async removeManifest(repository: string, digest: Digest): Promise<void> {
    const { manifests, tags } = this.#holdingsOf(repository);
    const gone = [...tags].filter(([, at]) => at === digest);
    for (const [tag] of gone) await this.removeTag(repository, tag);
    manifests.delete(digest);
    await this.#remove(repository, "manifest", digest);
  }

  async setTag(repository: string, tag: string, digest: Digest): Promise<void> {
    const { tags } = this.#holdingsOf(repository);
    if (tags.get(tag) === digest) return;
    tags.set(tag, digest);
    await this.#write(repository, "tag", tag, digest);
  }

  async removeTag(repository: string, tag: string): Promise<void> {
    this.#holdingsOf(repository).tags.delete(tag);
    await this.#remove(repository, "tag", tag);
  }

  #holdingsOf(repository: string): Holdings {
    const known = this.#repositories.get(repository);
    if (known) return known;
    const holdings: Holdings = { blobs: new Set(), manifests: new Map(), tags: new Map() };
    this.#repositories.set(repository, holdings);
    return holdings;
  }

  #write(repository: string, kind: LinkKind, name: string, text: string): Promise<void> {
    return this.#folder.write({ repository, kind, name }, text);
  }

  #remove(repository: string, kind: LinkKind, name: string): Promise<void> {
    return this.#folder.remove({ repository, kind, name });
  }
}
