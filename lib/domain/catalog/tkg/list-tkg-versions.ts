import type { Repository } from "#lib/engine/oci/reference.ts";
import { listVersions, type TkgVersion } from "./tkg-documents.ts";
import { TkgReader, type TkgSource } from "./tkg-source.ts";

interface VersionsOptions {
  /** Where the compatibility image stands below the base, when that is not `tkg-compatibility`. */
  readonly compatibilityPath?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The versions of TKG that can be looked through, the newest first.
 *
 * @param base under which the images of TKG stand: `tkg` at the vendor's registry
 * @throws EngineError `tkg-compatibility-missing` when nothing of TKG stands there; as the source does
 */
export function listTkgVersions(
  source: TkgSource,
  base: Repository | "",
  { compatibilityPath, signal }: VersionsOptions = {},
): Promise<TkgVersion[]> {
  return listVersions(new TkgReader(source, base, signal), compatibilityPath);
}
