import { listPublicRoots, listSystemRoots } from "#lib/engine/network/tls-trust.ts";
import type { Certificate } from "./certificate.ts";
import { readCertificates } from "./read-certificates.ts";

/** As many certificates as a machine's list may have. */
const limits = { sizeBytes: 16_777_216, certificates: 2_000 };
const kept = new Map<string, readonly Certificate[]>();

/**
 * The authorities that are trusted without anybody storing them: on `nodes`, Mozilla's list as Node ships it, which Photon
 * and Ubuntu have, too; by this `panel`, the list of its own machine besides. Read once in a process, in about half a
 * second.
 */
export function listCommonAuthorities(where: "nodes" | "panel"): readonly Certificate[] {
  const known = kept.get(where);
  if (known !== undefined) return known;
  const texts = where === "nodes" ? listPublicRoots() : listSystemRoots();
  const { found } = readCertificates(texts.join("\n"), limits);
  const authorities = found.map(({ certificate }) => certificate);
  kept.set(where, authorities);
  return authorities;
}
