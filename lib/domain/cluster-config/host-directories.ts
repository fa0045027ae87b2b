/** containerd names the directories of hosts with ports otherwise where `:` is not allowed in names. */
export const nodeSystems = ["linux", "windows"] as const;
export type NodeSystem = (typeof nodeSystems)[number];

/**
 * Where containerd looks for the `hosts.toml` of a host, below `config_path`: the first directory that is there counts
 * (core/remotes/docker/config/config_unix.go and config_windows.go).
 *
 * @param host `host[:port]` of the source
 */
export function listHostDirectories(host: string, system: NodeSystem): readonly string[] {
  const plain = system === "windows" ? (name: string) => name.replaceAll(":", "") : (name: string) => name;
  const colon = host.lastIndexOf(":");
  const escaped = colon > 0 ? `${host.slice(0, colon)}_${host.slice(colon + 1)}_` : host;
  return [...new Set([plain(escaped), plain(host), "_default"])];
}

/** The name of a host's directory that Linux and Windows both look for. */
export function nameHostDirectory(host: string): string {
  return listHostDirectories(host, "windows")[0] ?? host;
}
