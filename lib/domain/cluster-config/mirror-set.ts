import { formatYaml } from "./write-yaml.ts";

/** Objects of `config.openshift.io/v1` that say where images may be had, by digest or by tag. */
export const mirrorSetKinds = ["ImageDigestMirrorSet", "ImageTagMirrorSet"] as const;
export type MirrorSetKind = (typeof mirrorSetKinds)[number];

/** What they have taken the place of. */
export const oldMirrorKinds = ["ImageContentSourcePolicy", "ImageContentPolicy"] as const;

/** Unset means that the source may be asked (types_image_digest_mirror_set.go of openshift/api). */
export const mirrorSourcePolicies = ["AllowContactingSource", "NeverContactSource"] as const;
export type MirrorSourcePolicy = (typeof mirrorSourcePolicies)[number];

/** One source and where else it may be had. */
export interface MirrorEntry {
  /** `host[:port]`, `host[:port]/namespace[/repository]`, or `*.host` */
  readonly source: string;
  /** `host[:port][/namespace[/repository]]` each, in the order in which they are to be asked. */
  readonly mirrors: readonly string[];
  readonly mirrorSourcePolicy?: MirrorSourcePolicy | undefined;
}

/** An `ImageDigestMirrorSet` or `ImageTagMirrorSet`. */
export interface MirrorSet {
  readonly kind: MirrorSetKind;
  readonly name: string;
  readonly entries: readonly MirrorEntry[];
}

export const mirrorSetApiVersion = "config.openshift.io/v1";

/** The field of `spec` that has the entries. */
export const mirrorListFields = {
  ImageDigestMirrorSet: "imageDigestMirrors",
  ImageTagMirrorSet: "imageTagMirrors",
} as const satisfies Record<MirrorSetKind, string>;

/** `Kind/name spec.imageTagMirrors[0]`: how findings name an entry. */
export function nameEntry(set: MirrorSet, index: number): string {
  return `${set.kind}/${set.name} spec.${mirrorListFields[set.kind]}[${index}]`;
}

/** YAML, one document an object, for `oc apply`. */
export function formatMirrorSets(sets: readonly MirrorSet[]): string {
  return formatYaml(
    ...sets.map(({ kind, name, entries }) => ({
      apiVersion: mirrorSetApiVersion,
      kind,
      metadata: { name },
      spec: {
        [mirrorListFields[kind]]: entries.map(({ source, mirrors, mirrorSourcePolicy }) => ({
          source,
          mirrors,
          ...(mirrorSourcePolicy !== undefined && { mirrorSourcePolicy }),
        })),
      },
    })),
  );
}
