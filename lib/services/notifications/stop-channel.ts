import "server-only";
import { type ChangeActor, withChange } from "#lib/db/with-change.ts";
import type { ErrorView } from "#lib/errors.ts";
import { storable } from "./announce.ts";
import { giveUpPending } from "./change-channel.ts";

/** Nothing more is sent through it until a person resumes it. */
export async function stopChannel(id: string, name: string, { code, facts }: ErrorView): Promise<void> {
  const nobody = { userId: null, name: "system", role: null, organizationId: null, address: "" };
  const actor: ChangeActor = { ...nobody, requestId: `notification-channel:${id}` };
  const change = { action: "notification-channel.stop" as const, objectId: id, objectName: name };
  await withChange({ actor }, change, async (tx, audit) => {
    audit.after({ reason: code });
    await tx.notificationChannel.updateMany({
      where: { id, stoppedAt: null },
      data: { stoppedAt: new Date(), stopCode: code, stopFacts: storable(facts) },
    });
    await giveUpPending(tx, id, name);
  });
}
