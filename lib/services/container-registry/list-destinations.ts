import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { containsText } from "#lib/db/match-text.ts";
import type {
  OrganizationDestinationRow,
  OrganizationDestinationsQuery,
} from "#lib/schemas/container-registry.ts";
import { type Page, pageWindow } from "#lib/schemas/list-query.ts";

const destinationFields = {
  id: true,
  basePath: true,
  registry: { select: { id: true, name: true, host: true } },
} satisfies Prisma.DestinationSelect;

type DestinationFields = Prisma.DestinationGetPayload<{ select: typeof destinationFields }>;

/** Organizations, and where each publishes to: to what all share, or to a destination of its own. */
export async function listOrganizationDestinations(
  _access: Access<"settings.read">,
  query: OrganizationDestinationsQuery,
): Promise<Page<OrganizationDestinationRow>> {
  const isPrivate = { offer: { is: { destinationId: { not: null } } } };
  const where: Prisma.OrganizationWhereInput = {
    ...(query.kind === "private" && isPrivate),
    ...(query.kind === "shared" && { NOT: isPrivate }),
    ...(query.search !== "" && {
      OR: [{ name: containsText(query.search) }, { displayName: containsText(query.search) }],
    }),
  };
  const [rows, total, shared] = await Promise.all([
    db.organization.findMany({
      where,
      orderBy: [{ [query.sort]: query.order }, { name: "asc" }],
      select: {
        ...{ id: true, name: true, displayName: true, disabledAt: true },
        offer: { select: { destination: { select: destinationFields } } },
      },
      ...pageWindow(query),
    }),
    db.organization.count({ where }),
    db.offer.findFirst({
      where: { organizationId: null },
      select: { destination: { select: destinationFields } },
    }),
  ]);
  return {
    rows: rows.map(({ offer, disabledAt, ...row }) => {
      const own = offer?.destination ?? null;
      return {
        ...{ ...row, isEnabled: disabledAt === null, isPrivate: own !== null },
        place: formatPlace(own ?? shared?.destination ?? null),
      };
    }),
    ...{ total, page: query.page, pageSize: query.pageSize },
  };
}

function formatPlace(destination: DestinationFields | null): OrganizationDestinationRow["place"] {
  if (destination === null) return null;
  const { id, basePath, registry } = destination;
  return { id, basePath, host: registry.host, registry: { id: registry.id, name: registry.name } };
}
