import { EngineError } from "#lib/engine/oci/errors.ts";
import { parseRepository, type Repository } from "#lib/engine/oci/reference.ts";
import type { DiscoveredComponent, DiscoveryProblem } from "../discovered-component.ts";
import { type Bom, packageSections, readBom } from "./bom.ts";
import { ComponentList } from "./component-list.ts";
import { type KubernetesRelease, listReleases } from "./find-kubernetes-releases.ts";
import { tagVersion, versionTag } from "./tags.ts";
import { findSupported, findTkgCompatibility, readTkgBom, tkrBomImage } from "./tkg-documents.ts";
import { tkgError } from "./tkg-error.ts";
import { type DocumentImage, TkgReader, type TkgSource } from "./tkg-source.ts";

export interface TkgChoice {
  /** Under which the images of TKG stand: `tkg` at the vendor's registry. */
  readonly base: Repository | "";
  /** With its `v`. */
  readonly version: string;
  /** All that the version supports unless given; `+` may be written as `_`. */
  readonly kubernetesReleases?: readonly string[] | undefined;
  /** Whose packages of Kubernetes releases are wanted; those of Cloud Director unless given. */
  readonly infrastructures?: readonly string[] | undefined;
  /** Where the compatibility image stands below the base, when that is not `tkg-compatibility`. */
  readonly compatibilityPath?: string | undefined;
}

/** A document that has been read. */
interface TkgStep {
  /** `tkr-bom v1.24.10+vmware.1-tkg.2`, say. */
  readonly document: string;
  /** Distinct images known so far. */
  readonly imagesFound: number;
}

export interface TkgDiscovery {
  /** Each once; the documents themselves are among them. Whether the source has them all is not looked at. */
  readonly components: readonly DiscoveredComponent[];
  readonly problems: readonly DiscoveryProblem[];
  /** Those of the chosen ones that are among the components. */
  readonly kubernetesReleases: readonly KubernetesRelease[];
}

interface DiscoverOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: ((step: TkgStep) => void) | undefined;
}

/** Clusters of Cloud Director use those for a vSphere without Supervisor. */
const defaultInfrastructures: readonly string[] = ["vsphere-nonparavirt"];
const documentsAtOnce = 4;
const maxKubernetesReleases = 100;

/**
 * Finds all images of a version of TKG, as `tanzu isolated-cluster download-bundle` does: it goes from the
 * compatibility image of TKG to its bill of materials, to the Kubernetes releases that it supports, to their packages and
 * bills of materials. Unlike that program it can leave Kubernetes releases and infrastructures out, follows the paths
 * that the bill of materials gives, and goes on without a Kubernetes release that cannot be read.
 *
 * https://github.com/vmware-tanzu/tanzu-framework/blob/release-0.29/cmd/cli/plugin/isolated-cluster/imagepullop/publishimagestotar.go
 *
 * @throws EngineError `tkg-version-unknown`, with those that are known; `tkg-compatibility-missing`;
 * `release-document-invalid` when the bill of materials of TKG or the list of Kubernetes releases cannot be read; as the
 * source does, except for what it lacks of a single Kubernetes release
 */
export async function discoverTkg(
  source: TkgSource,
  choice: TkgChoice,
  { signal, onStep }: DiscoverOptions = {},
): Promise<TkgDiscovery> {
  const stopping = new AbortController();
  const anySignal = AbortSignal.any([stopping.signal, ...(signal ? [signal] : [])]);
  try {
    return await new Discovery(new TkgReader(source, choice.base, anySignal), choice, onStep).run();
  } finally {
    // The first failure ends all; what is under way is not waited for.
    stopping.abort();
  }
}

class Discovery {
  readonly #reader: TkgReader;
  readonly #choice: TkgChoice;
  readonly #onStep: (step: TkgStep) => void;
  readonly #components = new ComponentList();
  readonly #problems: DiscoveryProblem[] = [];

  constructor(reader: TkgReader, choice: TkgChoice, onStep: (step: TkgStep) => void = () => undefined) {
    this.#reader = reader;
    this.#choice = choice;
    this.#onStep = onStep;
  }

  async run(): Promise<TkgDiscovery> {
    const { version, compatibilityPath } = this.#choice;
    const tkg = await readTkgBom(this.#reader, version);
    const compatibility = await findTkgCompatibility(this.#reader, version, compatibilityPath);
    this.#addDocument(compatibility, nameDocument(compatibility));
    const bomName = nameDocument(tkg.image);
    this.#addDocument(tkg.image, bomName);
    this.#addBom(tkg.bom, bomName);
    const supported = await findSupported(this.#reader, version, tkg.bom);
    this.#addDocument(supported.image, bomName);
    this.#tell(nameDocument(supported.image));
    const releases = this.#choose(supported.releases, supported.image);
    const kubernetes = await this.#readKubernetesReleases(tkg.bom, releases);
    this.#addPackages(tkg.bom, tkg.image, [...kubernetes.keys()]);
    for (const { bom, image } of kubernetes.values()) {
      this.#addDocument(image, nameDocument(supported.image));
      this.#addBom(bom, nameDocument(image), image);
    }
    return {
      components: this.#components.list(),
      problems: this.#problems,
      kubernetesReleases: listReleases([...kubernetes.keys()], tkg.bom.defaultKubernetesRelease),
    };
  }

  /** Those of the supported ones that are wanted, and have a name that a tag can be made of. */
  #choose(supported: readonly string[], image: DocumentImage): string[] {
    const where = this.#reader.locate(image);
    if (supported.length > maxKubernetesReleases) {
      throw tkgError("release-document-invalid", { ...where, field: "managementClusterVersions" });
    }
    const { kubernetesReleases = supported } = this.#choice;
    const wanted = new Set(kubernetesReleases.map(tagVersion));
    const chosen = supported.filter((release) => wanted.delete(tagVersion(release)));
    for (const value of wanted)
      this.#tellProblem(tkgError("kubernetes-release-unknown", { ...where, value }));
    return chosen.filter((value) => {
      try {
        versionTag(value);
        return true;
      } catch (cause) {
        const field = "managementClusterVersions.supportedKubernetesVersions";
        this.#tellProblem(tkgError("release-entry-invalid", { ...where, field, value }, cause));
        return false;
      }
    });
  }

  #addPackages(bom: Bom, image: DocumentImage, releases: readonly string[]): void {
    const { infrastructures = defaultInfrastructures } = this.#choice;
    const where = this.#reader.locate(image);
    for (const section of packageSections) {
      const repositories = bom.packages[section];
      // Versions before 2.1 have no packages of Kubernetes releases.
      if (repositories.size === 0) continue;
      for (const infrastructure of new Set(infrastructures)) {
        const field = `${section}.${infrastructure}`;
        const value = repositories.get(infrastructure) ?? null;
        if (value === null) {
          this.#tellProblem(tkgError("infrastructure-unknown", { ...where, field, value: infrastructure }));
          continue;
        }
        const repository = this.#parsePath(value, { ...where, field });
        if (repository === null) continue;
        for (const release of releases) {
          this.#components.add(repository, versionTag(release), section, nameDocument(image));
        }
      }
    }
  }

  /** Null, and a problem, for what is no path. */
  #parsePath(value: unknown, where: Parameters<typeof tkgError>[1]): Repository | null {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    try {
      return parseRepository(text);
    } catch (cause) {
      this.#tellProblem(tkgError("release-entry-invalid", { ...where, value: text }, cause));
      return null;
    }
  }

  /** The bills of materials of those that can be read, in the order given, whichever comes first. */
  async #readKubernetesReleases(
    { tkrBomPath }: Bom,
    releases: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly bom: Bom; readonly image: DocumentImage }>> {
    const boms = new Map<string, Bom | EngineError>();
    const queue = releases.values();
    const readFromQueue = async () => {
      for (const release of queue) {
        boms.set(release, await this.#readTkrBom(tkrBomImage(tkrBomPath, release)));
      }
    };
    await Promise.all(Array.from({ length: documentsAtOnce }, readFromQueue));
    const readable = new Map<string, { readonly bom: Bom; readonly image: DocumentImage }>();
    for (const release of releases) {
      const bom = boms.get(release);
      if (bom instanceof EngineError) this.#tellProblem(bom);
      else if (bom) readable.set(release, { bom, image: tkrBomImage(tkrBomPath, release) });
    }
    return readable;
  }

  /** What lasts and concerns this one alone is returned: the others are usable without it. */
  async #readTkrBom(image: DocumentImage): Promise<Bom | EngineError> {
    try {
      return await readBom(this.#reader, image);
    } catch (error) {
      const isLasting = error instanceof EngineError && !error.facts.retryable && error.code !== "cancelled";
      if (isLasting) return error;
      throw error;
    }
  }

  #addBom(bom: Bom, name: string, image?: DocumentImage): void {
    if (image && !this.#components.hasRoomFor(bom.images.length)) {
      const where = { ...this.#reader.locate(image), field: "components" };
      this.#tellProblem(tkgError("release-document-invalid", where));
      return;
    }
    for (const { path, tag, component } of bom.images) this.#components.add(path, tag, component, name);
    for (const problem of bom.problems) this.#tellProblem(problem);
    this.#tell(name);
  }

  #addDocument({ kind, path, tag }: DocumentImage, foundIn: string): void {
    this.#components.add(path, tag, kind, foundIn);
  }

  #tellProblem({ code, facts }: EngineError): void {
    this.#problems.push({ code, facts });
  }

  #tell(document: string): void {
    this.#onStep({ document, imagesFound: this.#components.length });
  }
}

/** As a person calls it: `tkr-bom v1.24.10+vmware.1-tkg.2`. */
function nameDocument({ path, tag }: Pick<DocumentImage, "path" | "tag">): string {
  return `${path} ${tagVersion(tag)}`;
}
