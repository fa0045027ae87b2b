import "server-only";
import { join } from "node:path";
import { findHeldStore } from "#lib/bundle-stores.ts";
import type { Access } from "#lib/auth/access.ts";
import { BundleState } from "#lib/db/generated/enums.ts";
import { type Change, withChange } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import type { TrustKeyInput } from "#lib/schemas/bundles.ts";
import { assertState, findBundle, lockBundle, openJobStates } from "./bundle-row.ts";
import { nameOnDisk, removeBundleFiles } from "./remove-files.ts";

const checkable = [BundleState.unchecked, BundleState.sound, BundleState.damaged, BundleState.missing];

/** Lets a bundle be read and held to its checksums. @throws AppError `not-found`, `bundle-not-ready` */
export async function checkBundle(access: Access<"bundle.write">, id: string): Promise<void> {
  const { storeId, name } = await findBundle(access, id);
  const enqueue = await openQueue();
  const change: Change = { action: "bundle.check", objectId: id, objectName: name, organizationId: null };
  await withChange(access, change, async (tx) => {
    assertState(await lockBundle(tx, id), checkable);
    await tx.bundle.update({
      where: { id },
      data: { state: BundleState.unchecked, checkedAt: null, checkedBytes: 0, checkBytes: 0, findings: [] },
    });
    await enqueue(tx, "bundleWork", [{ kind: "check", storeId, bundleId: id }]);
  });
}

/**
 * Removes a bundle, also one that others build on: whoever asks has been told. The files go at once where the panel holds
 * them itself, else by the next worker that does.
 *
 * @throws AppError `not-found`; `in-use` while a job writes or reads it
 */
export async function deleteBundle(access: Access<"bundle.write">, id: string): Promise<void> {
  const { storeId, name } = await findBundle(access, id);
  const [store, enqueue] = await Promise.all([findHeldStore(storeId), openQueue()]);
  const change: Change = { action: "bundle.delete", objectId: id, objectName: name, organizationId: null };
  await withChange(access, change, async (tx, audit) => {
    const bundle = await lockBundle(tx, id);
    const { state, folder, sizeBytes } = bundle;
    const count = await tx.mirrorJob.count({
      where: { OR: [{ bundleId: id }, { baseBundleId: id }], state: { in: [...openJobStates] } },
    });
    if (count > 0) throw new AppError("in-use", { what: "bundle", name, by: "job", count });
    audit.before({ state, folder, sizeBytes: sizeBytes === null ? null : Number(sizeBytes) });
    if (store === null) {
      await tx.bundle.update({ where: { id }, data: { removing: true } });
      await enqueue(tx, "bundleWork", [{ kind: "remove", storeId, bundleId: id }]);
      return;
    }
    await tx.bundle.delete({ where: { id } });
    // Last: a row without files would be a lie that nobody can mend.
    await removeBundleFiles(join(store.path, nameOnDisk(bundle)));
  });
}

/**
 * Believes what is signed with the key of a bundle from here on.
 *
 * @throws AppError `not-found`; `bundle-key-untrusted` when the bundle is signed with another key by now
 */
export async function trustKey(
  access: Access<"bundle.write">,
  { bundleId, fingerprint, name }: TrustKeyInput,
): Promise<void> {
  const bundle = await findBundle(access, bundleId);
  const { signedBy, signedKeyPem } = bundle;
  if (signedBy === null || signedKeyPem === null) throw new AppError("not-found", { what: "key" });
  if (signedBy !== fingerprint) {
    throw new AppError("bundle-key-untrusted", { name: bundle.name, fingerprint: signedBy });
  }
  const change: Change = {
    action: "key.trust",
    objectId: fingerprint,
    objectName: name,
    organizationId: null,
  };
  await withChange(access, change, async (tx, audit) => {
    const createdById = access.actor.userId;
    const data = { name, publicKeyPem: signedKeyPem, createdById };
    await tx.trustedKey.upsert({
      where: { fingerprint },
      create: { fingerprint, ...data },
      update: { name },
    });
    audit.after({ name, fingerprint, bundle: bundle.name });
  });
}
