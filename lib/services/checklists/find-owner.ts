import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import type { OrganizationChoice } from "#lib/schemas/organizations.ts";

/**
 * Whose checklists they are; null for the provider's own. A tenant has its own organization only.
 *
 * @throws AppError `not-found`
 */
export async function findOwner(
  access: Access<"checklist.read" | "checklist.write">,
  organizationId: string | null,
): Promise<OrganizationChoice | null> {
  if (organizationId === null && access.organizationId === null) return null;
  const organization =
    organizationId === null
      ? null
      : await db.organization.findFirst({
          where: {
            id: organizationId,
            AND: access.organizationId === null ? {} : { id: access.organizationId },
          },
          select: { id: true, name: true, displayName: true },
        });
  if (!organization) throw new AppError("not-found", { what: "organization" });
  return organization;
}
