import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Permission } from "#lib/auth/permissions.ts";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { db, writeDb } from "#lib/db/client.ts";
import type { JobState } from "#lib/db/generated/enums.ts";
import { buildBundle, listRelocated, type NestedImage } from "#lib/demo/imgpkg-bundles.ts";
import type { SampleManifest } from "#lib/demo/sample-image.ts";
import { digestHex } from "#lib/engine/oci/digest.ts";
import { parseRegistryHost, parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import { referrersTag } from "#lib/engine/oci/referrers-endpoint.ts";
import { createRegistryClient, type RegistryClient } from "#lib/engine/oci/registry-client.ts";
import { startJobInput } from "#lib/schemas/jobs.ts";
import { deletionsQuery, keptQuery } from "#lib/schemas/pruning.ts";
import {
  cancelJob,
  confirmJob,
  getJob,
  listFailures,
  retryJob,
  startJob,
  streamLog,
} from "#lib/services/jobs/index.ts";
import { getPruneSummary, listDeletions, listKept, startPrune } from "#lib/services/pruning/index.ts";
import { startPublish } from "#lib/services/publishing/index.ts";
import { runProgram } from "#lib/testing/child-process.ts";
import { findBroken } from "#lib/testing/contract/prune-bench.ts";
import { sampleImage, sampleIndex } from "#lib/testing/contract/prune-scenarios.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { startMemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import { createPeople } from "#lib/testing/people.ts";
import { findProgram } from "#lib/testing/programs.ts";
import { pushSample } from "#lib/testing/push-sample.ts";
import { writeRegistryConfig } from "#lib/testing/registry-config.ts";
import { type RegistryServer, startRegistry } from "#lib/testing/registry-server.ts";
import { buildReferrer, buildReferrerList } from "#lib/testing/sample-referrer.ts";
import { type RunningWorker, runWorker } from "../run-worker.ts";

let dir: string;
let rootDir: string;
let database: TestDatabase;
let worker: RunningWorker;
let vendor: RegistryServer;
let ours: RegistryServer;
let client: RegistryClient;
let vendorClient: RegistryClient;
let registryId: string;
let provider: JobOrigin;
let serial = 0;
const people = createPeople(writeDb);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-prune-jobs-"));
  rootDir = join(dir, "ours");
  [database, vendor, ours] = await Promise.all([
    createTestDatabase(),
    startRegistry(),
    startRegistry({ rootDir }),
  ]);
  [client, vendorClient] = [connect(ours), connect(vendor)];
  provider = { id: "test", organizationId: null, startedBy: await people.user() };
  await addRegistry("vendor", vendor);
  registryId = await addRegistry("ours", ours);
  worker = await runWorker({ concurrency: 3, version: "test" });
});

afterAll(async () => {
  await worker.stop();
  await Promise.all([client, vendorClient].map((each) => each.close()));
  await Promise.all([vendor, ours].map((each) => each.stop()));
  await database.drop();
  await rm(dir, { recursive: true, force: true });
});

test("one of two tags goes as far as the registry can, and of what is kept nothing is missed", async () => {
  const base = `kept-${++serial}`;
  const [app, child, sibling, alone] = ["app", "child", "sibling", "alone"].map((name) =>
    sampleImage(`${base} ${name}`),
  ) as [SampleManifest, SampleManifest, SampleManifest, SampleManifest];
  const release = await addRelease({
    "tkg/app:kept": app,
    "tkg/app:unwanted": app,
    "tkg/app:alone": alone,
    "tkg/multi:v1": sampleIndex(child, sibling),
    "tkg/multi:v1-child": child,
  });
  const { tenant, destinationId } = await addTenant(base, release);
  await select(tenant, release, Object.keys(release.components));
  await publish(tenant);
  await select(tenant, release, ["tkg/app:kept", "tkg/multi:v1"]);

  const id = await prune(tenant, destinationId);
  expect(await deletionsOf(tenant, id)).toMatchObject([
    {
      reference: `${ours.host}/${base}/tkg/app:unwanted`,
      removes: "tag",
      why: "unselected",
      state: "planned",
    },
    { reference: nameOf(base, "tkg/app", alone), tags: ["alone"], kind: "image", belongsTo: null },
    { reference: `${ours.host}/${base}/tkg/multi:v1-child`, removes: "tag" },
  ]);
  expect((await deletionsOf(tenant, id))[1]?.sizeBytes).toBeGreaterThan(2_000);
  expect(await keptOf(tenant, id)).toMatchObject([
    { digest: digestOf(app), kept: { by: "kept_tag", name: "kept", through: null }, holders: { self: true } },
    {
      digest: digestOf(child),
      kept: {
        by: "kept_tag",
        name: "v1",
        through: { digest: digestOf(sampleIndex(child, sibling)), as: "index" },
      },
      holders: { self: true, others: false, provider: false },
    },
  ]);
  // Nothing has been deleted without a word.
  expect(await tagsOf(`${base}/tkg/app`)).toEqual(["alone", "kept", "unwanted"]);
  expect(await getPruneSummary(as(tenant, "job.read"), id)).toMatchObject({
    images: { total: 3, open: 3 },
    deletions: { planned: 3, deleted: 0 },
    kept: 2,
    unknownSizes: 0,
  });

  await confirm(tenant, id, "succeeded");
  expect((await deletionsOf(tenant, id)).map(({ state }) => state)).toEqual([
    // Distribution deletes no tag alone.
    "tag_stays",
    "deleted",
    "tag_stays",
  ]);
  expect(await getPruneSummary(as(tenant, "job.read"), id)).toMatchObject({
    images: { open: 0, removed: 1, released: 2, left: 0 },
    deletion: "allowed",
  });
  const log: string[] = [];
  const { lines } = await streamLog(as(tenant, "job.read"), id, "text");
  for await (const some of lines) log.push(some);
  expect(log.join("")).toMatch(
    new RegExp(`deletion ${nameOf(base, "tkg/app", alone)} deleted {.*"tags":\\["alone"\\]`),
  );
  expect(log.join("")).toContain(
    `deletion ${ours.host}/${base}/tkg/app:unwanted tag_stays deletion-unsupported`,
  );
  const { snapshot } = await getJob(as(tenant, "job.read"), id);
  expect(snapshot).toMatchObject({ deletions: { total: 3, ended: 3 }, tasks: { succeeded: 2, failed: 0 } });
  expect(await skopeoTags(`${base}/tkg/app`)).toEqual(["kept", "unwanted"]);
  expect(await skopeoTags(`${base}/tkg/multi`)).toEqual(["v1", "v1-child"]);
  await pullAll(`${base}/tkg/app`, `${base}/tkg/multi`);
  expect(await publishedBy(tenant)).toEqual([`${base}/tkg/app:kept`, `${base}/tkg/multi:v1`]);
  // A tag that stays stands there, and goes with the last of its manifest.
  expect(await placedAt(destinationId)).toEqual([
    `${base}/tkg/app:kept`,
    `${base}/tkg/app:unwanted`,
    `${base}/tkg/multi:v1`,
    `${base}/tkg/multi:v1-child`,
  ]);
  await select(tenant, release, ["tkg/multi:v1"]);
  await confirm(tenant, await prune(tenant, destinationId), "succeeded");
  expect(await standsAt(`${base}/tkg/app`, app)).toBe(false);
  expect(await publishedBy(tenant)).toEqual([`${base}/tkg/multi:v1`]);
});

test("a bundle goes with its images and locations, but for what another bundle lists; signatures go with theirs", async () => {
  const base = `bundles-${++serial}`;
  const [own, shared, gone, stays] = ["own", "shared", "gone", "stays"].map((name) =>
    sampleImage(`${base} ${name}`),
  ) as [SampleManifest, SampleManifest, SampleManifest, SampleManifest];
  const nested = (name: string, manifest: SampleManifest): NestedImage => ({
    origin: `${vendor.host}/vendor/packages`,
    manifest,
  });
  const [goneImages, keptImages] = [
    [nested("own", own), nested("shared", shared)],
    [nested("shared", shared)],
  ];
  const [goneBundle, keptBundle] = [buildBundle("gone", [], goneImages), buildBundle("kept", [], keptImages)];
  for (const { tag, manifest } of [
    ...listRelocated(goneBundle, goneImages),
    ...listRelocated(keptBundle, keptImages),
  ]) {
    await pushSample(vendorClient, parseRepository("vendor/packages"), tag, manifest);
  }
  const release = await addRelease({
    "packages:v1": goneBundle,
    "packages:v2": keptBundle,
    "signed:v1": gone,
    "signed:v2": stays,
  });
  const { tenant, destinationId } = await addTenant(base, release);
  await select(tenant, release, Object.keys(release.components));
  await publish(tenant);
  const signed = parseRepository(`${base}/signed`);
  const referrers = [gone, stays].map((image) => buildReferrer(image.descriptor, `of ${digestOf(image)}`));
  for (const [index, image] of [gone, stays].entries()) {
    const referrer = referrers[index];
    if (!referrer) continue;
    await pushSample(client, signed, digestOf(referrer), referrer);
    await pushSample(client, signed, referrersTag(digestOf(image)), buildReferrerList([referrer]));
  }
  const before = await tagsOf(`${base}/packages`);
  expect(before).toContain(`sha256-${digestHex(digestOf(goneBundle))}.image-locations.imgpkg`);
  await select(tenant, release, ["packages:v2", "signed:v2"]);
  const id = await prune(tenant, destinationId);
  const planned = await deletionsOf(tenant, id);
  expect(planned.filter(({ belongsTo }) => belongsTo === null).map(({ kind }) => kind)).toEqual([
    "bundle",
    "image",
  ]);
  expect(new Set(planned.map(({ kind }) => kind))).toEqual(
    new Set(["bundle", "bundle_image", "companion", "image", "referrer"]),
  );
  const [kept] = await keptOf(tenant, id);
  expect(kept).toMatchObject({ digest: digestOf(shared), kept: { through: { as: "bundle" } } });
  await confirm(tenant, id, "succeeded");

  expect(await standsAt(`${base}/packages`, goneBundle)).toBe(false);
  expect(await standsAt(`${base}/packages`, own)).toBe(false);
  expect(await standsAt(`${base}/packages`, shared)).toBe(true);
  const left = await skopeoTags(`${base}/packages`);
  expect(left).toContain("v2");
  expect(left.filter((tag) => tag.includes(digestHex(digestOf(goneBundle))))).toEqual([]);
  const [ofGone, ofStays] = referrers as [SampleManifest, SampleManifest];
  expect(await standsAt(`${base}/signed`, ofGone)).toBe(false);
  expect(await standsAt(`${base}/signed`, ofStays)).toBe(true);
  expect(await skopeoTags(`${base}/signed`)).toEqual([referrersTag(digestOf(stays)), "v2"].toSorted());
  for (const name of ["packages", "signed"]) {
    expect(await findBroken(client, parseRepository(`${base}/${name}`))).toEqual([]);
  }
  await pullAll(`${base}/packages`, `${base}/signed`);
  expect(await publishedBy(tenant)).toEqual([`${base}/packages:v2`, `${base}/signed:v2`]);
});

test("what others have stays for them, and is this organization's no longer; the last one takes it away", async () => {
  const base = `shared-${++serial}`;
  const [common, twoNames, mine] = ["common", "two names", "mine"].map((name) =>
    sampleImage(`${base} ${name}`),
  ) as [SampleManifest, SampleManifest, SampleManifest];
  const release = await addRelease({
    "tkg/app:common": common,
    "tkg/app:mine": mine,
    "tkg/app:one-name": twoNames,
    "tkg/app:another": twoNames,
  });
  const one = await addTenant(base, release);
  const two = await addTenant(base, release, one.destinationId);
  const { destinationId } = one;
  await select(one.tenant, release, ["tkg/app:common", "tkg/app:mine", "tkg/app:one-name"]);
  await select(two.tenant, release, ["tkg/app:common", "tkg/app:another"]);
  await publish(one.tenant);
  await publish(two.tenant);
  await select(one.tenant, release, []);

  const id = await prune(one.tenant, destinationId);
  const kept = await keptOf(one.tenant, id);
  expect(kept).toMatchObject([
    { digest: digestOf(common), holders: { self: false, others: true, organizations: [] } },
    { digest: digestOf(twoNames), holders: { self: false, others: true, organizations: [] } },
  ]);
  // The provider sees who it is.
  const [known] = await keptOf(provider, id);
  expect(known?.holders.organizations.map((each) => each.id)).toEqual([two.tenant.organizationId]);
  await confirm(one.tenant, id, "succeeded");
  expect(await skopeoTags(`${base}/tkg/app`)).toEqual(["another", "common", "one-name"]);
  await pullAll(`${base}/tkg/app`);
  expect(await getPruneSummary(as(one.tenant, "job.read"), id)).toMatchObject({
    images: { removed: 1, released: 2, left: 0 },
  });
  expect(await publishedBy(one.tenant)).toEqual([]);
  expect(await publishedBy(two.tenant)).toEqual([`${base}/tkg/app:another`, `${base}/tkg/app:common`]);

  await select(two.tenant, release, []);
  await confirm(two.tenant, await prune(two.tenant, destinationId), "succeeded");
  // Also the tag that could not be taken away alone.
  expect(await tagsOf(`${base}/tkg/app`)).toEqual([]);
  for (const image of [common, twoNames]) expect(await standsAt(`${base}/tkg/app`, image)).toBe(false);
  expect(await publishedBy(two.tenant)).toEqual([]);
  expect(await placedAt(destinationId)).toEqual([]);
});

test("a tag that is moved between the plan and the word stays, and so does what it stood at", async () => {
  const base = `moved-${++serial}`;
  const [old, newer, other] = ["old", "newer", "other"].map((name) => sampleImage(`${base} ${name}`)) as [
    SampleManifest,
    SampleManifest,
    SampleManifest,
  ];
  const release = await addRelease({ "tkg/app:v1": old, "tkg/app:v2": other });
  const { tenant, destinationId } = await addTenant(base, release);
  await select(tenant, release, Object.keys(release.components));
  await publish(tenant);
  await select(tenant, release, []);
  const id = await prune(tenant, destinationId);
  await pushSample(client, parseRepository(`${base}/tkg/app`), parseTag("v1"), newer);
  await confirm(tenant, id, "succeeded");
  expect(await deletionsOf(tenant, id)).toMatchObject([
    { digest: digestOf(old), state: "kept", kept: { by: "moved_tag", name: "v1" } },
    { digest: digestOf(other), state: "deleted" },
  ]);
  expect(await skopeoTags(`${base}/tkg/app`)).toEqual(["v1"]);
  expect(await standsAt(`${base}/tkg/app`, newer)).toBe(true);
  expect(await standsAt(`${base}/tkg/app`, old)).toBe(true);
  // Another plan looks at it anew: the tag is somebody else's by now, the content is nobody's.
  expect(await publishedBy(tenant)).toEqual([`${base}/tkg/app:v1`]);
  await confirm(tenant, await prune(tenant, destinationId), "succeeded");
  expect(await standsAt(`${base}/tkg/app`, old)).toBe(false);
  expect(await standsAt(`${base}/tkg/app`, newer)).toBe(true);
  expect(await publishedBy(tenant)).toEqual([]);
});

test("more may be wanted than when it was planned, and a plan that keeps for somebody who is gone lets nothing go", async () => {
  const base = `changed-${++serial}`;
  const [again, common] = ["again", "common"].map((name) => sampleImage(`${base} ${name}`)) as [
    SampleManifest,
    SampleManifest,
  ];
  const release = await addRelease({ "tkg/app:again": again, "tkg/app:common": common });
  const one = await addTenant(base, release);
  const two = await addTenant(base, release, one.destinationId);
  const { destinationId } = one;
  await select(one.tenant, release, ["tkg/app:again", "tkg/app:common"]);
  await select(two.tenant, release, ["tkg/app:common"]);
  await publish(one.tenant);
  await publish(two.tenant);
  await select(one.tenant, release, []);
  await select(two.tenant, release, []);
  // Each keeps it for the other.
  const [first, second] = [await prune(one.tenant, destinationId), await prune(two.tenant, destinationId)];
  await select(one.tenant, release, ["tkg/app:again"]);
  await confirm(one.tenant, first, "succeeded");
  expect(await deletionsOf(one.tenant, first)).toMatchObject([
    { digest: digestOf(again), state: "kept", kept: { by: "kept_tag", name: "again" } },
  ]);
  expect(await publishedBy(one.tenant)).toEqual([`${base}/tkg/app:again`]);
  await confirm(two.tenant, second, "succeeded");
  // The plan has become too careful. It is looked at anew, instead of being left where nobody ever would.
  expect(await publishedBy(two.tenant)).toEqual([`${base}/tkg/app:common`]);
  await confirm(two.tenant, await prune(two.tenant, destinationId), "succeeded");
  expect(await skopeoTags(`${base}/tkg/app`)).toEqual(["again"]);
  expect(await publishedBy(two.tenant)).toEqual([]);
});

test("a registry that deletes nothing is named, nothing is forgotten, and a retry asks for another word", async () => {
  const offRoot = join(dir, "off");
  const off = await startRegistry({ rootDir: offRoot, deleteEnabled: false });
  const offId = await addRegistry("off", off);
  const base = `off-${++serial}`;
  const [image, child] = [sampleImage(`${base} image`), sampleImage(`${base} child`)];
  const release = await addRelease({ "tkg/app:v1": image, "tkg/multi:v1": sampleIndex(child) });
  const { id: destinationId } = await writeDb.destination.create({
    data: { registryId: offId, basePath: base },
  });
  const { tenant } = await addTenant(base, release, destinationId);
  await select(tenant, release, Object.keys(release.components));
  await publish(tenant);
  const placed = await placedAt(destinationId);
  await select(tenant, release, []);
  const id = await prune(tenant, destinationId);
  expect(await getPruneSummary(as(tenant, "job.read"), id)).toMatchObject({ deletion: "unknown" });
  await confirm(tenant, id, "failed");
  const [failure] = await listFailures(as(tenant, "job.read"), id);
  expect(failure).toMatchObject({
    count: 2,
    error: { code: "deletion-unsupported", facts: { status: 405, side: "target", registry: off.host } },
  });
  expect(await getPruneSummary(as(tenant, "job.read"), id)).toMatchObject({
    images: { removed: 0, left: 2 },
    deletions: { refused: 3, deleted: 0 },
    deletion: "refused",
  });
  expect(await placedAt(destinationId)).toEqual(placed);
  expect(await publishedBy(tenant)).toEqual(placed);

  const port = Number(off.host.split(":")[1]);
  await off.stop();
  const on = await startRegistry({ rootDir: offRoot, port });
  try {
    await retryJob(as(tenant, "job.retry"), id);
    await waitFor(tenant, id, "planned");
    const reader = connect(on);
    expect(await reader.listTags(parseRepository(`${base}/tkg/app`))).toEqual(["v1"]);
    await confirm(tenant, id, "succeeded");
    expect(await reader.listTags(parseRepository(`${base}/tkg/app`))).toEqual([]);
    expect(await reader.findManifest(parseRepository(`${base}/tkg/multi`), digestOf(child))).toBeNull();
    await reader.close();
    expect(await publishedBy(tenant)).toEqual([]);
    expect(await placedAt(destinationId)).toEqual([]);
    expect(await getPruneSummary(as(tenant, "job.read"), id)).toMatchObject({ deletion: "allowed" });
  } finally {
    await on.stop();
  }
});

test("what one repository refuses keeps no other, and a retry does what is left", async () => {
  const memory = await startMemoryRegistry();
  const memoryId = await addRegistry("refusing", memory);
  const base = `refusing-${++serial}`;
  const [guarded, free] = [sampleImage(`${base} guarded`), sampleImage(`${base} free`)];
  const release = await addRelease({ "tkg/guarded:v1": sampleIndex(guarded), "tkg/free:v1": free });
  const data = { registryId: memoryId, basePath: base };
  const at = (await writeDb.destination.create({ data })).id;
  const { tenant, destinationId } = await addTenant(base, release, at);
  try {
    await select(tenant, release, Object.keys(release.components));
    await publish(tenant);
    await select(tenant, release, []);
    memory.faults.add({
      match: { kind: "delete-manifest", digest: digestOf(guarded) },
      action: { kind: "status", status: 403, code: "DENIED" },
    });
    const id = await prune(tenant, destinationId);
    await confirm(tenant, id, "failed");
    const [failure] = await listFailures(as(tenant, "job.read"), id);
    expect(failure).toMatchObject({ count: 1, error: { code: "forbidden", facts: { status: 403 } } });
    expect(await publishedBy(tenant)).toEqual([`${base}/tkg/guarded:v1`]);
    // Its index is gone, and with it all that tells of the image.
    expect(await placedAt(destinationId)).toEqual([]);
    expect(memory.hasManifest(`${base}/tkg/guarded`, digestOf(sampleIndex(guarded)))).toBe(false);
    expect(memory.listTags(`${base}/tkg/free`)).toEqual([]);
    expect(await getPruneSummary(as(tenant, "job.read"), id)).toMatchObject({
      images: { removed: 1, left: 1 },
      deletions: { deleted: 2, refused: 1 },
    });

    memory.faults.clear();
    // Where it cannot be told what reaches what, there is nothing to say yes to.
    memory.faults.add({
      match: { kind: "list-tags" },
      action: { kind: "status", status: 403, code: "DENIED" },
    });
    await retryJob(as(tenant, "job.retry"), id);
    await waitFor(tenant, id, "failed");
    const [unread] = await listFailures(as(tenant, "job.read"), id);
    expect(unread).toMatchObject({
      count: 1,
      error: { code: "forbidden", facts: { operation: "list-tags" } },
    });
    memory.faults.clear();
    await retryJob(as(tenant, "job.retry"), id);
    const { snapshot } = await waitFor(tenant, id, "planned");
    expect(snapshot).toMatchObject({ plan: { total: 1 }, deletions: { total: 2, ended: 1 } });
    await confirm(tenant, id, "succeeded");
    expect(await publishedBy(tenant)).toEqual([]);
    expect(memory.hasManifest(`${base}/tkg/guarded`, digestOf(guarded))).toBe(false);
  } finally {
    await memory.stop();
  }
});

test("content that its tag means no more goes, and all of it where the offer does not lead any more", async () => {
  const base = `old-${++serial}`;
  const [before, after, other] = ["before", "after", "other"].map((name) =>
    sampleImage(`${base} ${name}`),
  ) as [SampleManifest, SampleManifest, SampleManifest];
  const release = await addRelease({ "tkg/app:v1": before, "tkg/more:v1": other });
  const { tenant, destinationId } = await addTenant(base, release);
  await select(tenant, release, Object.keys(release.components));
  await publish(tenant);
  const [component] = Object.values(release.components);
  const { sourceRepository } = await db.component.findUniqueOrThrow({ where: { id: component ?? "" } });
  await pushSample(vendorClient, parseRepository(sourceRepository), parseTag("v1"), after);
  await publish(tenant);
  expect(await standsAt(`${base}/tkg/app`, before)).toBe(true);
  const superseded = await prune(tenant, destinationId);
  expect(await deletionsOf(tenant, superseded)).toMatchObject([
    { digest: digestOf(before), tags: [], why: "superseded" },
  ]);
  await confirm(tenant, superseded, "succeeded");
  expect(await standsAt(`${base}/tkg/app`, before)).toBe(false);
  expect(await standsAt(`${base}/tkg/app`, after)).toBe(true);
  expect(await skopeoTags(`${base}/tkg/app`)).toEqual(["v1"]);

  const moved = await writeDb.destination.create({ data: { registryId, basePath: `${base}-new` } });
  await writeDb.offer.updateMany({
    where: { organizationId: tenant.organizationId },
    data: { destinationId: moved.id },
  });
  await publish(tenant);
  const id = await prune(tenant, destinationId);
  expect((await deletionsOf(tenant, id)).map(({ why }) => why)).toEqual(["elsewhere", "elsewhere"]);
  await confirm(tenant, id, "succeeded");
  for (const path of ["tkg/app", "tkg/more"]) {
    expect(await tagsOf(`${base}/${path}`)).toEqual([]);
    expect(await skopeoTags(`${base}-new/${path}`)).toEqual(["v1"]);
  }
  // Layers that one repository was given by another are its own.
  await pullAll(`${base}-new/tkg/app`, `${base}-new/tkg/more`);
  expect(await publishedBy(tenant)).toEqual([`${base}-new/tkg/app:v1`, `${base}-new/tkg/more:v1`]);
});

test("a plan that is discarded changes nothing", async () => {
  const base = `discarded-${++serial}`;
  const release = await addRelease({ "tkg/app:v1": sampleImage(base) });
  const { tenant, destinationId } = await addTenant(base, release);
  await select(tenant, release, Object.keys(release.components));
  await publish(tenant);
  await select(tenant, release, []);
  const id = await prune(tenant, destinationId);
  await cancelJob(as(tenant, "job.cancel"), id);
  await waitFor(tenant, id, "cancelled");
  expect(await skopeoTags(`${base}/tkg/app`)).toEqual(["v1"]);
  expect(await publishedBy(tenant)).toEqual([`${base}/tkg/app:v1`]);
});

test("the provider takes away what the catalog leads to no longer; what an organization has selected stays", async () => {
  const base = `catalog-${++serial}`;
  const [listed, dropped, theirs] = ["listed", "dropped", "theirs"].map((name) =>
    sampleImage(`${base} ${name}`),
  ) as [SampleManifest, SampleManifest, SampleManifest];
  const images = { "tkg/app:listed": listed, "tkg/app:dropped": dropped, "tkg/app:theirs": theirs };
  const release = await addRelease(images);
  const { tenant, destinationId } = await addTenant(base, release);
  await select(tenant, release, ["tkg/app:theirs"]);
  for (const [name, manifest] of Object.entries(images)) {
    const [path, tag = ""] = name.split(":");
    const repository = `${base}/${path}`;
    await pushSample(client, parseRepository(repository), parseTag(tag), manifest);
    await writeDb.publication.create({
      data: { destinationId, repository, tag, digest: digestOf(manifest) },
    });
  }
  await writeDb.component.updateMany({
    where: { releaseId: release.id, tag: { in: ["dropped", "theirs"] } },
    data: { enabled: false },
  });
  const id = await prune(provider, destinationId);
  const [kept] = await keptOf(provider, id);
  expect(kept).toMatchObject({ digest: digestOf(theirs), holders: { provider: false, others: true } });
  await confirm(provider, id, "succeeded");
  expect(await skopeoTags(`${base}/tkg/app`)).toEqual(["listed", "theirs"]);
  expect(await publishedBy(provider, destinationId)).toEqual([`${base}/tkg/app:listed`]);
});

test("published again, all of it is back, also after the registry has collected its garbage", async () => {
  const base = `again-${++serial}`;
  const [gone, kept] = [sampleImage(`${base} gone`), sampleImage(`${base} kept`)];
  const release = await addRelease({ "tkg/app:gone": gone, "tkg/app:kept": kept });
  const { tenant, destinationId } = await addTenant(base, release);
  const everything = Object.keys(release.components);
  await select(tenant, release, everything);
  await publish(tenant);
  const leases = { repository: `${base}/tkg/app` };
  expect(await db.blobLease.count({ where: leases })).toBeGreaterThan(0);
  const [layer] = gone.blobs;
  for (const collects of [false, true]) {
    await select(tenant, release, ["tkg/app:kept"]);
    await confirm(tenant, await prune(tenant, destinationId), "succeeded");
    expect(await db.blobLease.count({ where: leases })).toBe(0);
    expect(await skopeoTags(`${base}/tkg/app`)).toEqual(["kept"]);
    if (collects) {
      await collectGarbage();
      expect(
        await client.hasBlob(parseRepository(`${base}/tkg/app`), layer?.descriptor.digest as never),
      ).toBe(false);
    }
    await select(tenant, release, everything);
    const job = await publish(tenant);
    // All that was asked for anew is what the registry has lost.
    expect(job.snapshot.blobs.transferred > 0).toBe(collects);
    expect(await skopeoTags(`${base}/tkg/app`)).toEqual(["gone", "kept"]);
    await pullAll(`${base}/tkg/app`);
  }
});

test("a copy that waited for a word while something was pruned brings that back, too", async () => {
  const base = `waited-${++serial}`;
  const [gone, kept] = [sampleImage(`${base} gone`), sampleImage(`${base} kept`)];
  const release = await addRelease({ "tkg/app:gone": gone, "tkg/app:kept": kept });
  const { tenant, destinationId } = await addTenant(base, release);
  await select(tenant, release, Object.keys(release.components));
  await publish(tenant);
  const { organizationId } = tenant;
  const input = { releaseIds: [release.id], sourceRegistryId: null, destinationId, organizationId };
  const held = startJobInput.parse({ ...input, holdAfterPlanning: true });
  const copy = (await startJob(as(provider, "job.start"), held)).id;
  await waitFor(provider, copy, "planned");
  await select(tenant, release, ["tkg/app:kept"]);
  await confirm(tenant, await prune(tenant, destinationId), "succeeded");
  expect(await skopeoTags(`${base}/tkg/app`)).toEqual(["kept"]);
  await confirm(provider, copy, "succeeded");
  expect(await skopeoTags(`${base}/tkg/app`)).toEqual(["gone", "kept"]);
});

test("after a prune no blob is believed to be there, and a registry that can deletes a tag alone", async () => {
  const memory = await startMemoryRegistry();
  const memoryId = await addRegistry("memory", memory);
  const base = `memory-${++serial}`;
  const [gone, twoTags] = [sampleImage(`${base} gone`), sampleImage(`${base} two tags`)];
  const release = await addRelease({
    "tkg/app:gone": gone,
    "tkg/app:one": twoTags,
    "tkg/app:two": twoTags,
  });
  const data = { registryId: memoryId, basePath: base };
  const { tenant, destinationId } = await addTenant(
    base,
    release,
    (await writeDb.destination.create({ data })).id,
  );
  try {
    await select(tenant, release, Object.keys(release.components));
    await publish(tenant);
    await select(tenant, release, ["tkg/app:one"]);
    const id = await prune(tenant, destinationId);
    await confirm(tenant, id, "succeeded");
    expect(memory.listTags(`${base}/tkg/app`)).toEqual(["one"]);
    expect(await getPruneSummary(as(tenant, "job.read"), id)).toMatchObject({
      images: { removed: 1, released: 1 },
      deletions: { deleted: 2 },
    });
    // The registry collects its garbage.
    for (const { descriptor } of gone.blobs) {
      await memory.removeBlob(`${base}/tkg/app`, descriptor.digest);
    }
    memory.clearRequests();
    await select(tenant, release, Object.keys(release.components));
    await publish(tenant);
    // One that checks nothing would have taken an image without its layers.
    const pushed = memory.requests({ kind: "put-manifest" });
    expect(pushed.map(({ status }) => status)).toEqual([201, 201]);
    expect((await memory.verifyAll()).problems).toEqual([]);
  } finally {
    await memory.stop();
  }
});

const digestOf = ({ descriptor }: SampleManifest) => descriptor.digest;
const nameOf = (base: string, path: string, manifest: SampleManifest) =>
  `${ours.host}/${base}/${path}@${digestOf(manifest)}`;
const as = <P extends Permission>(who: JobOrigin, permission: P) => systemAccess(who, permission);

function connect({ host }: RegistryServer): RegistryClient {
  return createRegistryClient({ registry: parseRegistryHost(host), plainHttp: true, access: "pull,push" });
}

async function addRegistry(name: string, { host }: { host: string }): Promise<string> {
  return (await writeDb.registry.create({ data: { name, host, tlsMode: "plain_http" } })).id;
}

interface TestRelease {
  id: string;
  /** By `path:tag`. */
  components: Record<string, string>;
}

/** A release of images that the vendor has, by `path:tag`. */
async function addRelease(images: Record<string, SampleManifest>): Promise<TestRelease> {
  const data = { kind: "list" as const, name: `release-${++serial}`, version: "1" };
  const { id } = await writeDb.release.create({ data });
  const components: TestRelease["components"] = {};
  for (const [name, manifest] of Object.entries(images)) {
    const [targetPath = "", tag = ""] = name.split(":");
    const sourceRepository = `vendor/${targetPath}`;
    await pushSample(vendorClient, parseRepository(sourceRepository), parseTag(tag), manifest);
    const position = Object.keys(components).length;
    const component = await writeDb.component.create({
      data: {
        releaseId: id,
        position,
        kind: "image",
        sourceHost: vendor.host,
        sourceRepository,
        tag,
        targetPath,
      },
    });
    components[name] = component.id;
  }
  return { id, components };
}

/** With an offer of its own, to a base path of that name unless another destination is given. */
async function addTenant(basePath: string, release: TestRelease, given?: string) {
  const { id: organizationId } = await people.organization();
  const destinationId = given ?? (await writeDb.destination.create({ data: { registryId, basePath } })).id;
  await writeDb.offer.create({
    data: { organizationId, destinationId, releases: { create: { releaseId: release.id } } },
  });
  const tenant: JobOrigin = { id: "test", organizationId, startedBy: await people.user({ organizationId }) };
  return { tenant, destinationId };
}

async function select({ organizationId }: JobOrigin, { id, components }: TestRelease, on: string[]) {
  const revision = 1 + (await db.selection.count({ where: { organizationId, releaseId: id } }));
  const rows = Object.entries(components).map(([name, componentId]) => ({
    componentId,
    enabled: on.includes(name),
  }));
  await writeDb.selection.create({
    data: { organizationId, releaseId: id, revision, components: { create: rows } },
  });
}

async function waitFor(who: JobOrigin, id: string, state: JobState) {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(50)) {
    const job = await getJob(as(who, "job.read"), id);
    if (!["planned", "succeeded", "failed", "cancelled"].includes(job.state)) continue;
    expect({ state: job.state, failures: await listFailures(as(who, "job.read"), id) }).toMatchObject({
      state,
    });
    return job;
  }
  throw new Error("the job has not come so far in time");
}

async function publish(tenant: JobOrigin) {
  const organizationId = tenant.organizationId ?? "";
  const { id } = await startPublish(as(tenant, "publish.start"), { organizationId });
  return waitFor(tenant, id, "succeeded");
}

/** Up to its plan. */
async function prune(who: JobOrigin, destinationId: string): Promise<string> {
  const { organizationId } = who;
  const { id } = await startPrune(as(who, "prune.start"), { organizationId, destinationId });
  await waitFor(who, id, "planned");
  return id;
}

async function confirm(who: JobOrigin, id: string, state: JobState): Promise<void> {
  await confirmJob(as(who, "job.confirm"), id);
  for (;;) {
    const { state: now } = await db.mirrorJob.findUniqueOrThrow({ where: { id } });
    if (now !== "planned" && now !== "running") break;
    await sleep(50);
  }
  await waitFor(who, id, state);
}

async function deletionsOf(who: JobOrigin, id: string) {
  return (await listDeletions(as(who, "job.read"), id, deletionsQuery.parse({ pageSize: 100 }))).rows;
}

async function keptOf(who: JobOrigin, id: string) {
  return (await listKept(as(who, "job.read"), id, keptQuery.parse({ pageSize: 100 }))).rows;
}

async function publishedBy({ organizationId }: JobOrigin, destinationId?: string): Promise<string[]> {
  const where = { organizationId, ...(destinationId !== undefined && { destinationId }) };
  const rows = await db.publication.findMany({ where });
  return rows.map(({ repository, tag }) => `${repository}:${tag}`).toSorted();
}

async function placedAt(destinationId: string): Promise<string[]> {
  const rows = await db.placement.findMany({ where: { destinationId } });
  return rows.map(({ repository, tag }) => `${repository}:${tag}`).toSorted();
}

async function tagsOf(repository: string): Promise<string[]> {
  return (await client.listTags(parseRepository(repository))).toSorted();
}

async function standsAt(repository: string, manifest: SampleManifest): Promise<boolean> {
  return (await client.findManifest(parseRepository(repository), digestOf(manifest))) !== null;
}

/** By a foreign client. */
async function skopeoTags(repository: string): Promise<string[]> {
  const name = `docker://${ours.host}/${repository}`;
  const { stdout } = await runProgram(await findProgram("skopeo"), ["list-tags", "--tls-verify=false", name]);
  return ((JSON.parse(stdout) as { Tags: string[] | null }).Tags ?? []).toSorted();
}

/** By a foreign client, everything that is tagged, with all images of an index. */
async function pullAll(...repositories: string[]): Promise<void> {
  const skopeo = await findProgram("skopeo");
  for (const repository of repositories) {
    for (const tag of await tagsOf(repository)) {
      const from = `docker://${ours.host}/${repository}:${tag}`;
      const to = `dir:${join(dir, `pulled-${++serial}`)}`;
      await runProgram(skopeo, ["copy", "--all", "--src-tls-verify=false", from, to]);
    }
  }
}

/** As its manual says: while nobody writes, here while it is stopped. */
async function collectGarbage(): Promise<void> {
  const { host } = ours;
  await ours.stop();
  const configPath = await writeRegistryConfig({ rootDir }, { host, instance: "garbage", stateDir: dir });
  await runProgram(await findProgram("docker-registry"), ["garbage-collect", configPath]);
  ours = await startRegistry({ rootDir, port: Number(host.split(":")[1]) });
}
