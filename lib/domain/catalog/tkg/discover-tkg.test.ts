import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { buildFileImage } from "#lib/demo/file-image.ts";
import { fillRegistry } from "#lib/demo/fill-registry.ts";
import { isTkgDocument } from "#lib/demo/tkg-documents.ts";
import { listFurtherTkgImages } from "#lib/demo/tkg-releases.ts";
import { listTkgImages } from "#lib/demo/vendor-lists.ts";
import { createRegistrySource } from "#lib/engine/mirror/registry-content.ts";
import { parseRegistryHost, parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import { createRegistryClient, type RegistryClient } from "#lib/engine/oci/registry-client.ts";
import { startMemoryRegistry, type MemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import { pushSample } from "#lib/testing/push-sample.ts";
import { discoverTkg, type TkgChoice, type TkgDiscovery } from "./discover-tkg.ts";
import { findKubernetesReleases } from "./find-kubernetes-releases.ts";
import { listTkgVersions } from "./list-tkg-versions.ts";
import type { TkgSource } from "./tkg-source.ts";

const base = parseRepository("tkg");

let registry: MemoryRegistry;
let client: RegistryClient;
let source: TkgSource;
beforeEach(async () => {
  registry = await startMemoryRegistry();
  client = createRegistryClient({
    registry: parseRegistryHost(registry.host),
    plainHttp: true,
    access: "pull,push",
  });
  source = { ...createRegistrySource(client), listTags: (...request) => client.listTags(...request) };
});
afterEach(async () => {
  await client.close();
  await registry.stop();
});

const discover = (choice: Partial<TkgChoice> = {}) =>
  discoverTkg(source, { base, version: "v2.1.1", ...choice });
const namesOf = ({ components }: TkgDiscovery) =>
  components.map(({ repositoryPath, tag }) => `${repositoryPath}:${tag}`);

/** Images of one file each, by `path:tag` below the base. */
async function publish(images: Readonly<Record<string, readonly [file: string, content: string]>>) {
  for (const [name, [path, content]] of Object.entries(images)) {
    const [repository = "", tag = ""] = name.split(":");
    const image = buildFileImage([{ path, content }]);
    await pushSample(client, parseRepository(`${base}/${repository}`), parseTag(tag), image);
  }
}

const bomOf = (components: object, more: object = {}) =>
  JSON.stringify({ release: { version: "v9" }, components, ...more });
const imageOf = (imagePath: string, tag: string) => [{ version: "v1", images: { one: { imagePath, tag } } }];
/** A small release with two Kubernetes releases; the demo has the real shape. */
const chain = {
  "tkg-compatibility:v1": ["tkg-compatibility.yaml", "managementClusterPluginVersions: []"],
  "tkg-bom:v2.1.1": [
    "tkg-bom-v2.1.1.yaml",
    bomOf({ app: imageOf("app", "v1"), none: [{ version: "v3" }], empty: null }),
  ],
  "tkr-compatibility:v9": ["tkr-compatibility.yaml", "managementClusterVersions: []"],
  "tkr-compatibility:v10": [
    "tkr-compatibility.yaml",
    JSON.stringify({
      managementClusterVersions: [
        { version: "v2.1.1", supportedKubernetesVersions: ["v1.2.0+vmware.1", "v1.10.0+vmware.1"] },
        { version: "v2.1.0", supportedKubernetesVersions: [] },
      ],
    }),
  ],
  "tkr-bom:v1.2.0_vmware.1": ["tkr-bom-v1.2.0+vmware.1.yaml", bomOf({ etcd: imageOf("etcd", "v2") })],
  "tkr-bom:v1.10.0_vmware.1": [
    "tkr-bom-v1.10.0+vmware.1.yaml",
    bomOf({ etcd: imageOf("etcd", "v3"), "other-name": imageOf("app", "v1") }),
  ],
} as const satisfies Parameters<typeof publish>[0];
const chainNames = [
  "tkg-compatibility:v1",
  "tkg-bom:v2.1.1",
  "app:v1",
  "tkr-compatibility:v10",
  "tkr-bom:v1.2.0_vmware.1",
  "etcd:v2",
  "tkr-bom:v1.10.0_vmware.1",
  "etcd:v3",
];

describe("the release of the demo", () => {
  const vendor = [...listTkgImages(), ...listFurtherTkgImages()].map(
    ({ repository, tag }) => `${repository.slice("tkg/".length)}:${tag}`,
  );
  const isOldCompatibility = (name: string) =>
    /^tk[gr]-compatibility:/.test(name) &&
    name !== "tkg-compatibility:v15" &&
    name !== "tkr-compatibility:v23";
  const current = vendor.filter((name) => !isOldCompatibility(name));
  const older = /v1\.23\.16_vmware|^(?:etcd:v3\.5\.6_vmware\.5|coredns:v1\.8\.6_vmware\.16|pause:3\.6)$/;
  const packages = /^tkr-(?:repository-)?(?<infrastructure>aws|azure|vsphere-nonparavirt):/;

  beforeEach(() => fillRegistry(registry.url, { scale: 0.01, only: isTkgDocument }));

  test("is found whole, each image once, with the packages of one infrastructure", async () => {
    const found = await discover();
    const expected = current.filter((name) => !/^tkr-(?:repository-)?(?:aws|azure):/.test(name));
    expect(namesOf(found).sort()).toEqual(expected.sort());
    expect(found.problems).toEqual([]);
    expect(found.kubernetesReleases).toEqual([
      { version: "v1.24.10+vmware.1-tkg.2", isDefault: true },
      { version: "v1.23.16+vmware.1-tkg.1", isDefault: false },
    ]);
  });

  test("with one Kubernetes release is the published list, and what that is too old for", async () => {
    const found = await discover({ kubernetesReleases: ["v1.24.10_vmware.1-tkg.2"] });
    const list = listTkgImages().map(({ repository, tag }) => `${repository.slice("tkg/".length)}:${tag}`);
    expect(list).toHaveLength(222);
    expect(namesOf(found).sort()).toEqual(
      [
        ...list.filter((name) => !isOldCompatibility(name)),
        "tkr-vsphere-nonparavirt:v1.24.10_vmware.1-tkg.2",
        "tkr-repository-vsphere-nonparavirt:v1.24.10_vmware.1-tkg.2",
      ].sort(),
    );
    expect(namesOf(found).filter((name) => older.test(name))).toEqual([]);
  });

  test("brings the packages of the infrastructures that are chosen", async () => {
    const infrastructuresIn = async (infrastructures: readonly string[]) => {
      const names = namesOf(await discover({ infrastructures }));
      return [...new Set(names.flatMap((name) => packages.exec(name)?.groups?.infrastructure ?? []))].sort();
    };
    expect(await infrastructuresIn([])).toEqual([]);
    expect(await infrastructuresIn(["aws", "azure", "aws"])).toEqual(["aws", "azure"]);
  });

  test("keeps the names of components, and every document that lists an image", async () => {
    const { components } = await discover();
    const find = (path: string) => components.find(({ repositoryPath }) => repositoryPath === path);
    expect(find("harbor/harbor-core")).toMatchObject({ group: "harbor", foundIn: ["tkg-bom v2.1.1"] });
    expect(find("packages/core/antrea")).toMatchObject({ group: "tkg-core-packages" });
    expect(find("kube-vip")?.foundIn).toEqual([
      "tkg-bom v2.1.1",
      "tkr-bom v1.24.10+vmware.1-tkg.2",
      "tkr-bom v1.23.16+vmware.1-tkg.1",
    ]);
    expect(find("tkr-compatibility")).toMatchObject({ tag: "v23", group: "tkr-compatibility", digest: null });
    expect(find("tkr-bom")?.foundIn).toEqual(["tkr-compatibility v23"]);
  });

  test("offers what can be looked through", async () => {
    expect(await listTkgVersions(source, base)).toEqual([{ version: "v2.1.1", isCompatible: true }]);
    expect(await findKubernetesReleases(source, base, "v2.1.1")).toHaveLength(2);
  });

  test("tells of each document as it has been read", async () => {
    const steps: string[] = [];
    const choice = { base, version: "v2.1.1" };
    const { components } = await discoverTkg(source, choice, {
      onStep: ({ document, imagesFound }) => {
        steps.push(`${document}: ${imagesFound}`);
      },
    });
    expect(steps).toHaveLength(4);
    expect(steps.at(-1)).toBe(`tkr-bom v1.23.16+vmware.1-tkg.1: ${components.length}`);
  });
});

test("an image of several documents comes once, and a component without images not at all", async () => {
  await publish(chain);
  const found = await discover();
  expect(namesOf(found)).toEqual(chainNames);
  expect(found.problems).toEqual([]);
  expect(found.components.find(({ repositoryPath }) => repositoryPath === "app")).toEqual({
    repositoryPath: "app",
    tag: "v1",
    digest: null,
    group: "app",
    foundIn: ["tkg-bom v2.1.1", "tkr-bom v1.10.0+vmware.1"],
  });
  // The newest first, by numbers.
  expect(found.kubernetesReleases.map(({ version }) => version)).toEqual([
    "v1.10.0+vmware.1",
    "v1.2.0+vmware.1",
  ]);
});

test("stands at the root of a registry, too", async () => {
  await publish(chain);
  for (const name of Object.keys(chain)) {
    const [path = "", tag = ""] = name.split(":");
    const { raw, descriptor } = await client.getManifest(parseRepository(`tkg/${path}`), parseTag(tag));
    const [file, content] = chain[name as keyof typeof chain];
    expect(descriptor.sizeBytes).toBe(raw.byteLength);
    await pushSample(client, parseRepository(path), parseTag(tag), buildFileImage([{ path: file, content }]));
  }
  expect(namesOf(await discover({ base: "" }))).toEqual(chainNames);
});

describe("what is wrong with one Kubernetes release", () => {
  const rest = chainNames.filter((name) => !/:v1\.2\.0|etcd:v2/.test(name));

  test.each([
    ["holds no YAML", "tkr-bom-v1.2.0+vmware.1.yaml", "components: [", "release-document-invalid", ""],
    ["has no components", "tkr-bom-v1.2.0+vmware.1.yaml", "a: b", "release-document-invalid", "components"],
    ["holds another file", "other.txt", "a: b", "release-document-invalid", ""],
    ["is huge", "tkr-bom-v1.2.0+vmware.1.yaml", "#".repeat(600_000), "release-document-invalid", ""],
  ] as const)(
    "is told when its document %s, and the rest stays usable",
    async (_what, file, content, code, field) => {
      await publish({ ...chain, "tkr-bom:v1.2.0_vmware.1": [file, content] });
      const found = await discover();
      expect(namesOf(found)).toEqual(rest);
      expect(found.problems).toMatchObject([
        {
          code,
          facts: {
            file: "tkr-bom-v1.2.0+vmware.1.yaml",
            registry: registry.host,
            repository: "tkg/tkr-bom",
            reference: "v1.2.0_vmware.1",
            retryable: false,
            ...(field !== "" && { field }),
          },
        },
      ]);
    },
  );

  test("is told when its document is missing", async () => {
    const { "tkr-bom:v1.2.0_vmware.1": _missing, ...others } = chain;
    await publish(others);
    const found = await discover();
    expect(namesOf(found)).toEqual(rest);
    expect(found.kubernetesReleases.map(({ version }) => version)).toEqual(["v1.10.0+vmware.1"]);
    expect(found.problems).toMatchObject([
      { code: "manifest-not-found", facts: { repository: "tkg/tkr-bom", reference: "v1.2.0_vmware.1" } },
    ]);
  });

  test("is told for each entry that names no image, the others are found", async () => {
    const entries = {
      climbing: imageOf("../etcd", "v1"),
      loud: imageOf("Etcd", "v1"),
      plus: imageOf("etcd", "v1+x"),
      path: [{ images: { one: { tag: "v1" } } }],
      text: "etcd",
      fine: imageOf("a/b-c/d", "v1"),
    };
    await publish({ ...chain, "tkr-bom:v1.2.0_vmware.1": ["tkr-bom-v1.2.0+vmware.1.yaml", bomOf(entries)] });
    const found = await discover();
    expect(namesOf(found)).toContain("a/b-c/d:v1");
    expect(found.problems.map(({ code, facts }) => [code, facts.field, facts.value, facts.problem])).toEqual([
      ["release-entry-invalid", "components.climbing[0].images.one", "../etcd:v1", "repository-malformed"],
      ["release-entry-invalid", "components.loud[0].images.one", "Etcd:v1", "uppercase"],
      ["release-entry-invalid", "components.plus[0].images.one", "etcd:v1+x", "tag-malformed"],
      ["release-entry-invalid", "components.path[0].images.one", '{"tag":"v1"}', undefined],
      ["release-entry-invalid", "components.text", '"etcd"', undefined],
    ]);
  });

  test("is told when it is asked for and not supported, or no name for a tag", async () => {
    await publish({
      ...chain,
      "tkr-compatibility:v11": [
        "tkr-compatibility.yaml",
        JSON.stringify({
          managementClusterVersions: [
            { version: "v2.1.1", supportedKubernetesVersions: ["v1.2.0+vmware.1", "not/a tag"] },
          ],
        }),
      ],
    });
    const { problems, kubernetesReleases } = await discover({
      kubernetesReleases: ["v1.2.0+vmware.1", "not/a tag", "v7"],
    });
    expect(kubernetesReleases).toEqual([{ version: "v1.2.0+vmware.1", isDefault: false }]);
    expect(problems.map(({ code, facts }) => [code, facts.value])).toEqual([
      ["kubernetes-release-unknown", "v7"],
      ["release-entry-invalid", "not/a tag"],
    ]);
  });

  test("is told when the registry does not let it be read", async () => {
    await publish(chain);
    registry.faults.add({
      match: { path: /tkr-bom\/manifests\/v1\.2/ },
      action: { kind: "status", status: 403, code: "DENIED" },
    });
    const found = await discover();
    expect(namesOf(found)).toEqual(rest);
    expect(found.problems).toMatchObject([{ code: "forbidden" }]);
  });

  test("is asked again when that may pass", async () => {
    await publish(chain);
    registry.faults.add({
      match: { path: /tkr-bom\/manifests\/v1\.2/ },
      action: { kind: "status", status: 503 },
    });
    expect(namesOf(await discover())).toEqual(chainNames);
  });
});

describe("what makes all of it impossible", () => {
  test("a version that is not there names those that are", async () => {
    const bom = chain["tkg-bom:v2.1.1"][1];
    await publish({
      ...chain,
      "tkg-bom:v2.10.0": ["tkg-bom-v2.10.0.yaml", bom],
      "tkg-bom:v2.9.0_x": ["tkg-bom-v2.9.0+x.yaml", bom],
    });
    for (const version of ["v2.1.2", "2.1.1", "", "../x", `v1${"0".repeat(300)}`]) {
      await expect(discover({ version })).rejects.toMatchObject({
        code: "tkg-version-unknown",
        facts: { registry: registry.host, known: "v2.10.0, v2.9.0+x, v2.1.1", retryable: false },
      });
    }
  });

  test("a version that the list of Kubernetes releases does not know names those that it does", async () => {
    const bom = chain["tkg-bom:v2.1.1"][1];
    await publish({ ...chain, "tkg-bom:v2.10.0": ["tkg-bom-v2.10.0.yaml", bom] });
    await expect(discover({ version: "v2.10.0" })).rejects.toMatchObject({
      code: "tkg-version-unknown",
      facts: { value: "v2.10.0", known: "v2.1.1, v2.1.0" },
    });
  });

  test.each(["tkg-compatibility", "tkr-compatibility"])("no %s", async (name) => {
    const others = Object.entries(chain).filter(([image]) => !image.startsWith(name));
    await publish(Object.fromEntries(others));
    await expect(discover()).rejects.toMatchObject({
      code: "tkg-compatibility-missing",
      facts: { repository: `tkg/${name}` },
    });
  });

  test("nothing at all", async () => {
    for (const asked of [
      discover(),
      listTkgVersions(source, base),
      findKubernetesReleases(source, base, "v1"),
    ]) {
      await expect(asked).rejects.toMatchObject({
        code: "tkg-compatibility-missing",
        facts: { repository: "tkg/tkg-bom" },
      });
    }
  });

  test("a registry that is not there", async () => {
    await registry.stop();
    await expect(discover()).rejects.toMatchObject({ code: "connection-refused" });
  }, 60_000);

  test.each(["a: b", "components: {}", "- a", "", "components: [a]"])(
    "a bill of materials that is %j",
    async (text) => {
      await publish({ ...chain, "tkg-bom:v2.1.1": ["tkg-bom-v2.1.1.yaml", text] });
      await expect(discover()).rejects.toMatchObject({ code: "release-document-invalid" });
    },
  );

  test("a signal", async () => {
    await publish(chain);
    const choice = { base, version: "v2.1.1" };
    const stopped = discoverTkg(source, choice, { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toThrow();
  });
});

describe("where documents stand elsewhere", () => {
  test.each([
    ["pre/tkr-compatibility", "pre/tkr-compatibility:v3"],
    ["v2-v1.3.1-rc.1/tkr-compatibility", "v2-v1.3.1-rc.1/tkr-compatibility:v3"],
  ])("the list of Kubernetes releases is found at %s", async (imagePath, name) => {
    const bom = bomOf({ app: imageOf("app", "v1") }, { "tkr-compatibility": { imagePath } });
    await publish({
      ...chain,
      "tkg-bom:v2.1.1": ["tkg-bom-v2.1.1.yaml", bom],
      [name]: chain["tkr-compatibility:v10"],
    });
    expect(namesOf(await discover())).toContain(name);
  });

  test.each(["../x", "/tkr-compatibility", "https://host/tkr-compatibility", "A"])(
    "a path that is none is told: %s",
    async (imagePath) => {
      const bom = bomOf({ app: imageOf("app", "v1") }, { "tkr-compatibility": { imagePath } });
      await publish({ ...chain, "tkg-bom:v2.1.1": ["tkg-bom-v2.1.1.yaml", bom] });
      await expect(discover()).rejects.toMatchObject({
        code: "release-document-invalid",
        facts: { field: "tkr-compatibility.imagePath", value: imagePath },
      });
    },
  );

  test("a version that is no release has a compatibility image of its own, or one that is given", async () => {
    const version = "v2.1.1-rc.1";
    const supported = JSON.stringify({
      managementClusterVersions: [{ version, supportedKubernetesVersions: [] }],
    });
    await publish({
      "tkg-bom:v2.1.1-rc.1": ["tkg-bom-v2.1.1-rc.1.yaml", chain["tkg-bom:v2.1.1"][1]],
      "tkr-compatibility:v1": ["tkr-compatibility-v1.yaml", supported],
      "tkg-compatibility:v7": chain["tkg-compatibility:v1"],
      "fips/tkg-compatibility:v8": chain["tkg-compatibility:v1"],
    });
    await expect(discover({ version })).rejects.toMatchObject({
      code: "tkg-compatibility-missing",
      facts: { repository: "tkg/v2.1.1-rc.1/tkg-compatibility" },
    });
    const compatibilityPath = "fips/tkg-compatibility";
    expect(namesOf(await discover({ version, compatibilityPath }))).toContain("fips/tkg-compatibility:v8");
    await publish({ "v2.1.1-rc.1/tkg-compatibility:v2": chain["tkg-compatibility:v1"] });
    expect(namesOf(await discover({ version }))).toContain("v2.1.1-rc.1/tkg-compatibility:v2");
  });

  test("an infrastructure that the bill of materials does not know is told", async () => {
    const more = { "tkr-package": { aws: "tkr-aws", odd: ["x"] } };
    const bom = bomOf({ app: imageOf("app", "v1") }, more);
    await publish({ ...chain, "tkg-bom:v2.1.1": ["tkg-bom-v2.1.1.yaml", bom] });
    const found = await discover({ infrastructures: ["aws", "oracle", "odd"] });
    expect(namesOf(found).filter((name) => name.startsWith("tkr-aws"))).toHaveLength(2);
    expect(found.problems.map(({ code, facts }) => [code, facts.field])).toEqual([
      ["infrastructure-unknown", "tkr-package.oracle"],
      ["release-entry-invalid", "tkr-package.odd"],
    ]);
  });
});
