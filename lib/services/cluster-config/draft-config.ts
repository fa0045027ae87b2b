import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import { db } from "#lib/db/client.ts";
import { splitLocation, type MirroredImage } from "#lib/domain/cluster-config/mirrored-image.ts";
import { readField } from "#lib/domain/vcd/config-document.ts";
import {
  type ConfigDraft,
  type ConfigForm,
  configForm,
  type ConfigPlace,
  type ConfigTopic,
  configFields,
  maxChosenCertificates,
  maxChosenSources,
} from "#lib/schemas/cluster-config.ts";
import { readCurrentConfig } from "../server-config/index.ts";
import { listKnownCertificates } from "./config-certificates.ts";
import { getConfigPlace } from "./config-places.ts";
import { listSourceHosts, readMirroredImages } from "./mirrored-images.ts";

/** Proposed for a field in which any image can be named. */
const maxProposedImages = 200;

/** What clusters are called by in documents, where nothing better is known. */
const usualNames: Partial<Record<ConfigTopic, Partial<ConfigForm>>> = {
  "tkg-service": { name: "tkg-service-configuration" },
  openshift: { name: "drayage" },
  workload: {
    ...{ namespace: "default", secret: "registry-pull", serviceAccount: "default", name: "registry-test" },
  },
};

/** What a page of a topic begins with: what the panel knows already. @throws AppError `not-found` */
export async function draftConfig(
  access: Access<"cluster-config.read">,
  topic: ConfigTopic,
  destinationId: string,
): Promise<ConfigDraft> {
  const { caPem, ...place } = await getConfigPlace(access, destinationId);
  const [known, { images, isCut }, proxy] = await Promise.all([
    listKnownCertificates(access, caPem),
    readMirroredImages(access, place),
    configFields[topic].includes("proxy") ? findKnownProxy(access) : null,
  ]);
  const sources = listSourceHosts(images);
  const form = configForm.parse({
    destinationId,
    certificates: known
      .filter(({ isListed, isOfRegistry }) => isListed || isOfRegistry)
      .slice(0, maxChosenCertificates)
      .map(fingerprintOf),
    sources: sources.slice(0, maxChosenSources),
    hasProxy: proxy !== null,
    ...(proxy && { proxy }),
    ...usualNames[topic],
  });
  const certificates = known.map(({ pem: _pem, ...certificate }) => certificate);
  return {
    ...{ place, form, certificates, sources, images: listPaths(place, images) },
    ...{ imageCount: images.length, isCut, isProxyKnown: proxy !== null },
  };
}

const fingerprintOf = ({ fingerprint }: { fingerprint: string }): string => fingerprint;

/** Below the base, as pods name them after it. */
function listPaths({ basePath }: ConfigPlace, images: readonly MirroredImage[]): string[] {
  const paths = images.flatMap(({ targets, tags }) =>
    targets.flatMap((target) => {
      const { repository } = splitLocation(target);
      const path = basePath === "" ? repository : repository.slice(basePath.length + 1);
      return tags.map((tag) => `${path}:${tag}`);
    }),
  );
  return [...new Set(paths)].sort().slice(0, maxProposedImages);
}

/**
 * The proxy of the server's configuration, without what it is signed in to with; null where there is none, or the reader may
 * not see it.
 */
async function findKnownProxy(access: Access<"cluster-config.read">): Promise<ConfigForm["proxy"] | null> {
  if (!mayRole(access.role, "settings.read")) return null;
  const document = (await readCurrentConfig(db))?.document;
  if (!document) return null;
  const read = (field: "httpProxy" | "httpsProxy" | "noProxy") => readField(document, field) ?? "";
  const [http, https] = [withoutUser(read("httpProxy")), withoutUser(read("httpsProxy"))];
  return http === "" && https === "" ? null : { http, https, noProxy: read("noProxy") };
}

/** Whatever stands before the last `@`: some write no scheme, and passwords may have slashes. */
const withoutUser = (url: string): string => url.replace(/^([a-z]+:\/\/)?.*@/is, "$1");
