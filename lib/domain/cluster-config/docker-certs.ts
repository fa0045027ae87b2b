import { z } from "zod";
import { formatCommand } from "#lib/quote-argument.ts";
import { formatBase, registryBase } from "./cluster-input.ts";
import type { ConfigNote, ConfigOutput, ConfigStep } from "./config-output.ts";
import { nodeSystems } from "./host-directories.ts";
import { certificateFiles, formatPem, nameFile, sourceList } from "./registry-fields.ts";

/** What Docker is to be told. */
export const dockerCertsInput = z.strictObject({
  registry: registryBase,
  /** `host[:port]` of the registries whose images are mirrored below it. */
  sources: sourceList,
  certificates: certificateFiles,
  system: z.enum(nodeSystems),
});
export type DockerCertsInput = z.infer<typeof dockerCertsInput>;

export type DockerCertsStep = "copy-certificates" | "merge-daemon-json" | "restart-docker" | "pull-to-try";
export type DockerCertsNote =
  /** Docker has mirrors of Docker Hub only: images are to be named by the registry. Facts: `host`, `name` */
  | "docker-mirrors-hub-only"
  /** A mirror of Docker Hub has no path. Facts: `registry`, `base` */
  | "docker-mirror-without-path"
  /** Docker Hub is asked for what the mirror does not have, and nothing forbids it. */
  | "docker-asks-hub-last";

const folders = { linux: "/etc/docker/certs.d", windows: "C:\\ProgramData\\docker\\certs.d" };
const daemonFiles = {
  linux: "/etc/docker/daemon.json",
  windows: "C:\\ProgramData\\docker\\config\\daemon.json",
};

/**
 * Docker's certificates (`certs.d/<host[:port]>/*.crt`, without the colon on Windows) and, where the registry mirrors Docker
 * Hub at its root, `registry-mirrors` for `daemon.json` (docs.docker.com, "Verify repository client with certificates" and
 * "Registry as a pull through cache").
 */
export function generateDockerCerts({
  registry: target,
  sources,
  certificates,
  system,
}: DockerCertsInput): ConfigOutput<DockerCertsStep, DockerCertsNote> {
  const { registry, base } = target;
  const folder = `certs.d/${system === "windows" ? registry.replaceAll(":", "") : registry}`;
  const isHubMirror = sources.some((host) => host === "docker.io") && base === "";
  const mirror = { "registry-mirrors": [`https://${registry}`] };
  return {
    files: [
      ...certificates.map((each) => ({
        path: `${folder}/${nameFile(each)}`,
        content: formatPem(each),
        isSecret: false,
      })),
      ...(isHubMirror
        ? [{ path: "daemon.json", content: `${JSON.stringify(mirror, null, 2)}\n`, isSecret: false }]
        : []),
    ],
    steps: listSteps(system, formatBase(target), {
      hasCertificates: certificates.length > 0,
      isHubMirror,
    }),
    notes: sources.flatMap((host): readonly ConfigNote<DockerCertsNote>[] => {
      if (host === registry) return [];
      if (host !== "docker.io") {
        const name = `${formatBase(target)}/IMAGE:TAG`;
        return [{ code: "docker-mirrors-hub-only", facts: { host, name } }];
      }
      return isHubMirror
        ? [{ code: "docker-asks-hub-last", facts: {} }]
        : [{ code: "docker-mirror-without-path", facts: { registry, base } }];
    }),
  };
}

function listSteps(
  system: DockerCertsInput["system"],
  name: string,
  { hasCertificates, isHubMirror }: { hasCertificates: boolean; isHubMirror: boolean },
): readonly ConfigStep<DockerCertsStep>[] {
  const isWindows = system === "windows";
  const [folder, daemon] = [folders[system], daemonFiles[system]];
  const copy = isWindows
    ? [
        `New-Item -ItemType Directory -Force -Path '${folder}'`,
        `Copy-Item -Recurse -Force -Path 'certs.d\\*' -Destination '${folder}'`,
      ]
    : [formatCommand("mkdir", "-p", folder), formatCommand("cp", "-R", "certs.d/.", folder)];
  const show = isWindows ? `Get-Content -Path '${daemon}'` : formatCommand("cat", daemon);
  const restart = isWindows ? "Restart-Service docker" : formatCommand("systemctl", "restart", "docker");
  const steps: readonly (ConfigStep<DockerCertsStep> | false)[] = [
    hasCertificates && { code: "copy-certificates", commands: copy },
    isHubMirror && { code: "merge-daemon-json", commands: [show] },
    isHubMirror && { code: "restart-docker", commands: [restart] },
    { code: "pull-to-try", commands: [`docker pull ${name}/IMAGE:TAG`] },
  ];
  return steps.filter((step) => step !== false);
}
