import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { db, writeDb } from "#lib/db/client.ts";
import { pauseImage } from "#lib/domain/cluster-config/mirrored-image.ts";
import { configCheckInput, configTextLimits } from "#lib/schemas/config-check.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import { createPeople } from "#lib/testing/people.ts";
import { checkConfig } from "./index.ts";

let database: TestDatabase;
let provider: JobOrigin;
let shared: string;
let releaseId: string;
const people = createPeople(writeDb);
const digest = `sha256:${"a".repeat(64)}`;

const itms = (...entries: readonly (readonly [source: string, mirror: string])[]) =>
  [
    "apiVersion: config.openshift.io/v1",
    "kind: ImageTagMirrorSet",
    "metadata: {name: windows}",
    "spec:",
    "  imageTagMirrors:",
    ...entries.map(([source, mirror]) => `  - {source: ${source}, mirrors: ["${mirror}"]}`),
  ].join("\n");
const pauseSet = itms([pauseImage.source, "harbor.example.com/shared/pause"]);

beforeAll(async () => {
  database = await createTestDatabase();
  provider = { id: "test", organizationId: null, startedBy: await people.user() };
  shared = await addDestination("shared");
  await writeDb.offer.create({ data: { destinationId: shared } });
  releaseId = (await writeDb.release.create({ data: { kind: "list", name: "Windows", version: "1" } })).id;
  await publish(shared, pauseImage.source, "shared/oss/kubernetes/pause", pauseImage.tag);
});
afterAll(() => database.drop());

describe("of what was mirrored", () => {
  test("says where nodes look in vain, and what Windows nodes ask, by tag and by digest", async () => {
    const { texts, windows, imageCount, leftOutCount } = await check(provider, {
      texts: [{ path: "mirrors.yaml", text: pauseSet }],
      ...{ destinationId: shared, hasWindowsNodes: true },
    });
    const url = `https://harbor.example.com/v2/shared/${pauseImage.repository}/manifests`;
    const ns = `?ns=${pauseImage.host}`;
    expect(rulesOf(texts)).toEqual([
      ["mirrors.yaml", "mirror-holds-nothing", "windows-path-differs", "windows-whole-host"],
    ]);
    expect(texts[0]?.findings.find(({ rule }) => rule === "windows-path-differs")?.url).toBe(
      `${url}/<tag>${ns}`,
    );
    expect([imageCount, leftOutCount]).toEqual([1, 0]);
    // Windows nodes ask for the whole path, where it happens to stand.
    const foundAt = `harbor.example.com/shared/${pauseImage.repository}`;
    expect(windows).toMatchObject({ imageCount: 2, missingCount: 0, pause: { foundAt } });
    expect(windows?.images.map(({ requests }) => requests[0]?.url)).toEqual([
      `${url}/${pauseImage.tag}${ns}`,
      `${url}/${digest}${ns}`,
    ]);
  });

  test("counts the pause image once, though many others come before it", async () => {
    const destinationId = await addDestination("crowd");
    await publishMany(destinationId, 1001, "ghcr.io");
    await publish(destinationId, pauseImage.source, "crowd/oss/kubernetes/pause", pauseImage.tag);
    const texts = [{ text: itms([pauseImage.source, `harbor.example.com/crowd/${pauseImage.repository}`]) }];
    const { windows } = await check(provider, { texts, destinationId, hasWindowsNodes: true });
    // By tag and by digest; those of ghcr.io are at no mirror.
    expect(windows).toMatchObject({ imageCount: 2004, missingCount: 2002 });
    expect(windows?.images).toHaveLength(2000);
    expect(windows?.images[0]).toEqual(windows?.pause);
  });

  test("nothing is said where no destination is chosen", async () => {
    const { texts, windows, imageCount } = await check(provider, {
      texts: [{ text: itms(["quay.io/a/b", "harbor.example.com/a/b"]) }],
      hasWindowsNodes: true,
    });
    expect(rulesOf(texts)).toEqual([["", "windows-whole-host", "windows-pause-without-entry"]]);
    expect(imageCount).toBe(0);
    expect(windows).toMatchObject({ imageCount: 1, missingCount: 1, pause: { foundAt: null } });
    expect(windows?.images[0]?.requests[0]?.url).toBe(
      `https://${pauseImage.host}/v2/${pauseImage.repository}/manifests/${pauseImage.tag}`,
    );
  });

  test("of several texts Windows nodes have all sets together, and none of what has a key in it", async () => {
    const { keyPem } = issueCertificate();
    const { texts, windows } = await check(provider, {
      texts: [
        { path: "quay.yaml", text: itms(["quay.io/a/b", "harbor.example.com/a/b"]) },
        { path: "pause.yaml", text: pauseSet },
        { path: "ghcr.yaml", text: `${itms(["ghcr.io/a/b", "elsewhere.example.com/a/b"])}\n# ${keyPem}` },
      ],
      ...{ destinationId: shared, hasWindowsNodes: true },
    });
    expect(texts[2]?.findings.map(({ rule }) => rule)).toEqual(["private-key"]);
    expect(windows?.pause.requests[0]?.url).toContain("harbor.example.com/v2/shared/");
    expect(JSON.stringify([texts, windows])).not.toContain("elsewhere.example.com");
  });
});

describe("of a tenant", () => {
  test("its own destinations and images are taken, and the shared one, but nobody else's", async () => {
    const [one, other] = [await addTenant("one"), await addTenant("other")];
    await publish(one.destinationId, "quay.io/one/app", "one/app", "v1", one.organizationId);
    await publish(shared, "quay.io/one/hidden", "shared/hidden", "v1", one.organizationId);
    const ask = ({ tenant }: Tenant, destinationId: string) =>
      check(tenant, { texts: [{ text: pauseSet }], destinationId, hasWindowsNodes: true });
    expect((await ask(one, one.destinationId)).imageCount).toBe(1);
    expect((await ask(one, shared)).imageCount).toBe(2);
    const seen = await ask(other, shared);
    expect(seen.imageCount).toBe(1);
    expect(JSON.stringify(seen)).not.toContain("one/hidden");
    const nothing = expect.objectContaining({ code: "not-found", facts: { what: "destination" } }) as Error;
    await expect(ask(other, one.destinationId)).rejects.toThrow(nothing);
    await expect(ask(other, releaseId)).rejects.toThrow(nothing);
    expect((await ask({ ...one, tenant: provider }, one.destinationId)).imageCount).toBe(1);
  });

  test("what it pastes is kept nowhere", async () => {
    const { tenant } = await addTenant("careful");
    const rows = async () => [await db.auditEntry.count(), await db.mirrorJob.count()];
    const before = await rows();
    await check(tenant, { texts: [{ text: pauseSet }] });
    expect(await rows()).toEqual(before);
  });
});

test("no secret comes back", async () => {
  const { keyPem } = issueCertificate();
  const auth = Buffer.from("robot:s3cr3t").toString("base64");
  const [, keyLine = "?"] = keyPem.split("\n");
  const secret = { auths: { "harbor.example.com": { username: "robot", password: "s3cr3t", auth } } };
  const texts = [
    { text: itms(["quay.io/a/b", "https://robot:s3cr3t@harbor.example.com/b"]) },
    { text: itms(["robot:s3cr3t@quay.io/a/b", "robot:s3cr3t@harbor.example.com/b"]) },
    {
      path: "quay.io/hosts.toml",
      text: `[host."https://robot:s3cr3t@a.io".header]\nauthorization = "Basic ${auth}"`,
    },
    { path: "quay.io/hosts.toml", text: `authorization = Basic ${auth}` },
    { text: `TKG_HTTP_PROXY=http://robot:s3cr3t@proxy\nTKG_CUSTOM_IMAGE_REPOSITORY=robot:s3cr3t@a.io/x` },
    {
      text: JSON.stringify({
        kind: "Secret",
        apiVersion: "v1",
        metadata: { name: "pull" },
        data: { ".dockerconfigjson": Buffer.from(JSON.stringify(secret)).toString("base64") },
      }),
    },
    {
      path: "registries.conf",
      text: '[[registry]]\nprefix = "robot:s3cr3t@quay.io/a"\nlocation = "https://robot:s3cr3t@a.io/b"',
    },
    {
      text: JSON.stringify({
        containerRegistryUrl: "https://robot:s3cr3t@a.io/x",
        vcdKeInstances: [{ githubConfig: { githubPersonalAccessToken: "s3cr3t" } }],
        bootstrapClusterConfig: { proxyConfig: { httpProxy: "http://robot:s3cr3t@proxy", noProxy: "a" } },
        K8Config: { certificateAuthorities: ["s3cr3t"] },
      }),
    },
    { text: keyPem },
    { path: "a.toml", text: keyPem },
    { text: `${pauseSet}\n# ${keyPem}` },
  ];
  const told = await check(provider, { texts, destinationId: shared, hasWindowsNodes: true });
  expect(told.texts.every(({ findings }) => findings.length > 0)).toBe(true);
  const text = JSON.stringify(told);
  for (const each of ["s3cr3t", auth, keyLine]) expect(text).not.toContain(each);
});

describe("within bounds", () => {
  test("of texts and of each", () => {
    const text = "a".repeat(configTextLimits.length);
    expect(parse({ texts: [{ text }] }).success).toBe(true);
    expect(parse({ texts: [{ text: `${text}a` }] }).success).toBe(false);
    expect(parse({ texts: [] }).success).toBe(false);
    const many = Array.from({ length: configTextLimits.count + 1 }, () => ({ text: "" }));
    expect(parse({ texts: many }).success).toBe(false);
  });

  test("of time: images that too many mirrors would be compared with are left out, and counted", async () => {
    const destinationId = await addDestination("many");
    await publishMany(destinationId, 900, "quay.io");
    const mirrors = Array.from({ length: 4_000 }, (_, index) => `m.io/${index}`).join(",");
    const ask = (source: string) =>
      check(provider, {
        texts: [{ text: itms([source, "m.io/a"]).replace('["m.io/a"]', `[${mirrors}]`) }],
        ...{ destinationId, hasWindowsNodes: true },
      });
    const begin = performance.now();
    const checked = await ask("quay.io/a");
    expect(performance.now() - begin).toBeLessThan(30_000);
    expect(checked.imageCount).toBeGreaterThan(100);
    expect(checked.leftOutCount).toBe(900 - checked.imageCount);
    expect(JSON.stringify(checked).length).toBeLessThan(5_000_000);

    const { texts, leftOutCount } = await ask("quay.io/a/899");
    expect(leftOutCount).toBeGreaterThan(0);
    expect(rulesOf(texts).flat()).toContain("image-without-entry");
    // It is among those that were left out.
    expect(rulesOf(texts).flat()).not.toContain("entry-without-image");
  });
});

const parse = (input: unknown) => configCheckInput.safeParse(input);
const check = (who: JobOrigin, input: z.input<typeof configCheckInput>) =>
  checkConfig(systemAccess(who, "cluster-config.read"), configCheckInput.parse(input));
const rulesOf = (texts: Awaited<ReturnType<typeof check>>["texts"]) =>
  texts.map(({ path, findings }) => [path, ...findings.map(({ rule }) => rule)]);

type Tenant = Awaited<ReturnType<typeof addTenant>>;

async function addTenant(name: string) {
  const { id: organizationId } = await people.organization({ name });
  const startedBy = await people.user({ organizationId });
  const tenant: JobOrigin = { id: "test", organizationId, startedBy };
  return { tenant, organizationId, destinationId: await addDestination(name, organizationId) };
}

async function addDestination(basePath: string, organizationId: string | null = null): Promise<string> {
  const host = organizationId === null ? "harbor.example.com" : `${basePath}.example.com`;
  const registry = await writeDb.registry.create({ data: { name: basePath, host, organizationId } });
  return (await writeDb.destination.create({ data: { registryId: registry.id, basePath } })).id;
}

/** Images of one host, each with one tag. */
async function publishMany(destinationId: string, count: number, sourceHost: string): Promise<void> {
  const first = await db.component.count();
  const components = Array.from({ length: count }, (_, index) => ({
    ...{ id: randomUUID(), releaseId, position: first + index, kind: "image" as const, tag: "v1" },
    ...{ sourceHost, sourceRepository: `a/${index}`, targetPath: `${index}` },
  }));
  await writeDb.component.createMany({ data: components });
  await writeDb.publication.createMany({
    data: components.map(({ id, targetPath }) => ({
      ...{ destinationId, repository: `many/${targetPath}`, tag: "v1", digest, componentId: id },
    })),
  });
}

/** As jobs leave it behind. */
async function publish(
  destinationId: string,
  source: string,
  repository: string,
  tag: string,
  organizationId: string | null = null,
): Promise<void> {
  const [sourceHost = "", ...path] = source.split("/");
  const position = await db.component.count();
  const component = await writeDb.component.create({
    data: {
      ...{ releaseId, position, kind: "image", sourceHost, sourceRepository: path.join("/"), tag },
      targetPath: repository,
    },
  });
  await writeDb.publication.create({
    data: { destinationId, organizationId, repository, tag, digest, componentId: component.id },
  });
}
