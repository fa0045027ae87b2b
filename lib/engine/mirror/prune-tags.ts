import type { Digest } from "../oci/digest.ts";
import { EngineError, type EngineOperation } from "../oci/errors.ts";
import { parseTag, type Repository, type Tag } from "../oci/reference.ts";
import type { PruneContext } from "./prune-context.ts";

interface Standing {
  readonly digest: Digest;
  /** Of `performance.now()`, before it was asked for. */
  readonly askedAt: number;
}

/** The tags of a repository, and the manifest that each stands at, as last read. */
export class StandingTags {
  readonly #context: PruneContext;
  readonly #repository: Repository;
  #standing = new Map<Tag, Standing>();

  constructor(context: PruneContext, repository: Repository) {
    this.#context = context;
    this.#repository = repository;
  }

  find(tag: Tag): Digest | null {
    return this.#standing.get(tag)?.digest ?? null;
  }

  /** In the registry's order. */
  list(): { readonly tag: Tag; readonly digest: Digest }[] {
    return [...this.#standing].map(([tag, { digest }]) => ({ tag, digest }));
  }

  listAt(digest: Digest): Tag[] {
    return this.list().flatMap((each) => (each.digest === digest ? [each.tag] : []));
  }

  /** @throws EngineError `manifest-not-found` when a tag stands at what is not there: one of the answers is wrong */
  assertNoneAt(digest: Digest): void {
    const [tag] = this.listAt(digest);
    if (tag !== undefined) throw this.#refuse("manifest-not-found", "get-manifest", digest);
  }

  /**
   * Lists the tags anew, and asks where they stand: those that were not there before, those of `named`, whether listed or
   * not, and those that were asked for longer than `maxAgeMs` ago.
   *
   * @returns those that stand elsewhere than before, or did not stand at all
   * @throws EngineError `tag-list-incomplete` when one stands that is not listed: then others may stand, too
   */
  async read(named: Iterable<Tag>, maxAgeMs = 0): Promise<Tag[]> {
    const before = this.#standing;
    const listed = new Set(await this.#list());
    const anyway = new Set(named);
    const askAgain = (tag: Tag) => {
      const known = before.get(tag);
      return anyway.has(tag) || known === undefined || known.askedAt + maxAgeMs <= performance.now();
    };
    const now = new Map<Tag, Standing>();
    await Promise.all(
      [...new Set([...listed, ...anyway])].map(async (tag) => {
        const standing = askAgain(tag) ? await this.#ask(tag) : before.get(tag);
        if (standing && !listed.has(tag)) {
          throw this.#refuse("tag-list-incomplete", "list-tags", tag);
        }
        if (standing) now.set(tag, standing);
      }),
    );
    this.#standing = now;
    return [...now].flatMap(([tag, { digest }]) => (before.get(tag)?.digest === digest ? [] : [tag]));
  }

  async #list(): Promise<Tag[]> {
    const { client, retry, signal } = this.#context;
    const names = await retry(() => client.listTags(this.#repository, signal));
    // What cannot be asked for may reach anything.
    return names.map(parseTag);
  }

  async #ask(tag: Tag): Promise<Standing | null> {
    const { client, retry, signal } = this.#context;
    const askedAt = performance.now();
    const found = await retry(() => client.findManifest(this.#repository, tag, signal));
    return found && { digest: found.digest, askedAt };
  }

  #refuse(
    code: "tag-list-incomplete" | "manifest-not-found",
    operation: EngineOperation,
    reference: Tag | Digest,
  ): EngineError {
    return new EngineError(code, {
      operation,
      side: "target",
      registry: this.#context.client.registry,
      repository: this.#repository,
      reference,
      retryable: false,
    });
  }
}
