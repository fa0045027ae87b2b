import type { Repository } from "#lib/engine/oci/reference.ts";

/** Places of blobs that are remembered: some tens of megabytes at most. */
const maxPlaces = 100_000;

/** Where blobs were seen: each place believed for a time of its own, and only so many places of all blobs together. */
export class KnownBlobs {
  readonly #limit: number;
  /** When each place is believed no longer; the blob that was seen last is the last. */
  readonly #blobs = new Map<string, Map<Repository, number>>();
  #places = 0;

  constructor(limit = maxPlaces) {
    this.#limit = limit;
  }

  /** The repositories believed to hold a blob, or null. */
  find(id: string): readonly Repository[] | null {
    const now = Date.now();
    const believed = [...(this.#blobs.get(id) ?? [])].filter(([, expiresAt]) => expiresAt > now);
    return believed.length > 0 ? believed.map(([repository]) => repository) : null;
  }

  add(id: string, repository: Repository, believedMs: number): void {
    const places = this.#blobs.get(id) ?? new Map<Repository, number>();
    const expiresAt = Math.max(places.get(repository) ?? 0, Date.now() + believedMs);
    this.#places += places.has(repository) ? 0 : 1;
    this.#blobs.delete(id);
    this.#blobs.set(id, places.set(repository, expiresAt));
    for (const oldest of this.#blobs.keys()) {
      if (this.#places <= this.#limit) break;
      this.#forget(oldest);
    }
  }

  remove(id: string, repository: Repository): void {
    const places = this.#blobs.get(id);
    if (!places?.delete(repository)) return;
    this.#places--;
    if (places.size === 0) this.#blobs.delete(id);
  }

  #forget(id: string): void {
    this.#places -= this.#blobs.get(id)?.size ?? 0;
    this.#blobs.delete(id);
  }
}
