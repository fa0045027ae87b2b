import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { withChange } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";
import { formatAddress } from "#lib/schemas/doctor.ts";

/** A run that is being carried out ends with it. @throws AppError `not-found` */
export async function deleteDoctorRun(access: Access<"doctor.run">, runId: string): Promise<void> {
  const run = await db.doctorRun.findUnique({
    where: { id: runId },
    select: { host: true, basePath: true, state: true, worst: true, createdAt: true, createdByName: true },
  });
  if (!run) throw new AppError("not-found", { what: "doctor-run" });
  const objectName = formatAddress(run);
  await withChange(
    access,
    { action: "doctor-run.delete", objectId: runId, objectName },
    async (tx, audit) => {
      await tx.doctorRun.delete({ where: { id: runId } });
      audit.before(run);
    },
  );
}
