import type { PluginChoice } from "#lib/domain/catalog/choose-plugins.ts";
import type { ReleaseRequest } from "#lib/schemas/discoveries.ts";

/** Plug-ins that a release is made of, as they are chosen from an inventory. */
export function readPluginChoice({
  groups,
  plugins,
  machines,
}: Extract<ReleaseRequest, { kind: "tanzu_plugins" }>): PluginChoice {
  return {
    ...(groups.length > 0 && { groups }),
    ...(plugins.length > 0 && { plugins }),
    ...(machines.length > 0 && { machines: machines.map(parseMachine) }),
  };
}

function parseMachine(machine: string): { os: string; architecture: string } {
  const [os = "", architecture = ""] = machine.split("/");
  return { os, architecture };
}
