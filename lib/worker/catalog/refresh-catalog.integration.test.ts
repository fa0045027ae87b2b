import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemAccess } from "#lib/auth/system-access.ts";
import { db, writeDb } from "#lib/db/client.ts";
import { buildFileImage } from "#lib/demo/file-image.ts";
import { type FillImage, fillRegistry } from "#lib/demo/fill-registry.ts";
import { buildGettingStartedImage } from "#lib/demo/getting-started-image.ts";
import { essentialsGroup, pluginGroup } from "#lib/demo/tanzu-plugins.ts";
import { kubernetesReleases, tkgVersion } from "#lib/demo/tkg-releases.ts";
import { gettingStartedImage } from "#lib/demo/vendor-lists.ts";
import { parseImagePath, parseTag } from "#lib/engine/oci/reference.ts";
import { findReleaseInput } from "#lib/schemas/discoveries.ts";
import { getJob, retryJob } from "#lib/services/jobs/index.ts";
import { saveRewrites } from "#lib/services/paths/index.ts";
import { getDocument, switchLines } from "#lib/services/dependencies/index.ts";
import { findRelease, refreshRelease } from "#lib/services/releases/index.ts";
import { putSample } from "#lib/testing/contract/put-sample.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { type MemoryRegistry, startMemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import { createPeople } from "#lib/testing/people.ts";
import { type RunningWorker, runWorker } from "../run-worker.ts";

let database: TestDatabase;
let worker: RunningWorker;
let vendor: MemoryRegistry;
let goneHost: string;
let accessOf: <P extends "catalog.read" | "catalog.write" | "job.read" | "job.retry">(
  permission: P,
) => ReturnType<typeof systemAccess<P>>;

beforeAll(async () => {
  const gone = await startMemoryRegistry();
  goneHost = gone.host;
  await gone.stop();
  [database, vendor] = await Promise.all([createTestDatabase(), startMemoryRegistry()]);
  await fillRegistry(vendor.url, { scale: 0.005 });
  const startedBy = await createPeople(writeDb).user();
  accessOf = (permission) => systemAccess({ id: "test", organizationId: null, startedBy }, permission);
  await writeDb.registry.create({ data: { name: "vendor", host: vendor.host, tlsMode: "plain_http" } });
  await writeDb.registry.create({ data: { name: "gone", host: goneHost, tlsMode: "plain_http" } });
  worker = await runWorker({ concurrency: 2, version: "test" });
});

afterAll(async () => {
  await worker.stop();
  await vendor.stop();
  await database.drop();
});

test("a TKG version is found by its own documents, each image with its size, digest and kind", async () => {
  const { id, releaseId } = await find("tkg", { kind: "tkg", version: tkgVersion });
  const { snapshot } = await waitForEnd(id, "succeeded");
  const components = await listComponents(releaseId);
  expect(components.length).toBeGreaterThan(200);
  expect(components.filter(({ resolvedDigest, sizeBytes }) => !resolvedDigest || !sizeBytes)).toEqual([]);
  expect(components.filter(({ targetPath }) => !targetPath.startsWith("tkg/"))).toEqual([]);
  const bundles = components.filter(({ kind }) => kind === "bundle").map(({ targetPath }) => targetPath);
  expect(bundles).toContain("tkg/packages/core/repo");
  expect(bundles).toContain("tkg/tkr-vsphere-nonparavirt");
  expect(bundles).not.toContain("tkg/tkr-aws");
  expect(components.find(({ targetPath }) => targetPath === "tkg/pause")).toMatchObject({
    part: "kubernetes",
    foundIn: expect.arrayContaining([expect.stringMatching(/^tkr-bom /)]) as string[],
  });
  expect(snapshot.plan).toEqual({ total: components.length, resolved: components.length });
  expect(snapshot.tasks.succeeded).toBe(components.length);
  expect(await db.release.findUniqueOrThrow({ where: { id: releaseId } })).toMatchObject({
    problems: [],
    refreshedAt: expect.any(Date) as Date,
  });
});

test("one Kubernetes release alone has fewer images", async () => {
  const request = { kind: "tkg", version: tkgVersion, kubernetesReleases: [kubernetesReleases[1]] };
  const { id, releaseId } = await find("tkg", request);
  await waitForEnd(id, "succeeded");
  const tags = (await listComponents(releaseId)).map(({ tag }) => tag);
  expect(tags).toContain("v1.23.16_vmware.1-tkg.1");
  expect(tags).not.toContain("v1.24.10_vmware.1-tkg.2");
});

test("the list of a getting-started image is read out of it, and what is missing is told with its image", async () => {
  const project = `${vendor.host}/vmware-cloud-director`;
  const text = [
    "# what a cluster needs",
    `${project} cpi-crs-airgapped 1.6.0`,
    `#${project} cpi-crs-airgapped 1.5.0`,
    `${vendor.host} cluster-api/cluster-api-controller v1.4.0`,
    `${goneHost} sig-storage/csi-attacher v3.2.1`,
    `${project} no-such-image v1`,
    "",
  ].join("\r\n");
  await fillRegistry(vendor.url, {
    images: [
      {
        ...gettingStartedImage,
        tag: parseTag("v9"),
        build: () => ({ root: buildGettingStartedImage(text), relocated: [] }),
      },
      ...["cpi-crs-airgapped:1.6.0", "cpi-crs-airgapped:1.5.0"].map((name) =>
        sampleAt("vmware-cloud-director", name),
      ),
      sampleAt("cluster-api", "cluster-api-controller:v1.4.0"),
    ],
  });
  const request = { kind: "getting_started_airgapped", tag: "v9" };
  const { id, releaseId } = await find("vmware-cloud-director", request);
  await waitForEnd(id, "failed");
  expect((await db.release.findUniqueOrThrow({ where: { id: releaseId } })).document).toBe(text);
  const components = await listComponents(releaseId);
  const seen = components.map(({ targetPath, enabled, errorCode, resolvedDigest }) => [
    targetPath,
    enabled,
    errorCode ?? (resolvedDigest === null ? null : "resolved"),
  ]);
  expect(seen).toEqual([
    ["vmware-cloud-director/cpi-crs-airgapped", true, "resolved"],
    ["vmware-cloud-director/cpi-crs-airgapped", false, "resolved"],
    ["vmware-cloud-director/cluster-api/cluster-api-controller", true, "resolved"],
    ["vmware-cloud-director/sig-storage/csi-attacher", true, "connection-refused"],
    ["vmware-cloud-director/no-such-image", true, "manifest-not-found"],
  ]);
  // Where clusterctl looks.
  expect(components[2]?.moreTargets).toEqual(["vmware-cloud-director/cluster-api-controller"]);
});

test("lines that somebody has switched stay so when the list is looked up again, and bad ones spoil no others", async () => {
  const project = `${vendor.host}/tkg`;
  const text = `\uFEFF${project} pause 3.7\r\nthis is no line of it\r\n#${project} late v1\r\n`;
  await fillRegistry(vendor.url, {
    images: [
      {
        ...gettingStartedImage,
        tag: parseTag("v10"),
        build: () => ({ root: buildGettingStartedImage(text), relocated: [] }),
      },
    ],
  });
  const request = { kind: "getting_started_airgapped", tag: "v10" };
  const { id, releaseId } = await find("vmware-cloud-director", request);
  // The image that is off is nowhere.
  await waitForEnd(id, "failed");
  const release = await db.release.findUniqueOrThrow({ where: { id: releaseId } });
  expect(release.problems).toMatchObject([{ code: "list-line-invalid", facts: { line: 2 } }]);
  const { digest } = await getDocument(accessOf("catalog.read"), releaseId);
  const lines = [
    { number: 1, enabled: false },
    { number: 3, enabled: true },
  ];
  await switchLines(accessOf("catalog.write"), { releaseId, digest, lines });
  const again = await refreshRelease(accessOf("catalog.write"), { releaseId });
  await waitForEnd(again.id, "failed");
  const { document } = await db.release.findUniqueOrThrow({ where: { id: releaseId } });
  expect(document).toBe(text.replace(`#${project}`, project).replace("\uFEFF", "\uFEFF#"));
  expect((await listComponents(releaseId)).map(({ enabled }) => enabled)).toEqual([false, true]);
});

const formatGroup = ({
  vendor: maker,
  publisher,
  name,
  version,
}: typeof pluginGroup | typeof essentialsGroup) => `${maker}-${publisher}/${name}:${version}`;

test("plug-ins of a group are found by the inventory, which is one of the images", async () => {
  const groups = [formatGroup(pluginGroup)];
  const { id, releaseId } = await find("tanzu_cli/plugins", {
    kind: "tanzu_plugins",
    groups,
    machines: ["linux/amd64"],
  });
  await waitForEnd(id, "succeeded");
  const components = await listComponents(releaseId);
  expect(components[0]).toMatchObject({ targetPath: "tanzu_cli/plugins/plugin-inventory", tag: "latest" });
  expect(components.slice(1).map(({ part, foundIn }) => [part, foundIn])).toEqual([
    ["isolated-cluster@global:v0.32.5", groups],
    ["package@kubernetes:v0.32.1", groups],
    ["telemetry@global:v0.32.5", groups],
    // Nobody asked for it.
    ["telemetry@global:v1.1.0", [formatGroup(essentialsGroup)]],
  ]);
  for (const { targetPath, resolvedDigest } of components.slice(1)) {
    expect(targetPath).toMatch(/^tanzu_cli\/plugins\/.*\/linux\/amd64\//);
    expect(resolvedDigest).toMatch(/^sha256:/);
  }
});

test("the essential plug-ins come along with a single one, and with all that there are", async () => {
  const one = { kind: "tanzu_plugins", plugins: ["package@kubernetes"], machines: ["linux/amd64"] };
  const few = await find("tanzu_cli/plugins", one);
  await waitForEnd(few.id, "succeeded");
  expect((await listComponents(few.releaseId)).map(({ part }) => part)).toEqual([
    "plugin-inventory",
    "package@kubernetes:v0.32.1",
    "telemetry@global:v1.1.0",
  ]);
  const all = await find("tanzu_cli/plugins", { kind: "tanzu_plugins" });
  await waitForEnd(all.id, "succeeded");
  const found = await listComponents(all.releaseId);
  expect(found).toHaveLength(1 + 4 * 4);
  const essential = found.filter(({ foundIn }) => foundIn.includes(formatGroup(essentialsGroup)));
  expect(essential.map(({ part }) => part)).toEqual(Array<string>(4).fill("telemetry@global:v1.1.0"));
});

test("a source that has moved is looked for where it is now", async () => {
  const rule = { id: "1", from: "retired.example.com", to: vendor.host, enabled: true };
  await saveRewrites(accessOf("catalog.write"), { rewrites: [rule] });
  const input = findReleaseInput.parse({
    name: "moved",
    version: "1",
    source: "retired.example.com/tkg",
    request: { kind: "tkg", version: tkgVersion, kubernetesReleases: [kubernetesReleases[0]] },
  });
  const { id, releaseId } = await findRelease(accessOf("catalog.write"), input);
  await waitForEnd(id, "succeeded");
  const [first] = await listComponents(releaseId);
  expect(first).toMatchObject({ sourceHost: "retired.example.com", errorCode: null });
  expect(`tkg/${first?.sourcePath}`).toBe(first?.sourceRepository);
});

test("a version that the vendor has not is said with those that it has", async () => {
  const { id } = await find("tkg", { kind: "tkg", version: "v9.9.9" });
  const job = await waitForEnd(id, "failed");
  expect(job.error).toMatchObject({ code: "tkg-version-unknown", facts: { registry: vendor.host } });
});

test("a tag that has moved is told, and a release that is looked up again stays the same one", async () => {
  const request = { kind: "tkg", version: tkgVersion, kubernetesReleases: [kubernetesReleases[1]] };
  const { id, releaseId } = await find("tkg", request);
  await waitForEnd(id, "succeeded");
  const before = await listComponents(releaseId);
  const [pause, etcd] = ["tkg/pause", "tkg/etcd"].map((path) =>
    before.find(({ targetPath }) => targetPath === path),
  );
  await writeDb.component.update({ where: { id: etcd?.id ?? "" }, data: { enabled: false } });
  const { root } = sampleAt("tkg", "another:v1").build();
  await putSample(vendor, "tkg/pause", root, pause?.tag ?? "");
  const again = await refreshRelease(accessOf("catalog.write"), { releaseId });
  await expect(refreshRelease(accessOf("catalog.write"), { releaseId })).rejects.toMatchObject({
    code: "refresh-running",
    facts: { number: again.number },
  });
  await waitForEnd(again.id, "succeeded");
  const after = await listComponents(releaseId);
  expect(after.map((component) => component.id)).toEqual(before.map((component) => component.id));
  const moved = after.filter(({ movedFrom }) => movedFrom !== null);
  expect(moved).toMatchObject([
    { targetPath: "tkg/pause", movedFrom: pause?.resolvedDigest, resolvedDigest: root.descriptor.digest },
  ]);
  expect(after.filter(({ enabled }) => !enabled)).toMatchObject([{ targetPath: "tkg/etcd" }]);
});

test("what cannot be understood ends the job with its reason, after a few tries", async () => {
  const data = {
    kind: "tkg",
    name: "of another version",
    version: "1",
    request: { kind: "tea leaves" },
  } as const;
  const release = await writeDb.release.create({ data });
  const { id } = await refreshRelease(accessOf("catalog.write"), { releaseId: release.id });
  expect((await waitForEnd(id, "failed")).error).toMatchObject({ code: "invalid-input" });
});

test("a retry looks up what is left, and nothing twice", async () => {
  const missing = sampleAt("tkg", "late:v1");
  const release = await writeDb.release.create({
    data: {
      kind: "list",
      name: "a list",
      version: "1",
      components: {
        create: ["pause", "late"].map((name, position) => ({
          position,
          kind: "image",
          sourceHost: vendor.host,
          sourceRepository: `tkg/${name}`,
          tag: name === "late" ? "v1" : "3.7",
          targetPath: name,
        })),
      },
    },
  });
  const { id } = await refreshRelease(accessOf("catalog.write"), { releaseId: release.id });
  await waitForEnd(id, "failed");
  await fillRegistry(vendor.url, { images: [missing] });
  vendor.clearRequests();
  await retryJob(accessOf("job.retry"), id);
  await waitForEnd(id, "succeeded");
  expect(vendor.requests().filter(({ repository }) => repository === "tkg/pause")).toEqual([]);
  expect((await listComponents(release.id)).map(({ errorCode }) => errorCode)).toEqual([null, null]);
});

async function find(base: string, request: object) {
  const version = `${Math.random()}`.slice(2);
  const input = findReleaseInput.parse({ name: base, version, source: `${vendor.host}/${base}`, request });
  return findRelease(accessOf("catalog.write"), input);
}

/** @param name `path:tag` below the project */
function sampleAt(project: string, name: string): FillImage {
  const { repository, tag = parseTag("latest") } = parseImagePath(`${project}/${name}`);
  const root = buildFileImage([{ path: "words", content: name }]);
  return { repository, tag, build: () => ({ root, relocated: [] }) };
}

const listComponents = (releaseId: string) =>
  db.component.findMany({ where: { releaseId }, orderBy: { position: "asc" } });

async function waitForEnd(id: string, state: "succeeded" | "failed") {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(50)) {
    const job = await getJob(accessOf("job.read"), id);
    if (!["succeeded", "failed", "cancelled"].includes(job.state)) continue;
    expect(job).toMatchObject({ state });
    return job;
  }
  throw new Error("the job has not ended in time");
}
