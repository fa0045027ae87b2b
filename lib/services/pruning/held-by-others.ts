import type { HeldImage } from "./find-keep.ts";

interface PlacedImage {
  repository: string;
  /** Empty: by digest only. */
  tag: string;
  digest: string;
}

/** Of what has to stay in repositories, what somebody else than an organization (null: the provider) wants there. */
export class HeldByOthers {
  readonly #places = new Set<string>();

  constructor(organizationId: string | null, held: readonly HeldImage[]) {
    for (const image of held) {
      // What the catalog leads to is kept even from the provider.
      if (organizationId !== null && image.organizationId === organizationId) continue;
      if (image.tag) this.#places.add(`${image.repository}:${image.tag}`);
      if (image.digest) this.#places.add(`${image.repository}@${image.digest}`);
    }
  }

  /** By its name or its content. */
  has({ repository, tag, digest }: PlacedImage): boolean {
    return (
      this.#places.has(`${repository}@${digest}`) || (tag !== "" && this.#places.has(`${repository}:${tag}`))
    );
  }
}
