import "server-only";
import { z } from "zod";
import { db } from "#lib/db/client.ts";

const savedEntry = z.object({ on: z.int() });

/**
 * How many components that a revision had on are in their release no more: they have gone from the revision, too, and
 * only the trail knows that they were there.
 *
 * @param stillOn those that it still has on
 */
export async function findGoneCount(selectionId: string, stillOn: number): Promise<number> {
  const entry = await db.auditEntry.findFirst({
    where: {
      objectType: "selection",
      objectId: selectionId,
      action: { in: ["selection.save", "selection.restore"] },
    },
    select: { after: true },
  });
  const saved = savedEntry.safeParse(entry?.after);
  return saved.success ? Math.max(0, saved.data.on - stillOn) : 0;
}
