import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { withChange } from "#lib/db/with-change.ts";
import { editConfig, readField } from "#lib/domain/vcd/config-document.ts";
import { findLaterFields } from "#lib/domain/vcd/config-problems.ts";
import { configEntityName } from "#lib/domain/vcd/defined-entity.ts";
import { AppError } from "#lib/errors.ts";
import type { SavedContainerRegistry, SaveContainerRegistryInput } from "#lib/schemas/container-registry.ts";
import {
  beginDocument,
  formatSaved,
  lockConfig,
  readCurrentConfig,
  saveRevision,
} from "../server-config/index.ts";

/**
 * Has clusters pull from another URL, as the next revision of the configuration; what it names becomes the shared
 * destination.
 *
 * @throws AppError `config-overtaken`; `registry-unchecked`, `registry-problems`; `config-invalid` for the configuration
 * of a version that has no such field; `invalid-input` for a URL that cannot be the shared destination
 */
export async function saveContainerRegistry(
  access: Access<"settings.write">,
  { url, seen, confirmed }: SaveContainerRegistryInput,
): Promise<SavedContainerRegistry> {
  const standing = await readCurrentConfig(db);
  if (standing?.number === seen && readField(standing.document, "containerRegistryUrl") === url) {
    return { revision: standing.number, isChanged: false, madeRegistry: null };
  }
  const object = { objectId: configEntityName, objectName: configEntityName, organizationId: null };
  return withChange(access, { action: "server-config.save", ...object }, async (tx, audit) => {
    const current = await lockConfig(tx);
    if ((current?.number ?? null) !== seen) throw new AppError("config-overtaken", {});
    const document = current?.document ?? (await beginDocument(tx));
    const change = { containerRegistryUrl: url };
    const [later] = findLaterFields(document, change);
    if (later) throw new AppError("config-invalid", { path: later.path, problem: later.code, count: 1 });
    const edited = editConfig(document, change);
    const revision = { document: edited, origin: "edited", seen, confirmed } as const;
    const saved = await saveRevision(tx, access.actor, revision);
    audit.after({ ...formatSaved(saved), url });
    return {
      ...{ revision: saved.number, isChanged: true },
      madeRegistry: saved.followed?.madeRegistry ?? null,
    };
  });
}
