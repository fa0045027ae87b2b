import { formatCommand } from "#lib/quote-argument.ts";
import type { ConfigFile, ConfigOutput } from "./config-output.ts";
import { containerdConfigFiles, containerdFolders } from "./containerd-hosts.ts";
import type { NodeSystem } from "./host-directories.ts";

export type HostsTomlStep = "copy-files" | "set-config-path" | "pull-to-try";
export type HostsTomlNote =
  /** They are to be compared only: the operator writes them itself. */
  | "made-by-operator"
  /** A private authority is to be named besides. */
  | "no-certificates";

/**
 * What is to be known of `hosts.toml` files out of mirror sets and done with them.
 *
 * @param system Windows for those of the operator, of which nothing is to be copied
 */
export function guideHostsToml(
  files: readonly ConfigFile[],
  system: NodeSystem,
): Pick<ConfigOutput<HostsTomlStep, HostsTomlNote>, "steps" | "notes"> {
  const [first] = files;
  if (first === undefined) return { steps: [], notes: [] };
  if (system === "windows") return { steps: [], notes: [{ code: "made-by-operator", facts: {} }] };
  const [folder, config] = [containerdFolders[system], containerdConfigFiles[system]];
  const [, host = ""] = first.path.split("/");
  return {
    steps: [
      {
        code: "copy-files",
        commands: [formatCommand("mkdir", "-p", folder), formatCommand("cp", "-R", "certs.d/.", folder)],
      },
      { code: "set-config-path", commands: [formatCommand("grep", "-n", "config_path", config)] },
      { code: "pull-to-try", commands: [formatCommand("crictl", "pull", `${host}/IMAGE:TAG`)] },
    ],
    notes: [{ code: "no-certificates", facts: {} }],
  };
}
