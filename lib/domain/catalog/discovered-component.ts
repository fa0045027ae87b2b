import type { Digest } from "#lib/engine/oci/digest.ts";
import type { EngineErrorCode, EngineFacts } from "#lib/engine/oci/errors.ts";
import type { Repository, Tag } from "#lib/engine/oci/reference.ts";

/** An image that a release's own documents name. Exactly one of tag and digest is set. */
export interface DiscoveredComponent {
  /** Below the base that the documents were read from. */
  readonly repositoryPath: Repository;
  readonly tag: Tag | null;
  readonly digest: Digest | null;
  /** What a person chooses it with: the component of a bill of materials, a plug-in and its version. */
  readonly group: string;
  /** Each document that names it, such as `tkg-bom v2.1.1`; the first one gave the group. */
  readonly foundIn: readonly string[];
}

/** What is wrong with a part of a release while the rest of it stays usable. */
export interface DiscoveryProblem {
  readonly code: EngineErrorCode;
  /** Of a document: which one (`file`, `repository`, `reference`) and where in it (`field`). */
  readonly facts: EngineFacts;
}
