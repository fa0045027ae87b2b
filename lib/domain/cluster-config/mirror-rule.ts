import type { ConfigFinding, ConfigSeverity } from "./config-finding.ts";

/** What is wrong with mirror sets that the API takes, and how much that matters where nothing else is said. */
export const mirrorRules = {
  /** Linux nodes pass such an entry over. Facts: `source` */
  "mirror-equals-source": "warning",
  /** Facts: `source` */
  "entry-without-mirrors": "notice",
  /** The API takes a policy only beside mirrors. Facts: `source`, `policy` */
  "policy-without-mirrors": "warning",
  /**
   * Linux nodes go by the most specific source of either kind, which has no mirrors for such references.
   * Facts: `image`, `source` (wider, which has some), `hiddenBy` (more specific), `by` ("tag" or "digest")
   */
  "entry-hidden": "error",
  /** Of entries of one source NeverContactSource wins on Linux nodes. Facts: `source`, `never` and `allow`: how many */
  "policies-differ": "warning",

  /** Nothing of it stands there. Facts: `image`, `location` (where nodes look), `stands` (where it is) */
  "mirror-holds-nothing": "error",
  /** It has a rule, and was not mirrored. Facts: `image` */
  "image-not-mirrored": "error",
  /** It was mirrored, and no rule leads there. Facts: `image`, `stands` */
  "image-without-entry": "warning",
  /** Of what is known, nothing was mirrored from there. Facts: `source` */
  "entry-without-image": "notice",

  /**
   * A Windows node asks for another path, since the mirror does not end in the whole path of the source.
   * Facts: `source`, `mirror`, `asked` (where the image would have to be; as a mirror it would be right), `path`
   */
  "windows-path-differs": "error",
  /** The mirror's path ends in the host of the source, which is dropped. Facts: `source`, `mirror`, `asked` */
  "windows-source-host-dropped": "error",
  /** All of the mirror is dropped. Facts: `source`, `mirror` */
  "windows-mirror-empty": "error",
  /** Facts: `source` */
  "windows-wildcard": "error",
  /** Facts: `host`, `directory` (that Windows cannot have), `expected` (that containerd looks for, too) */
  "windows-port-in-directory": "error",
  /** Two mirrors of an entry become the same table; containerd asks the source. Facts: `host`, `table`, `mirrors` */
  "windows-duplicate-table": "error",
  /** Facts: `host`, `written`, `asked` */
  "windows-order-lost": "warning",
  /** Facts: `host`, `sources`, `source` (of which an image is asked of) `mirror` (of another one) */
  "windows-spill-over": "warning",
  /** The mirrors are asked for all images of the host. Facts: `host`, `sources` */
  "windows-whole-host": "notice",
  /** No image of the host can be had but from the mirrors. Facts: `host`, `sources` */
  "windows-never-whole-host": "warning",
  /** An entry says NeverContactSource, and the source is asked. Facts: `host`, `source` */
  "windows-policy-lost": "error",
  /** Whether NeverContactSource holds depends on the order of the objects. Facts: `host`, `source` */
  "windows-policy-by-chance": "warning",
  /** An empty file, with which the source is asked; an error under NeverContactSource. Facts: `host` */
  "windows-empty-file": "warning",
  /** The fallback is docker.io itself, which is no registry. Facts: `server` */
  "windows-docker-server": "warning",
  /** Only the source may say what the tag stands for. Facts: `image`, `host` */
  "windows-tag-unresolved": "error",
  /** Only the first mirror may, as the server, which gets no credentials. Facts: `image`, `host` */
  "windows-tag-at-server": "warning",
  /** No entry for the host of the pause image, which every Windows pod needs. Facts: `image` */
  "windows-pause-without-entry": "error",
  /** None of the places that a Windows node asks has it. Facts: `image`, `asked`, `stands` */
  "windows-image-elsewhere": "error",

  /** Facts: `limit` */
  "findings-too-many": "notice",
} as const satisfies Record<string, ConfigSeverity>;
export type MirrorRule = keyof typeof mirrorRules;
export type MirrorFinding = ConfigFinding<MirrorRule>;

/** A finding of the severity that its rule has, unless another is given. */
export function tellMirror(
  rule: MirrorRule,
  object: string,
  facts: MirrorFinding["facts"],
  { url, severity = mirrorRules[rule] }: { url?: string | undefined; severity?: ConfigSeverity } = {},
): MirrorFinding {
  return { rule, severity, object, facts, ...(url !== undefined && { url }) };
}
