import { z } from "zod";
import type { CseVersion } from "#lib/domain/catalog/cse-versions.ts";
import type { PluginOffers } from "#lib/domain/catalog/plugin-release-offers.ts";
import type { KubernetesRelease } from "#lib/domain/catalog/tkg/find-kubernetes-releases.ts";
import type { TkgVersion } from "#lib/domain/catalog/tkg/tkg-documents.ts";
import { checkedBy, textLine } from "./checked-text.ts";

const distinct = <T>(values: T[]): T[] => [...new Set(values)];

/** Where a release is looked for: `host[:port][/path]`, whatever registry is set up for the host. */
const sourceBase = z
  .string()
  .trim()
  .min(1, "required")
  .max(255, "too-long")
  .transform(
    checkedBy((text) =>
      /^(?:[a-z0-9.-]+|\[[a-f0-9:]+\])(?::\d{1,5})?(?:\/[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)?$/.test(text)
        ? null
        : "reference-format",
    ),
  );

const tag = z
  .string()
  .trim()
  .regex(/^\w[\w.-]{0,127}$/, "tag-format");
const version = z
  .string()
  .trim()
  .regex(/^v\d[\w.+-]{0,60}$/, "tkg-version-format");
/** As Kubernetes releases are called, `v1.24.10+vmware.1-tkg.2`. */
const kubernetesRelease = z
  .string()
  .trim()
  .regex(/^v\d[\w.+-]{0,100}$/, "invalid");
const pluginId = textLine(200).min(1, "required");

/** Infrastructures that TKG has packages for; clusters of Cloud Director use the first. */
export const infrastructures = ["vsphere-nonparavirt", "aws", "azure"] as const;

/** What the panel looks for to find out what a release is made of, by the kind of the release. */
export const releaseRequest = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("getting_started_airgapped"),
    /** Of the image that has the dependencies.txt. */
    tag,
  }),
  z.object({
    kind: z.literal("tkg"),
    version,
    /** None: all that the version supports. */
    kubernetesReleases: z.array(kubernetesRelease).max(100).transform(distinct).default([]),
    infrastructures: z
      .array(z.enum(infrastructures))
      .min(1, "required")
      .transform(distinct)
      .default(["vsphere-nonparavirt"]),
  }),
  z.object({
    kind: z.literal("tanzu_plugins"),
    /** `vmware-tkg/default:v2.3.1`, say; with `plugins`, none of both: all that there are. */
    groups: z.array(pluginId).max(100).transform(distinct).default([]),
    /** `package@kubernetes:v0.32.1`, say. */
    plugins: z.array(pluginId).max(1000).transform(distinct).default([]),
    /** `linux/amd64`, say; none: all. */
    machines: z
      .array(z.string().regex(/^[a-z0-9]+\/[a-z0-9]+$/, "platform-format"))
      .max(20)
      .transform(distinct)
      .default([]),
  }),
]);
export type ReleaseRequest = z.output<typeof releaseRequest>;

export const findReleaseInput = z.object({
  name: textLine(100, "name-format").min(1, "required"),
  version: textLine(60, "name-format").min(1, "required"),
  source: sourceBase,
  request: releaseRequest,
});
export type FindReleaseInput = z.output<typeof findReleaseInput>;

/** The release that is to be looked up again. */
export const refreshReleaseInput = z.object({ releaseId: z.uuid() });
export type RefreshReleaseInput = z.output<typeof refreshReleaseInput>;

/** What may be chosen at a source: `/api/discoveries/...?source=` */
export const lookUpQuery = z.object({ source: sourceBase });
export type LookUpQuery = z.output<typeof lookUpQuery>;

export const kubernetesLookUpQuery = lookUpQuery.extend({ version });
export type KubernetesLookUpQuery = z.output<typeof kubernetesLookUpQuery>;

export type { KubernetesRelease, PluginOffers, TkgVersion };

/** Versions of Container Service Extension whose list of images is known, by the tag of the image that has it. */
export interface GettingStartedChoice {
  tag: NonNullable<CseVersion["gettingStartedTag"]>;
  /** Newest first. */
  versions: CseVersion["version"][];
}
