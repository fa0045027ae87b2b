import "server-only";
import type { TrustList } from "#lib/db/generated/enums.ts";
import type { ChangeActor, ChangeTransaction } from "#lib/db/with-change.ts";
import { editConfig, readField } from "#lib/domain/vcd/config-document.ts";
import type { Enqueue } from "#lib/queue/enqueue.ts";
import { trustLists } from "#lib/schemas/certificates.ts";
import {
  beginDocument,
  configLists,
  type CurrentConfig,
  listFields,
  lockConfig,
  type SavedRevision,
  saveRevision,
} from "../server-config/index.ts";
import { changePanelTrust } from "./change-panel-trust.ts";

/** The texts of a list after a change, of those before. */
export type ListEdit = (texts: readonly string[], list: TrustList) => readonly string[];

export interface ListsChange {
  /** The lists that are not what they were. */
  changed: TrustList[];
  /** Of the configuration, where one of its lists has changed. */
  saved: SavedRevision | null;
}

/**
 * Changes the lists, in the transaction of a change: those of the configuration by a new revision, the panel's own by its
 * entries. No two do so at a time, so each begins with what the other has left.
 *
 * @param enqueue opened before the transaction: its queues may have to be made, and whoever waits here holds a connection
 * @throws AppError as `saveRevision`
 */
export async function changeLists(
  tx: ChangeTransaction,
  { by, enqueue }: { by: ChangeActor; enqueue: Enqueue },
  edit: ListEdit,
): Promise<ListsChange> {
  const current = await lockConfig(tx);
  const saved = await changeConfigLists(tx, by, current, edit);
  const hasPanelChanged = await changePanelTrust(tx, enqueue, (texts) => edit(texts, "panel"));
  const changed = trustLists.filter((list) =>
    list === "panel" ? hasPanelChanged : saved.lists.includes(list),
  );
  return { changed, saved: saved.revision };
}

async function changeConfigLists(
  tx: ChangeTransaction,
  by: ChangeActor,
  current: CurrentConfig | null,
  edit: ListEdit,
): Promise<{ lists: TrustList[]; revision: SavedRevision | null }> {
  const changes = configLists.flatMap((list) => {
    const texts = (current && readField(current.document, listFields[list])) ?? [];
    const edited = edit(texts, list);
    return isSame(texts, edited) ? [] : [{ list, field: listFields[list], edited }];
  });
  if (changes.length === 0) return { lists: [], revision: null };
  const document = current?.document ?? (await beginDocument(tx));
  const revision = await saveRevision(tx, by, {
    document: editConfig(document, Object.fromEntries(changes.map(({ field, edited }) => [field, edited]))),
    origin: "certificates",
    seen: current?.number ?? null,
  });
  return { lists: changes.map(({ list }) => list), revision };
}

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((text, at) => text === other[at]);
