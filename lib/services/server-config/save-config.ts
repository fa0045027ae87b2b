import "server-only";
import type { Access } from "#lib/auth/access.ts";
import type { AuditAction } from "#lib/audit-actions.ts";
import { db } from "#lib/db/client.ts";
import type { RevisionOrigin } from "#lib/db/generated/enums.ts";
import { withChange } from "#lib/db/with-change.ts";
import { compareConfigs } from "#lib/domain/vcd/config-difference.ts";
import { configEntityName } from "#lib/domain/vcd/defined-entity.ts";
import { AppError } from "#lib/errors.ts";
import {
  type ConfigDraft,
  isWarning,
  type SaveConfigInput,
  type SavedConfig,
} from "#lib/schemas/server-config.ts";
import { type AppliedDraft, applyDraft } from "./apply-draft.ts";
import { readCurrentConfig } from "./read-current-config.ts";
import { formatSaved, lockConfig, saveRevision } from "./save-revision.ts";

const kinds: Readonly<Record<ConfigDraft["kind"], { action: AuditAction; origin: RevisionOrigin }>> = {
  edit: { action: "server-config.save", origin: "edited" },
  import: { action: "server-config.import", origin: "imported" },
  new: { action: "server-config.create", origin: "edited" },
  restore: { action: "server-config.restore", origin: "restored" },
};

/**
 * Makes the configuration what somebody wants it to be, as the next revision; where it is so already, there is none.
 *
 * @throws AppError `config-overtaken` when somebody has saved since it was seen; `config-invalid`, `config-unreadable`,
 * `config-missing`, `not-found`; `registry-unchecked` and `registry-problems` for a URL that nobody can know yet;
 * `invalid-input` for one that cannot be the shared destination
 */
export async function saveConfig(
  access: Access<"settings.write">,
  { seen, draft, confirmed }: SaveConfigInput,
): Promise<SavedConfig> {
  const standing = await readCurrentConfig(db);
  if ((standing?.number ?? null) !== seen) throw new AppError("config-overtaken", {});
  if (standing) {
    const { document } = await applyTyped(draft, standing.document);
    const isSame = compareConfigs(standing.document, document).length === 0;
    if (isSame) {
      return {
        ...{ number: standing.number, isChanged: false },
        ...{ destination: null, madeRegistry: null, newCertificates: [] },
      };
    }
  }
  const { action, origin } = kinds[draft.kind];
  const object = { objectId: configEntityName, objectName: configEntityName, organizationId: null };
  return withChange(access, { action, ...object }, async (tx, audit) => {
    const current = await lockConfig(tx);
    const { document } = await applyTyped(draft, current?.document ?? null);
    const restored = draft.kind === "restore" ? { restoredFrom: draft.revision } : {};
    const saved = await saveRevision(tx, access.actor, { document, origin, seen, confirmed, ...restored });
    audit.after({ ...formatSaved(saved), ...restored });
    return {
      ...{ number: saved.number, isChanged: true },
      destination: saved.followed?.name ?? null,
      madeRegistry: saved.followed?.madeRegistry ?? null,
      newCertificates: [...saved.newCertificates],
    };
  });
}

/** A draft of which every text could be read. */
async function applyTyped(...draft: Parameters<typeof applyDraft>): Promise<AppliedDraft> {
  const applied = await applyDraft(...draft);
  const errors = applied.problems.filter(({ code }) => !isWarning(code));
  const [first] = errors;
  if (!first) return applied;
  throw new AppError("config-invalid", { path: first.path, problem: first.code, count: errors.length });
}
