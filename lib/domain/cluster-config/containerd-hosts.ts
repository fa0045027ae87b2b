import { stringify } from "smol-toml";
import { z } from "zod";
import { formatCommand } from "#lib/quote-argument.ts";
import { formatBase, registryBase } from "./cluster-input.ts";
import type { ConfigFile, ConfigOutput, ConfigStep } from "./config-output.ts";
import { formatHostsToml, type HostToWrite } from "./format-hosts-toml.ts";
import { nameHostDirectory, nodeSystems, type NodeSystem } from "./host-directories.ts";
import { certificateFiles, formatPem, nameFile, sourceList } from "./registry-fields.ts";

/** What containerd's nodes are to be told. */
export const containerdHostsInput = z.strictObject({
  /** Below which an image of a source stands by its own repository: `quay.io/a/b` at `registry/base/a/b`. */
  registry: registryBase,
  /** `host[:port]` of the registries whose images are mirrored so; none where only the registry itself is used. */
  sources: sourceList,
  /** For the registry; none where the system knows its authority. */
  certificates: certificateFiles,
  /** Whether the sources may be asked for what the registry does not have. */
  mayAskSource: z.boolean(),
  system: z.enum(nodeSystems),
  /** Whether the registry has no TLS. Then certificates are left out: with any, containerd would try HTTPS first. */
  plainHttp: z.boolean().default(false),
});
export type ContainerdHostsInput = z.infer<typeof containerdHostsInput>;

export type ContainerdHostsStep = "copy-files" | "set-config-path" | "restart-containerd" | "pull-to-try";
export type ContainerdHostsNote =
  /** Facts: `host` */
  | "source-is-asked-last"
  /** Facts: `host` */
  | "source-is-never-asked"
  /** `ctr` reads these files only when told to. */
  | "ctr-needs-hosts-dir"
  /** Credentials are not in them: they belong to pull secrets. */
  | "no-credentials";

/** Where containerd looks for `hosts.toml` files. */
export const containerdFolders = {
  linux: "/etc/containerd/certs.d",
  windows: "C:\\ProgramData\\containerd\\certs.d",
};
/** containerd's own configuration. */
export const containerdConfigFiles = {
  linux: "/etc/containerd/config.toml",
  windows: "C:\\Program Files\\containerd\\config.toml",
};

/**
 * `hosts.toml` files for containerd with the registry's certificates beside each (docs/hosts.md), in directories that the
 * system's containerd looks in. Where the source is not to be asked, the registry stands as the `server`: containerd then
 * knows of no other.
 */
export function generateContainerdHosts(
  asked: ContainerdHostsInput,
): ConfigOutput<ContainerdHostsStep, ContainerdHostsNote> {
  const input = asked.plainHttp ? { ...asked, certificates: [] } : asked;
  const { registry, sources, mayAskSource, system } = input;
  const own = makeHostFiles(input, registry.registry, { server: describeRegistry(input, "") });
  const foreign = sources.filter((source) => source !== registry.registry);
  const files = foreign.flatMap((source) => {
    const mirror = describeRegistry(input, registry.base);
    const server: HostToWrite = { url: findSourceUrl(source), capabilities: ["pull", "resolve"] };
    return makeHostFiles(input, source, mayAskSource ? { server, mirror } : { server: mirror });
  });
  const policy = mayAskSource ? "source-is-asked-last" : "source-is-never-asked";
  return {
    files: [...own, ...files, ...makeConfigLines(system)],
    steps: listSteps(input, foreign[0] ?? registry.registry),
    notes: [
      ...foreign.map((host) => ({ code: policy, facts: { host } }) as const),
      { code: "ctr-needs-hosts-dir", facts: {} },
      { code: "no-credentials", facts: {} },
    ],
  };
}

function describeRegistry(
  { registry, certificates, plainHttp }: ContainerdHostsInput,
  base: string,
): HostToWrite {
  return {
    url: `${plainHttp ? "http" : "https"}://${registry.registry}${base === "" ? "" : `/v2/${base}`}`,
    capabilities: ["pull", "resolve"],
    overridePath: base !== "",
    ca: certificates.map(nameFile),
  };
}

/** docker.io is the name of images, not of their registry. */
const findSourceUrl = (source: string) =>
  `https://${source === "docker.io" ? "registry-1.docker.io" : source}`;

/** Linux would take the other name, too, but people look for the one that they know. */
const nameDirectory = (host: string, system: NodeSystem): string =>
  system === "windows" ? nameHostDirectory(host) : host;

function makeHostFiles(
  { certificates, system }: ContainerdHostsInput,
  host: string,
  { server, mirror }: { server: HostToWrite; mirror?: HostToWrite },
): readonly ConfigFile[] {
  const folder = `certs.d/${nameDirectory(host, system)}`;
  return [
    {
      path: `${folder}/hosts.toml`,
      content: formatHostsToml({ server, mirrors: mirror === undefined ? [] : [mirror] }),
      isSecret: false,
    },
    ...certificates.map((each) => ({
      path: `${folder}/${nameFile(each)}`,
      content: formatPem(each),
      isSecret: false,
    })),
  ];
}

/** The lines for containerd's own configuration, whose plug-in got another name with version 2. */
function makeConfigLines(system: NodeSystem): readonly ConfigFile[] {
  const registry = { config_path: containerdFolders[system] };
  const lines = [
    { release: 1, version: 2, plugin: "io.containerd.grpc.v1.cri" },
    { release: 2, version: 3, plugin: "io.containerd.cri.v1.images" },
  ];
  return lines.map(({ release, version, plugin }) => ({
    path: `config-of-containerd-${release}.toml`,
    content: stringify({ version, plugins: { [plugin]: { registry } } }),
    isSecret: false,
  }));
}

function listSteps(
  { system, registry }: ContainerdHostsInput,
  host: string,
): readonly ConfigStep<ContainerdHostsStep>[] {
  const [folder, config] = [containerdFolders[system], containerdConfigFiles[system]];
  const image = host === registry.registry ? `${formatBase(registry)}/IMAGE:TAG` : `${host}/IMAGE:TAG`;
  const pulls = (quoted: string) => [
    `ctr --namespace k8s.io images pull --hosts-dir ${quoted} ${image}`,
    `crictl pull ${image}`,
  ];
  if (system === "windows") {
    const quoted = `'${folder}'`;
    return [
      {
        code: "copy-files",
        commands: [
          `New-Item -ItemType Directory -Force -Path ${quoted}`,
          `Copy-Item -Recurse -Force -Path 'certs.d\\*' -Destination ${quoted}`,
        ],
      },
      { code: "set-config-path", commands: [`Select-String -Pattern config_path -Path '${config}'`] },
      { code: "restart-containerd", commands: ["Restart-Service containerd"] },
      { code: "pull-to-try", commands: pulls(quoted) },
    ];
  }
  return [
    {
      code: "copy-files",
      commands: [formatCommand("mkdir", "-p", folder), formatCommand("cp", "-R", "certs.d/.", folder)],
    },
    { code: "set-config-path", commands: [formatCommand("grep", "-n", "config_path", config)] },
    { code: "restart-containerd", commands: [formatCommand("systemctl", "restart", "containerd")] },
    { code: "pull-to-try", commands: pulls(folder) },
  ];
}
