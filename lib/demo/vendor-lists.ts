import { readFileSync } from "node:fs";
import { parseRepository, parseTag, type Repository, type Tag } from "#lib/engine/oci/reference.ts";

/** An image at the vendor: where it stands in the registry that plays all vendors in the demo. */
export interface VendorImage {
  readonly kind: "image" | "bundle";
  /** The registry it stands in outside the demo. */
  readonly host: string;
  readonly repository: Repository;
  readonly tag: Tag;
  /** Where it belongs below the base of whoever mirrors it. */
  readonly targetPath: Repository;
  /** False for a line of dependencies.txt that begins with `#`. */
  readonly enabled: boolean;
}

const vendorHost = "projects.registry.vmware.com";

/** An image in the vendor's own registry, where mirrors keep its path. */
export function ownImage(path: string, tag: string, kind: VendorImage["kind"] = "image"): VendorImage {
  const repository = parseRepository(path);
  return { kind, host: vendorHost, repository, tag: parseTag(tag), targetPath: repository, enabled: true };
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
  return tkgImageList
    .trimEnd()
    .split("\n")
    .map((line) => {
      const match = /^-(?<flag>[bi]) (?<path>\S+):(?<tag>[^:\s]+)$/.exec(line)?.groups;
      if (!match?.path || !match.tag) throw new Error(`not a line of an image list: ${line}`);
      return ownImage(`tkg/${match.path}`, match.tag, match.flag === "b" ? "bundle" : "image");
    });
}

/** The lines of dependencies.txt, those behind a `#` included: the vendor has these, too. */
export function listDependencies(): VendorImage[] {
  const line = /^(?<off>#?)(?<host>[a-z0-9.-]+\.[a-z]+)(?<project>(?:\/\S+)?) (?<path>\S+) (?<tag>\S+)$/gm;
  return [...dependenciesText.matchAll(line)].map(({ groups }) => {
    const { off = "", host = "", project = "", path = "", tag = "" } = groups ?? {};
    return {
      kind: "image",
      host,
      repository: parseRepository(project === "" ? path : `${project.slice(1)}/${path}`),
      tag: parseTag(tag),
      targetPath: parseRepository(`vmware-cloud-director/${path.replace(/^vmware-cloud-director\//, "")}`),
      enabled: off === "",
    };
  });
}
