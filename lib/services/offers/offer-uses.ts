import "server-only";
import type { Prisma } from "#lib/db/generated/client.ts";
import type { ChangeTransaction } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";

const maxNamed = 20;

/**
 * @param where the offers that need the object
 * @throws AppError `in-use`, with the organizations named whose offers they are
 */
export async function assertNotOffered(
  tx: ChangeTransaction,
  object: { what: "release" | "destination" | "registry"; name: string },
  where: Prisma.OfferWhereInput,
): Promise<void> {
  const [count, forAll, owners] = await Promise.all([
    tx.offer.count({ where }),
    tx.offer.count({ where: { AND: [where, { organizationId: null }] } }),
    tx.organization.findMany({
      where: { offer: { is: where } },
      orderBy: { displayName: "asc" },
      take: maxNamed,
      select: { displayName: true },
    }),
  ]);
  if (count === 0) return;
  const names = owners.map(({ displayName }) => displayName);
  throw new AppError("in-use", { ...object, by: "offer", count, names, forAll: forAll > 0 });
}
