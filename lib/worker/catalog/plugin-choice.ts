import type { PluginChoice } from "#lib/domain/catalog/choose-plugins.ts";
import { type ReleaseRequest, releaseRequest } from "#lib/schemas/discoveries.ts";

type PluginRequest = Pick<
  Extract<ReleaseRequest, { kind: "tanzu_plugins" }>,
  "groups" | "plugins" | "machines"
>;

/** How the plug-ins of a release were chosen; null for a release of other things, and for a list that a person gave. */
export function findPluginRequest(request: unknown): PluginRequest | null {
  const parsed = request === null ? null : releaseRequest.parse(request);
  return parsed?.kind === "tanzu_plugins" ? parsed : null;
}

/** Plug-ins that a release is made of, as they are chosen from an inventory. */
export function readPluginChoice({ groups, plugins, machines }: PluginRequest): PluginChoice {
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
