import { clusterFolders } from "../vcd/resolved-paths.ts";
import type { EngineError } from "#lib/engine/oci/errors.ts";
import { parseRepository, parseTag, type Repository, type Tag } from "#lib/engine/oci/reference.ts";
import type { RegistryClient } from "#lib/engine/oci/registry-client.ts";
import type { Finding } from "./finding.ts";
import { type ClusterFolder, knownRepositories, pluginInventory } from "./known-images.ts";
import { makeFinding } from "./make-finding.ts";
import { asEngineError } from "./request-failure.ts";
import type { StepRun, Walk } from "./walk.ts";

const step = "images";
/** Of the images that are known to have been placed under a path. */
const maxExpected = 3;

/**
 * One image in each path that clusters look in, pulled as they pull it: a manifest, held to its digest. A registry that
 * wants a rest is not asked for more.
 */
export async function* pullImages(walk: Walk, client: RegistryClient): StepRun {
  for (const folder of clusterFolders) {
    const check = new PathCheck(walk, client, folder);
    yield* check.run();
    if (check.wantsRest) return false;
  }
  return true;
}

/** Null for what no registry would take: a base may be so long that nothing fits below it. */
function findRepository(text: string): Repository | null {
  try {
    return parseRepository(text);
  } catch (error) {
    asEngineError(error, "parse-reference");
    return null;
  }
}

function findTag(text: string): Tag | null {
  try {
    return parseTag(text);
  } catch (error) {
    asEngineError(error, "parse-reference");
    return null;
  }
}

interface Candidate {
  readonly repository: Repository;
  readonly tag: Tag;
  readonly digest: string | null;
}

/** What became of one image: whether it settles the matter for its path. */
type Outcome = "settled" | "absent";

class PathCheck {
  readonly #walk: Walk;
  readonly #client: RegistryClient;
  readonly #folder: ClusterFolder;
  readonly #path: string;
  /** Whether the registry wants to be left alone for a while, which its client heeds. */
  wantsRest = false;

  constructor(walk: Walk, client: RegistryClient, folder: ClusterFolder) {
    this.#walk = walk;
    this.#client = client;
    this.#folder = folder;
    this.#path = walk.pathOf(folder);
  }

  async *run(): AsyncGenerator<Finding, void, undefined> {
    for (const expected of this.#listExpected()) {
      if ((yield* this.#pull(expected)) === "settled") return;
      yield makeFinding(step, "image-missing", { path: this.#path, image: this.#name(expected) });
    }
    const tried: string[] = [];
    for (const known of knownRepositories[this.#folder]) {
      tried.push(`${this.#client.registry}/${this.#walk.below(known)}`);
      const repository = findRepository(this.#walk.below(known));
      if (repository === null) continue;
      const tag = yield* this.#chooseTag(repository);
      if (tag === "settled") return;
      if (tag !== null && (yield* this.#pull({ repository, tag, digest: null })) === "settled") return;
    }
    yield makeFinding(step, "images-none", { path: this.#path, tried });
  }

  #listExpected(): readonly Candidate[] {
    const below = `${this.#walk.below(this.#folder)}/`;
    const { expected = [] } = this.#walk.question;
    return expected
      .filter(({ repository }) => repository.startsWith(below))
      .slice(0, maxExpected)
      .flatMap((image): Candidate[] => {
        const [repository, tag] = [findRepository(image.repository), findTag(image.tag)];
        // What is no name of an image cannot have been placed.
        return repository === null || tag === null ? [] : [{ repository, tag, digest: image.digest ?? null }];
      });
  }

  /** The tag to pull; null when there is none, `settled` when something was found that holds for the whole path. */
  async *#chooseTag(repository: Repository): AsyncGenerator<Finding, Tag | null | "settled", undefined> {
    if (repository.endsWith(pluginInventory.repository)) return parseTag(pluginInventory.tag);
    try {
      const tags = await this.#client.listTags(repository, this.#walk.signal);
      // Tags that begin so are of signatures.
      const tag = tags.findLast((each) => !each.startsWith("sha256-"));
      return tag === undefined ? null : findTag(tag);
    } catch (thrown) {
      const error = asEngineError(thrown, "list-tags");
      if (error.code === "repository-not-found") return null;
      yield this.#describeFailure(error, this.#name({ repository }));
      return "settled";
    }
  }

  async *#pull(candidate: Candidate): AsyncGenerator<Finding, Outcome, undefined> {
    const { repository, tag, digest: expectedDigest } = candidate;
    const [path, image] = [this.#path, this.#name(candidate)];
    const startedAt = performance.now();
    try {
      const { descriptor } = await this.#client.getManifest(repository, tag, this.#walk.signal);
      const { digest, mediaType, sizeBytes } = descriptor;
      const durationMs = Math.round(performance.now() - startedAt);
      yield makeFinding(step, "image-pulled", { path, image, digest, mediaType, sizeBytes, durationMs });
      if (expectedDigest !== null && expectedDigest !== digest) {
        yield makeFinding(step, "image-different", { path, image, expectedDigest, digest });
      }
      return "settled";
    } catch (thrown) {
      const error = asEngineError(thrown, "get-manifest");
      if (error.code === "manifest-not-found" || error.code === "repository-not-found") return "absent";
      yield this.#describeFailure(error, image);
      return "settled";
    }
  }

  #describeFailure({ code, facts }: EngineError, image: string): Finding {
    const place = { path: this.#path, image };
    this.wantsRest = code === "rate-limited" || facts.retryAfterMs !== undefined;
    const { status = 0, ociCodes = [], platformCode = null, retryAfterMs = null } = facts;
    switch (code) {
      case "unauthorized":
        return makeFinding(step, "image-wants-credentials", { ...place, status, ociCodes });
      case "forbidden":
        return makeFinding(step, "image-forbidden", { ...place, status, ociCodes });
      case "rate-limited":
        return makeFinding(step, "image-rate-limited", { ...place, retryAfterMs });
      case "digest-mismatch":
      case "manifest-invalid":
      case "manifest-too-large":
        return makeFinding(step, "image-damaged", { ...place, failure: code });
      default:
        return makeFinding(step, "image-failed", {
          ...place,
          failure: code,
          platformCode,
          status: facts.status ?? null,
        });
    }
  }

  #name({ repository, tag }: { readonly repository: Repository; readonly tag?: Tag }): string {
    return `${this.#client.registry}/${repository}${tag === undefined ? "" : `:${tag}`}`;
  }
}
