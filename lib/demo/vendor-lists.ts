import { readFileSync } from "node:fs";
import { parseReleaseList, type ReleaseListOptions } from "#lib/domain/catalog/parse-release-list.ts";
import {
  parseRegistryBase,
  parseRegistryHost,
  parseRepository,
  parseTag,
  type RegistryHost,
  type Repository,
  type Tag,
} from "#lib/engine/oci/reference.ts";

/** An image at the vendor: where it stands in the registry that plays all vendors in the demo. */
export interface VendorImage {
  readonly kind: "image" | "bundle";
  /** The registry it stands in outside the demo. */
  readonly host: RegistryHost;
  readonly repository: Repository;
  readonly tag: Tag;
}

const vendorHost = parseRegistryHost("projects.registry.vmware.com");

/** An image in the vendor's own registry. */
export function ownImage(path: string, tag: string): VendorImage {
  return { kind: "image", host: vendorHost, repository: parseRepository(path), tag: parseTag(tag) };
}

const readContent = (name: string) => readFileSync(new URL(`content/${name}`, import.meta.url), "utf8");

/** The images of TKG 2.1.1 with Kubernetes 1.24.10, as `-b|-i path:tag` under `projects.registry.vmware.com/tkg`. */
export const tkgImageList = readContent("tkg-2.1.1-images.txt");

/** A dependencies.txt of CSE 4.2: source registry, path, tag; a `#` leaves a component out. */
export const dependenciesText = readContent("dependencies.txt");

/** The image in which Cloud Director's documentation has people find dependencies.txt. */
export const gettingStartedImage = ownImage("vmware-cloud-director/getting-started-airgapped", "v0.1.4");

/** The lines of the TKG list, in its order. */
export function listTkgImages(): VendorImage[] {
  const source = parseRegistryBase(`${vendorHost}/tkg`);
  return listImages(tkgImageList, { kind: "tkg", source, file: "tkg-2.1.1-images.txt" });
}

/** The lines of dependencies.txt, those behind a `#` included: the vendor has these, too. */
export function listDependencies(): VendorImage[] {
  return listImages(dependenciesText, {
    kind: "getting_started_airgapped",
    source: null,
    file: "dependencies.txt",
  });
}

function listImages(text: string, options: ReleaseListOptions): VendorImage[] {
  return parseReleaseList(text, options).map(({ kind, sourceHost, sourceRepository, tag }) => ({
    kind,
    host: sourceHost,
    repository: sourceRepository,
    // Our own lists name tags only; a digest would be refused here.
    tag: parseTag(tag ?? ""),
  }));
}
