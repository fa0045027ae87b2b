import { afterAll, beforeAll, expect, test } from "vitest";
import { fillRegistry } from "#lib/demo/fill-registry.ts";
import type { ReleaseImage } from "#lib/demo/generate-release.ts";
import {
  createMirrorSession,
  createRegistrySource,
  createRegistryTarget,
  type MirrorItem,
} from "#lib/engine/mirror/index.ts";
import { imagesLockPath, parseImagesLock } from "#lib/engine/mirror/imgpkg.ts";
import { readImageFile } from "#lib/engine/mirror/image-file.ts";
import { joinRepository, parseRegistryHost, parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import { createRegistryClient, type RegistryClient } from "#lib/engine/oci/registry-client.ts";
import { startRegistry, type RegistryServer } from "#lib/testing/registry-server.ts";
import type { DiscoveredComponent } from "../discovered-component.ts";
import { discoverTkg } from "./discover-tkg.ts";

/** What is found of the demo's release, and small enough to be mirrored here: two Kubernetes releases, bundles, images. */
const only = ({ repository }: Pick<ReleaseImage, "repository">) =>
  /^tkg\/(?:tk[gr]-|packages\/(?:core\/(?:repo|antrea|addons-manager)|management)|etcd|coredns|pause|kube-(?:apiserver|vip))/.test(
    repository,
  );
const tkg = parseRepository("tkg");
const mirrored = parseRepository("base/tkg");

let servers: { source: RegistryServer; target: RegistryServer };
let clients: { source: RegistryClient; target: RegistryClient };

const clientOf = ({ host }: RegistryServer) =>
  createRegistryClient({ registry: parseRegistryHost(host), plainHttp: true, access: "pull,push" });

beforeAll(async () => {
  const [source, target] = await Promise.all([startRegistry(), startRegistry()]);
  servers = { source, target };
  clients = { source: clientOf(source), target: clientOf(target) };
  await fillRegistry(source.url, { scale: 0.01, only });
}, 180_000);

afterAll(async () => {
  await Promise.all(Object.values(clients).map((client) => client.close()));
  await Promise.all(Object.values(servers).map((server) => server.stop()));
});

test("what is found mirrors into the layout that clusters look in, bundles with all of their images", async () => {
  const source = createRegistrySource(clients.source);
  const listTags: RegistryClient["listTags"] = (...request) => clients.source.listTags(...request);
  const choice = { base: tkg, version: "v2.1.1", infrastructures: ["vsphere-nonparavirt"] };
  const found = await discoverTkg({ ...source, listTags }, choice);
  expect(found.kubernetesReleases).toHaveLength(2);
  const components = found.components.filter(({ repositoryPath }) =>
    only({ repository: joinRepository(tkg, repositoryPath) }),
  );
  const session = createMirrorSession({ source, target: createRegistryTarget(clients.target) });
  for (const component of components) await session.copy(toItem(component));

  const target = createRegistrySource(clients.target);
  const bundles = components.filter(({ repositoryPath }) =>
    /^packages\/|^tkr-(?:rep|vsp)/.test(repositoryPath),
  );
  expect(bundles.map(({ repositoryPath }) => repositoryPath)).toEqual(
    expect.arrayContaining(["packages/core/repo", "tkr-repository-vsphere-nonparavirt"]),
  );
  const limits = { maxFileBytes: 100_000, maxLayerBytes: 1_000_000 };
  for (const { repositoryPath, tag } of bundles) {
    const stored = { repository: joinRepository(mirrored, repositoryPath), reference: parseTag(tag ?? "") };
    const lock = await readImageFile(target, stored, imagesLockPath, { limits });
    const images = parseImagesLock(Buffer.from(lock.content).toString());
    expect(images.length).toBeGreaterThan(0);
    for (const { digest } of images) {
      expect(await clients.target.findManifest(stored.repository, digest)).not.toBeNull();
    }
  }

  // The mirror can be looked through in turn, and is the same release.
  const again = await discoverTkg(
    { ...target, listTags: (...request) => clients.target.listTags(...request) },
    { ...choice, base: mirrored },
  );
  expect(again).toEqual(found);
}, 120_000);

function toItem({ repositoryPath, tag }: DiscoveredComponent): MirrorItem {
  const reference = { tag: parseTag(tag ?? "") };
  return {
    source: {
      registry: parseRegistryHost(servers.source.host),
      repository: joinRepository(tkg, repositoryPath),
      ...reference,
    },
    target: { repository: joinRepository(mirrored, repositoryPath), ...reference },
  };
}
