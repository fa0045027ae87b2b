import { z } from "zod";
import type { HealthState } from "#lib/db/generated/enums.ts";
import {
  checkContainerRegistryUrl,
  defaultContainerRegistryUrl,
} from "#lib/domain/vcd/container-registry-url.ts";
import type { InputErrorCode } from "#lib/errors.ts";
import type { FindingView } from "./doctor.ts";
import { listQuery } from "./list-query.ts";
import type { OfferPlace } from "./offers.ts";

export { checkContainerRegistryUrl, defaultContainerRegistryUrl };

const maxUrlLength = 1024;
const maxConfirmed = 100;

/** `host[:port][/path]`; a retired host can be saved, by whoever says so. */
const containerRegistryUrl = z
  .string()
  .max(maxUrlLength, "too-long")
  .refine((text) => checkContainerRegistryUrl(text).url !== null, "registry-url" satisfies InputErrorCode);

/** What keeps clusters from pulling, as `findClusterProblems` names it, and is to be so. */
export const confirmedProblems = z.array(z.string().max(100)).max(maxConfirmed);

export const checkContainerRegistryInput = z.object({ url: containerRegistryUrl });

export const saveContainerRegistryInput = z.object({
  url: containerRegistryUrl,
  /** The revision that was seen; null: there was none. */
  seen: z.int().min(1).max(2_147_483_647).nullable(),
  confirmed: confirmedProblems,
});
export type SaveContainerRegistryInput = z.output<typeof saveContainerRegistryInput>;

/** How long what was seen of a registry is taken for true. */
export const checkLifetimeMs = 15 * 60_000;

/** Of a registry that answers no more; all other problems are codes of findings. */
export const retiredHost = "retired-host";

/** What the panel examines of its own, and clusters have nothing to do with. */
const ownSteps: ReadonlySet<string> = new Set(["proxy", "push", "disk", "cloud-director"]);

/** What is stored of the registry does not fit it, which clusters do not go by. */
const ownCode = "protocol-tls-instead";
/** The panel is told to do without TLS there; containerd is not, and nothing in the configuration tells it. */
const plainHttpCode = "protocol-plain-http-wanted";

/** What keeps clusters from pulling: a registry that is retired, or what was found of it. */
export interface ClusterProblem {
  code: string;
  /** Null for a registry that is retired. */
  finding: FindingView | null;
}

/**
 * What keeps clusters from pulling from a URL, as far as it was examined. What only this panel does not trust is no
 * business of clusters; what could not be looked at because the panel did not get through may be anything.
 */
export function findClusterProblems(url: string, findings: readonly FindingView[]): ClusterProblem[] {
  const isRetired = checkContainerRegistryUrl(url).problems.some(({ code }) => code === retiredHost);
  const found = findings.filter((finding) => {
    const { step, code, severity, facts } = finding;
    if (ownSteps.has(step) || isOfPanelOnly(facts) || code === ownCode) return false;
    if (code === plainHttpCode) return true;
    return severity === "error" || (severity === "skipped" && ownSteps.has(String(facts.by)));
  });
  return [
    ...(isRetired ? [{ code: retiredHost, finding: null }] : []),
    ...found.map((finding) => ({ code: finding.code, finding })),
  ];
}

function isOfPanelOnly({ list, lists }: FindingView["facts"]): boolean {
  return (
    list === "panel" || (Array.isArray(lists) && lists.length > 0 && lists.every((each) => each === "panel"))
  );
}

/** Each once, as whoever saves in spite of them names them. */
export const codesOf = (problems: readonly ClusterProblem[]): string[] => [
  ...new Set(problems.map(({ code }) => code)),
];

/** What was found the last time that a URL was examined to its end. */
export interface RegistryCheck {
  url: string;
  runId: string;
  finishedAt: string;
  findings: FindingView[];
  /** Tells whether the lists are still those that it was judged with. */
  listsDigest: string | null;
}

export interface SharedDestination extends OfferPlace {
  registry: {
    id: string;
    name: string;
    health: HealthState;
    latencyMs: number | null;
    probedAt: string | null;
  };
  /** How many organizations publish there. */
  organizationCount: number;
}

export interface ContainerRegistryView {
  /** As the configuration has it; what holds where it has none. */
  url: string;
  /** The revision of the configuration; null while there is none. */
  revision: number | null;
  /** Container Service Extension 4.0 pulls from where it always does, and its entity has no field for it. */
  hasField: boolean;
  /** Null while nobody has said which it is. */
  shared: SharedDestination | null;
  /** Whether that is what the URL says. */
  isShared: boolean;
  /** Of the URL, or of what was typed in its place. */
  check: RegistryCheck | null;
  /** Of the lists as they are now. */
  listsDigest: string;
  /** Certificates that are known here, by fingerprint. */
  certificateIds: Record<string, string>;
}

export interface SavedContainerRegistry {
  /** Of the configuration. */
  revision: number;
  isChanged: boolean;
  /** The name of the registry that was made for it. */
  madeRegistry: string | null;
}

/** The list of organizations with where they publish to. */
const organizationDestinationsQuery = listQuery(["displayName", "name"]).extend({
  kind: z.enum(["private", "shared", ""]).catch(""),
});
export type OrganizationDestinationsQuery = z.output<typeof organizationDestinationsQuery>;

/** The same page; `url` is what somebody has typed and not saved. */
export const containerRegistryQuery = organizationDestinationsQuery.extend({
  url: z.string().max(maxUrlLength).catch(""),
});

export interface OrganizationDestinationRow {
  id: string;
  name: string;
  displayName: string;
  isEnabled: boolean;
  /** Null while there is no shared destination, and it has none of its own. */
  place: (OfferPlace & { registry: { id: string; name: string } }) | null;
  isPrivate: boolean;
}
