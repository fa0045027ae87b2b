import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import {
  checkContainerRegistryUrl,
  type ContainerRegistryView,
  type SharedDestination,
} from "#lib/schemas/container-registry.ts";
import { digestLists } from "../doctor/index.ts";
import { nodeListsOf, readCurrentConfig, registryUrlOf } from "../server-config/index.ts";
import { findCheck } from "./check-registry.ts";

/** More than anybody has; others are added where certificates are. */
const maxCertificates = 500;

/**
 * What clusters pull from, as far as it is known here whether they can.
 *
 * @param draft what somebody has typed in its place; empty: nothing
 */
export async function getContainerRegistry(
  _access: Access<"settings.read">,
  draft: string,
): Promise<ContainerRegistryView> {
  const current = await readCurrentConfig(db);
  const document = current?.document ?? null;
  const url = registryUrlOf(document);
  const [shared, check, certificates] = await Promise.all([
    findShared(),
    findCheck(draft === "" ? url : draft),
    db.certificate.findMany({ take: maxCertificates, select: { id: true, fingerprint: true } }),
  ]);
  return {
    ...{ url, revision: current?.number ?? null, shared, check },
    hasField: document?.typeVersion !== "1.0.0",
    isShared: isSame(url, shared),
    certificateIds: Object.fromEntries(certificates.map(({ id, fingerprint }) => [fingerprint, id])),
    listsDigest: digestLists(nodeListsOf(document)),
  };
}

async function findShared(): Promise<SharedDestination | null> {
  const [offer, organizationCount] = await Promise.all([
    db.offer.findFirst({
      where: { organizationId: null },
      select: {
        destination: {
          select: {
            id: true,
            basePath: true,
            registry: {
              select: {
                ...{ id: true, name: true, host: true, health: true },
                ...{ probeLatencyMs: true, probedAt: true },
              },
            },
          },
        },
      },
    }),
    db.organization.count({ where: { OR: [{ offer: { is: null } }, { offer: { destinationId: null } }] } }),
  ]);
  if (!offer?.destination) return null;
  const { id, basePath, registry } = offer.destination;
  const { host, probeLatencyMs, probedAt, ...named } = registry;
  return {
    ...{ id, host, basePath, organizationCount },
    registry: { ...named, latencyMs: probeLatencyMs, probedAt: probedAt?.toISOString() ?? null },
  };
}

function isSame(url: string, shared: SharedDestination | null): boolean {
  const place = checkContainerRegistryUrl(url).url;
  if (!place || !shared) return false;
  return place.host === shared.host && place.base === shared.basePath;
}
