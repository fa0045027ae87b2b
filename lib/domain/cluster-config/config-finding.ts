/**
 * `error`: does not do what it is for, and often silently. `warning`: works here or now, and will hurt. `notice`: good to
 * know.
 */
export type ConfigSeverity = "error" | "warning" | "notice";

/** One thing that a check of the clusters' own formats says; its sentence is made at the edge. */
export interface ConfigFinding<Rule extends string = string> {
  readonly rule: Rule;
  readonly severity: ConfigSeverity;
  /** What it is said of: `Kind/name`, or a file, and what in it: `ImageTagMirrorSet/windows spec.imageTagMirrors[0]`. */
  readonly object: string;
  readonly facts: Readonly<Record<string, string | number>>;
  /** What a node would ask for, where that shows the matter. */
  readonly url?: string;
}
