/** An image somewhere. */
export interface ImageName {
  /** `host[:port]` */
  readonly registry: string;
  readonly repository: string;
  /** `:TAG` or `@DIGEST` */
  readonly reference: string;
}

/** One copy: a row of the table of paths. */
export interface CopyPath {
  /** What a person knows the row by. */
  readonly component: string;
  readonly source: ImageName;
  readonly target: ImageName;
}

/** A registry, or a folder of it, of which everything is read: what a source is that is listed. */
export interface SourceTree {
  readonly registry: string;
  /** "" for the whole registry. */
  readonly basePath: string;
}

/** Two sources for one target. */
export interface PathCollision {
  readonly target: ImageName;
  readonly first: CopyPath;
  readonly second: CopyPath;
}

/**
 * A copy that reads what it, or another of them, writes. `same-image`: onto itself. `same-repository`: into a repository
 * that another row reads. `source-tree`: into a tree of which everything is read.
 */
type PathOverlap =
  | { readonly kind: "same-image"; readonly row: CopyPath }
  | { readonly kind: "same-repository"; readonly written: CopyPath; readonly read: CopyPath }
  | { readonly kind: "source-tree"; readonly written: CopyPath; readonly tree: SourceTree };

export interface PathProblems {
  /** One for each further source of a target. */
  readonly collisions: readonly PathCollision[];
  /** One for each repository or tree that is written and read, and for each image onto itself. */
  readonly overlaps: readonly PathOverlap[];
}

/** `host[:port]/repository:TAG` or `...@DIGEST` */
export function formatImageName({ registry, repository, reference }: ImageName): string {
  return `${registry}/${repository}${reference}`;
}

/**
 * The places of a table of paths, of which each has room for one image. One content by digest may come from several
 * sources: it is the same wherever it comes from.
 */
export class TargetPlaces {
  readonly #taken = new Map<string, CopyPath>();

  /**
   * Takes the place of a row.
   *
   * @returns `repeated` when the same image has the place already; a collision when another has it
   */
  take(row: CopyPath): "taken" | "repeated" | PathCollision {
    const place = keyOf(row.target);
    const first = this.#taken.get(place);
    if (first === undefined) {
      this.#taken.set(place, row);
      return "taken";
    }
    if (row.target.reference.startsWith("@") || keyOf(first.source) === keyOf(row.source)) return "repeated";
    return { target: row.target, first, second: row };
  }
}

/** Whether a row copies an image onto itself. */
function isOntoItself({ source, target }: CopyPath): boolean {
  return keyOf(source) === keyOf(target);
}

/**
 * Finds what must not run: two sources for one target, and copies that read what is written. Takes time by the number of
 * rows and trees only.
 *
 * @param trees sources that are read as a whole, besides what the rows read
 */
export function checkPaths(rows: readonly CopyPath[], trees: readonly SourceTree[] = []): PathProblems {
  const places = new TargetPlaces();
  const collisions = rows.map((row) => places.take(row)).filter((each) => typeof each === "object");
  return { collisions, overlaps: [...findSharedRepositories(rows), ...findWrittenTrees(rows, trees)] };
}

function findSharedRepositories(rows: readonly CopyPath[]): PathOverlap[] {
  const readers = new Map<string, CopyPath>();
  for (const row of rows) {
    const repository = repositoryKey(row.source);
    if (!readers.has(repository)) readers.set(repository, row);
  }
  const overlaps: PathOverlap[] = [];
  const told = new Set<string>();
  for (const written of rows) {
    if (isOntoItself(written)) {
      overlaps.push({ kind: "same-image", row: written });
      continue;
    }
    const repository = repositoryKey(written.target);
    const read = readers.get(repository);
    if (read === undefined || told.has(repository)) continue;
    told.add(repository);
    overlaps.push({ kind: "same-repository", written, read });
  }
  return overlaps;
}

function findWrittenTrees(rows: readonly CopyPath[], trees: readonly SourceTree[]): PathOverlap[] {
  return trees.flatMap((tree) => {
    const { basePath, registry } = tree;
    const key = registryKey(registry);
    const written = rows.find(
      ({ target }) =>
        registryKey(target.registry) === key &&
        (basePath === "" || target.repository === basePath || target.repository.startsWith(`${basePath}/`)),
    );
    return written === undefined ? [] : [{ kind: "source-tree", written, tree }];
  });
}

const keyOf = (name: ImageName) => `${repositoryKey(name)}${name.reference}`;

const repositoryKey = ({ registry, repository }: ImageName) => `${registryKey(registry)}/${repository}`;

/** Hosts have no case, and the port that goes without saying may be said. */
const registryKey = (registry: string) => registry.toLowerCase().replace(/:443$/, "");
