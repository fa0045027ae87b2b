import "server-only";
import type { ChangeActor, ChangeTransaction } from "#lib/db/with-change.ts";
import { editConfig } from "#lib/domain/vcd/config-document.ts";
import type { CurrentConfig } from "./read-current-config.ts";
import { saveRevision } from "./save-revision.ts";

/**
 * The other way round of `followUrl`: another shared destination becomes the container registry URL, in a revision of its
 * own. The entity of Container Service Extension 4.0 has no such field, and clusters of it are not told.
 *
 * @param current as `lockConfig` has it, called before the offers were locked, as whoever saves a revision does
 * @param place `host[:port][/path]`, which the offer for all leads to by now
 * @returns the revision's number; null when there is none to follow, or it has the URL already
 * @param confirmed what is known to keep clusters from pulling from there, and is to be so
 * @throws AppError `config-invalid`, `registry-unchecked`, `registry-problems`
 */
export async function followDestination(
  tx: ChangeTransaction,
  by: ChangeActor,
  current: CurrentConfig | null,
  place: string,
  confirmed: readonly string[],
): Promise<number | null> {
  if (current === null || current.document.typeVersion === "1.0.0") return null;
  const document = editConfig(current.document, { containerRegistryUrl: place });
  if (document.text === current.document.text) return null;
  const seen = current.number;
  const { number } = await saveRevision(tx, by, { document, origin: "destination", seen, confirmed });
  return number;
}
