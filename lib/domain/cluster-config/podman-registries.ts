import { z } from "zod";
import { formatCommand } from "#lib/quote-argument.ts";
import { formatBase, registryBase } from "./cluster-input.ts";
import type { ConfigOutput } from "./config-output.ts";
import { formatRegistriesConf, pullKinds, type RegistriesConfRule } from "./registries-conf.ts";
import { certificateFiles, formatPem, nameFile, sourceList } from "./registry-fields.ts";
import { findRestOfName } from "./rest-of-name.ts";

/** What Podman, Skopeo, Buildah and CRI-O are to be told. */
export const podmanRegistriesInput = z.strictObject({
  /** Below which an image of a source stands by its own repository: `quay.io/a/b` at `registry/base/a/b`. */
  registry: registryBase,
  /** `host[:port]` of the registries whose images are mirrored so. */
  sources: sourceList,
  certificates: certificateFiles,
  /** Whether the sources may be asked for what the registry does not have. */
  mayAskSource: z.boolean(),
  /** For which references the mirror is asked. */
  pullBy: z.enum(pullKinds),
  /** Whether the registry has no TLS. Then certificates are left out: none is verified where plain HTTP is allowed. */
  plainHttp: z.boolean().default(false),
});
export type PodmanRegistriesInput = z.infer<typeof podmanRegistriesInput>;

export type PodmanRegistriesStep = "copy-files" | "pull-to-try";
export type PodmanRegistriesNote =
  /** Facts: `host` */
  | "source-is-asked-last"
  /** Facts: `host` */
  | "source-is-never-asked"
  /** Where the mirror is asked for some references only; containers/image before 5.21 passes over it. Facts: `pullBy` */
  | "pull-kind-needs-version";

const confFile = "registries.conf.d/50-mirrors.conf";

/** `registries.conf` of version 2 as a drop-in, and the registry's certificates (containers-certs.d(5)). */
export function generatePodmanRegistries({
  registry: target,
  sources,
  mayAskSource,
  pullBy,
  plainHttp,
  ...input
}: PodmanRegistriesInput): ConfigOutput<PodmanRegistriesStep, PodmanRegistriesNote> {
  const { registry } = target;
  const mirror = formatBase(target);
  const certificates = plainHttp ? [] : input.certificates;
  const foreign = sources.filter((source) => source !== registry);
  const rules: RegistriesConfRule[] = foreign.map((source) => ({
    prefix: source,
    location: source,
    blocked: !mayAskSource,
    insecure: false,
    mirrors: [{ location: mirror, pullFromMirror: pullBy, insecure: plainHttp }],
  }));
  // A source without a port stands for each port of its host: what is said of it must not count for the registry.
  if (plainHttp || foreign.some((source) => findRestOfName(source, registry) !== null)) {
    rules.push({ prefix: registry, location: registry, blocked: false, insecure: plainHttp, mirrors: [] });
  }
  const policy = mayAskSource ? "source-is-asked-last" : "source-is-never-asked";
  const [first = mirror] = foreign;
  return {
    files: [
      ...(rules.length > 0
        ? [{ path: confFile, content: formatRegistriesConf(rules), isSecret: false }]
        : []),
      ...certificates.map((each) => ({
        path: `certs.d/${registry}/${nameFile(each)}`,
        content: formatPem(each),
        isSecret: false,
      })),
    ],
    steps: [
      {
        code: "copy-files",
        commands: [
          formatCommand("mkdir", "-p", "/etc/containers/registries.conf.d", "/etc/containers/certs.d"),
          ...(rules.length > 0 ? [formatCommand("cp", confFile, "/etc/containers/registries.conf.d/")] : []),
          ...(certificates.length > 0
            ? [formatCommand("cp", "-R", "certs.d/.", "/etc/containers/certs.d")]
            : []),
        ],
      },
      {
        code: "pull-to-try",
        commands: [`podman pull ${first}/IMAGE:TAG`, `skopeo inspect docker://${first}/IMAGE:TAG`],
      },
    ],
    notes: [
      ...foreign.map((host) => ({ code: policy, facts: { host } }) as const),
      ...(pullBy === "all" ? [] : [{ code: "pull-kind-needs-version", facts: { pullBy } } as const]),
    ],
  };
}
