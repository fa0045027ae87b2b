import type { Repository } from "#lib/engine/oci/reference.ts";
import { compareVersions } from "../compare-versions.ts";
import { findSupported, readTkgBom } from "./tkg-documents.ts";
import { TkgReader, type TkgSource } from "./tkg-source.ts";

/** A Kubernetes release (TKR) that a version of TKG supports. */
export interface KubernetesRelease {
  /** As its documents write it, `v1.24.10+vmware.1-tkg.2`. */
  readonly version: string;
  /** The one of management clusters. */
  readonly isDefault: boolean;
}

/**
 * The Kubernetes releases of a version of TKG, the newest first. Whether the source has their images is not looked at.
 *
 * @param version of TKG, with its `v`
 * @throws EngineError `tkg-version-unknown`, with those that are known; `tkg-compatibility-missing`,
 * `release-document-invalid`, `reference-invalid`; as the source does
 */
export async function findKubernetesReleases(
  source: TkgSource,
  base: Repository | "",
  version: string,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<KubernetesRelease[]> {
  const reader = new TkgReader(source, base, signal);
  const { bom } = await readTkgBom(reader, version);
  const { releases } = await findSupported(reader, version, bom);
  return listReleases(releases, bom.defaultKubernetesRelease);
}

export function listReleases(
  versions: readonly string[],
  defaultVersion: string | null,
): KubernetesRelease[] {
  return versions
    .toSorted((one, other) => compareVersions(other, one))
    .map((version) => ({ version, isDefault: version === defaultVersion }));
}
