import { parseRepository, type Repository } from "#lib/engine/oci/reference.ts";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { type Bom, readBom } from "./bom.ts";
import { readTkgCompatibility, readTkrCompatibility } from "./compatibility.ts";
import { findNewestTag, isReleaseVersion, tagVersion, versionTag } from "./tags.ts";
import { tkgError } from "./tkg-error.ts";
import { type DocumentImage, isAbsent, type TkgReader } from "./tkg-source.ts";
import { compareVersions } from "../compare-versions.ts";

const tkgBomPath = parseRepository("tkg-bom");
const maxNamedVersions = 20;

/** A version that has a bill of materials. */
export interface TkgVersion {
  readonly version: string;
  /** Whether a version of the Tanzu CLI is known that uses it. */
  readonly isCompatible: boolean;
}

/**
 * The newest image that says which versions of TKG the Tanzu CLI knows.
 *
 * @param customPath where it stands instead, as `--tkg-custom-compatibility-image-path`
 * @throws EngineError `tkg-compatibility-missing`, `reference-invalid`; as the source does
 */
export function findTkgCompatibility(
  reader: TkgReader,
  version: string | null,
  customPath?: string,
): Promise<DocumentImage> {
  // What is no release has a compatibility image of its own.
  const folder = version === null || isReleaseVersion(version) ? "" : `${versionTag(version)}/`;
  const path = parseRepository(customPath ?? `${folder}tkg-compatibility`);
  return findCompatibility(reader, "tkg-compatibility", path);
}

async function findCompatibility(
  reader: TkgReader,
  kind: "tkg-compatibility" | "tkr-compatibility",
  path: Repository,
): Promise<DocumentImage> {
  const tag = findNewestTag(await reader.listTags(path));
  if (tag === null) throw tkgError("tkg-compatibility-missing", reader.at(path));
  return { kind, path, tag, files: [`${kind}.yaml`, `${kind}-${tag}.yaml`] };
}

/**
 * The versions that have a bill of materials, the newest first.
 *
 * @param customPath of the compatibility image
 * @throws EngineError `tkg-compatibility-missing` when there is nothing of TKG; as the source does
 */
export async function listVersions(reader: TkgReader, customPath?: string): Promise<TkgVersion[]> {
  // A mirror has the whole compatibility document, and few of the versions in it.
  const [tags, compatible] = await Promise.all([listBomTags(reader), listCompatibleTags(reader, customPath)]);
  return tags
    .map((tag) => ({ version: tagVersion(tag), isCompatible: compatible.has(tag) }))
    .sort((one, other) => compareVersions(other.version, one.version));
}

async function listBomTags(reader: TkgReader): Promise<string[]> {
  const tags = (await reader.listTags(tkgBomPath)).filter((tag) => /^v\d/.test(tag));
  if (tags.length === 0) throw tkgError("tkg-compatibility-missing", reader.at(tkgBomPath));
  return tags;
}

/** None where the document is missing or broken: the versions are there without it. */
async function listCompatibleTags(reader: TkgReader, customPath?: string): Promise<ReadonlySet<string>> {
  try {
    const image = await findTkgCompatibility(reader, null, customPath);
    return new Set(await readTkgCompatibility(reader, image));
  } catch (error) {
    const isTold =
      error instanceof EngineError &&
      /^(?:tkg-compatibility-missing|release-document-invalid)$/.test(error.code);
    if (isTold || isAbsent(error)) return new Set();
    throw error;
  }
}

/** The bill of materials of a version. @throws EngineError `tkg-version-unknown`, with those that are known; as `readBom` */
export async function readTkgBom(
  reader: TkgReader,
  version: string,
): Promise<{ readonly bom: Bom; readonly image: DocumentImage }> {
  const image = tkgBomImage(version);
  try {
    if (image) return { bom: await readBom(reader, image), image };
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
  throw unknownVersion(reader, version, (await listBomTags(reader)).map(tagVersion));
}

/** Null for what could be no version. */
function tkgBomImage(version: string): DocumentImage | null {
  if (!/^v\d[\w.+-]{0,100}$/.test(version)) return null;
  return bomImage("tkg-bom", tkgBomPath, version);
}

/** The bill of materials of a Kubernetes release. @throws EngineError `reference-invalid` */
export function tkrBomImage(path: Repository, kubernetesRelease: string): DocumentImage {
  return bomImage("tkr-bom", path, kubernetesRelease);
}

function bomImage(kind: "tkg-bom" | "tkr-bom", path: Repository, version: string): DocumentImage {
  const tag = versionTag(version);
  return { kind, path, tag, files: [`${kind}-${tagVersion(tag)}.yaml`, `${kind}-${tag}.yaml`] };
}

/**
 * The Kubernetes releases that a version supports, and the image that says so.
 *
 * @throws EngineError `tkg-version-unknown` when it says nothing of the version; `tkg-compatibility-missing`,
 * `release-document-invalid`; as the source does
 */
export async function findSupported(
  reader: TkgReader,
  version: string,
  bom: Bom,
): Promise<{ readonly releases: readonly string[]; readonly image: DocumentImage }> {
  const image = await findCompatibility(reader, "tkr-compatibility", bom.tkrCompatibilityPath);
  const supported = await readTkrCompatibility(reader, image);
  const releases = supported.get(tagVersion(version));
  if (releases === undefined) throw unknownVersion(reader, version, [...supported.keys()]);
  return { releases, image };
}

function unknownVersion(reader: TkgReader, value: string, versions: readonly string[]): EngineError {
  const known = versions
    .toSorted((one, other) => compareVersions(other, one))
    .slice(0, maxNamedVersions)
    .join(", ");
  return tkgError("tkg-version-unknown", { ...reader.at(tkgBomPath), value, ...(known !== "" && { known }) });
}
