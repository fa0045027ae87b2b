import "server-only";
import { splitLocation } from "#lib/domain/cluster-config/mirrored-image.ts";
import type { ConfigForm, ConfigTopic, MadeConfig } from "#lib/schemas/cluster-config.ts";
import type { KnownParts } from "./config-inputs.ts";

const maxMisplaced = 100;

/** Clients that look for every image of a source at its own path, below one base. */
const lookBelowBase: ReadonlySet<ConfigTopic> = new Set(["containerd", "podman"]);
/** And those that can be told of each repository, as long as it ends in its own path. */
const lookByRepository: ReadonlySet<ConfigTopic> = new Set(["hosts-toml"]);

/** Docker's mirror is one of Docker Hub, and has no path; images of others are named by the registry itself. */
const looksBelowBase = (topic: ConfigTopic, host: string, registry: string): boolean =>
  topic === "docker" ? host === "docker.io" && !registry.includes("/") : lookBelowBase.has(topic);

/** Images of the chosen sources that clients would look for elsewhere than they stand. */
export function listMisplaced(
  topic: ConfigTopic,
  { sources }: ConfigForm,
  { registry, images }: KnownParts,
): Pick<MadeConfig, "misplaced" | "misplacedCount"> {
  const found = images.flatMap(({ source, targets }) => {
    const { host, repository } = splitLocation(source);
    const [standsAt = ""] = targets;
    const isFound = lookByRepository.has(topic)
      ? targets.some((target) => target.endsWith(`/${repository}`))
      : !looksBelowBase(topic, host, registry) ||
        !sources.includes(host) ||
        targets.includes(`${registry}/${repository}`);
    return isFound ? [] : [{ image: source, standsAt }];
  });
  return { misplaced: found.slice(0, maxMisplaced), misplacedCount: found.length };
}
