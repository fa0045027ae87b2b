import { afterAll, beforeAll, expect, test } from "vitest";
import { buildFileImage } from "#lib/demo/file-image.ts";
import { fillRegistry } from "#lib/demo/fill-registry.ts";
import {
  createMirrorSession,
  createRegistrySource,
  createRegistryTarget,
  type MirrorItem,
} from "#lib/engine/mirror/index.ts";
import { joinRepository, parseRegistryHost, parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import { createRegistryClient, type RegistryClient } from "#lib/engine/oci/registry-client.ts";
import { pushSample } from "#lib/testing/push-sample.ts";
import { type RegistryServer, startRegistry } from "#lib/testing/registry-server.ts";
import type { DiscoveredComponent } from "./discovered-component.ts";
import { fetchPluginInventory } from "./plugin-inventory.ts";
import { listPluginRelease } from "./plugin-release.ts";

const plugins = parseRepository("tanzu_cli/plugins");
const mirrored = parseRepository("base/tanzu_cli/plugins");
const inventory = parseRepository("plugin-inventory");
const latest = parseTag("latest");

let servers: { source: RegistryServer; target: RegistryServer };
let clients: { source: RegistryClient; target: RegistryClient };

const clientOf = ({ host }: RegistryServer) =>
  createRegistryClient({ registry: parseRegistryHost(host), plainHttp: true, access: "pull,push" });

beforeAll(async () => {
  const [source, target] = await Promise.all([startRegistry(), startRegistry()]);
  servers = { source, target };
  clients = { source: clientOf(source), target: clientOf(target) };
  const only = ({ repository }: { repository: string }) => repository.startsWith(`${plugins}/`);
  await fillRegistry(source.url, { scale: 0.01, only });
});

afterAll(async () => {
  await Promise.all(Object.values(clients).map((client) => client.close()));
  await Promise.all(Object.values(servers).map((server) => server.stop()));
});

test("what is chosen mirrors with the signature of its inventory, and is the same choice there", async () => {
  const repository = joinRepository(plugins, inventory);
  const source = createRegistrySource(clients.source);
  const stood = await fetchPluginInventory(source, { repository, reference: latest });
  const signature = parseTag(`${stood.digest.replace(":", "-")}.sig`);
  const signed = buildFileImage([{ path: "signature", content: "what cosign says" }]);
  await pushSample(clients.source, repository, signature, signed);

  const choice = {
    groups: ["vmware-tkg/default:v2.5.4"],
    machines: [{ os: "linux", architecture: "amd64" }],
  };
  const found = listPluginRelease(stood.inventory, choice);
  expect(found.problems).toEqual([]);
  expect(found.components.map(({ repositoryPath, tag }) => `${repositoryPath}:${tag ?? ""}`)).toEqual([
    "plugin-inventory:latest",
    "vmware/tkg/linux/amd64/global/isolated-cluster:v0.32.5",
    "vmware/tkg/linux/amd64/kubernetes/package:v0.32.1",
    "vmware/tkg/linux/amd64/global/telemetry:v0.32.5",
    // The essentials always come along.
    "vmware/tkg/linux/amd64/global/telemetry:v1.1.0",
  ]);

  const session = createMirrorSession({
    source,
    target: createRegistryTarget(clients.target),
    scope: { referrers: true },
  });
  for (const component of found.components) await session.copy(toItem(component));
  const at = joinRepository(mirrored, inventory);
  const target = createRegistrySource(clients.target);
  const again = await fetchPluginInventory(target, { repository: at, reference: latest });
  expect(again.digest).toBe(stood.digest);
  expect(listPluginRelease(again.inventory, choice)).toEqual(found);
  expect((await clients.target.findManifest(at, signature))?.digest).toBe(signed.descriptor.digest);
  for (const { repositoryPath, tag } of found.components) {
    const image = joinRepository(mirrored, repositoryPath);
    expect(await clients.target.findManifest(image, parseTag(tag ?? ""))).not.toBeNull();
  }
  const others = joinRepository(mirrored, parseRepository("vmware/tkg/darwin/amd64/global/telemetry"));
  expect(await clients.target.findManifest(others, parseTag("v1.1.0"))).toBeNull();
}, 60_000);

function toItem({ repositoryPath, tag }: DiscoveredComponent): MirrorItem {
  const reference = { tag: parseTag(tag ?? "") };
  return {
    source: {
      registry: parseRegistryHost(servers.source.host),
      repository: joinRepository(plugins, repositoryPath),
      ...reference,
    },
    target: { repository: joinRepository(mirrored, repositoryPath), ...reference },
  };
}
