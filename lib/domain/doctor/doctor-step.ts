/**
 * The steps of the walk, in its order: from a name to a manifest, then what else has to be right. Files that a browser
 * reads name them, too, so this one imports nothing.
 */
export const doctorSteps = [
  "dns",
  "reach",
  "proxy",
  "protocol",
  "tls",
  "trust",
  "remedy",
  "api",
  "clock",
  "authentication",
  "harbor",
  "images",
  "plugin-inventory",
  "push",
  "disk",
  "cloud-director",
] as const;

export type DoctorStep = (typeof doctorSteps)[number];

/**
 * Who has to trust the registry, by the list that its certificates stand in: this `panel`; the `bootstrap_vm` and the
 * nodes of a `cluster`, which judge as Go does.
 */
export const trustLists = ["panel", "bootstrap_vm", "cluster"] as const;

export type TrustList = (typeof trustLists)[number];
