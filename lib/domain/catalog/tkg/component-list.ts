import type { Repository, Tag } from "#lib/engine/oci/reference.ts";
import type { DiscoveredComponent } from "../discovered-component.ts";

/** A release of TKG has a few hundred, with all of its Kubernetes releases a thousand. */
const maxComponents = 20_000;

/** Collects images, each once, whichever documents name it. */
export class ComponentList {
  readonly #components = new Map<string, DiscoveredComponent & { foundIn: string[] }>();

  get length(): number {
    return this.#components.size;
  }

  /** Whether that many more would still be believed. */
  hasRoomFor(count: number): boolean {
    return this.length + count <= maxComponents;
  }

  /** @param foundIn the document that names it */
  add(repositoryPath: Repository, tag: Tag, group: string, foundIn: string): void {
    const key = `${repositoryPath}:${tag}`;
    const known = this.#components.get(key);
    if (known === undefined) {
      this.#components.set(key, { repositoryPath, tag, digest: null, group, foundIn: [foundIn] });
    } else if (!known.foundIn.includes(foundIn)) {
      known.foundIn.push(foundIn);
    }
  }

  /** In the order in which they were found. */
  list(): DiscoveredComponent[] {
    return [...this.#components.values()];
  }
}
