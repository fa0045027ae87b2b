import "server-only";
import { writeDb } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";

// Long enough for the plan of thousands of images on a slow disk; Prisma's own five seconds are not.
const limits = { maxWait: 10_000, timeout: 60_000 };

/** What the worker writes together, of the work itself: what people own goes through `withChange`. */
export function inTransaction<T>(run: (tx: Prisma.TransactionClient) => Promise<T>): Promise<T> {
  return writeDb.$transaction(run, limits);
}
