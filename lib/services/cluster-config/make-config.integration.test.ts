import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { type Access, issueAccess } from "#lib/auth/access.ts";
import type { Permission } from "#lib/auth/permissions.ts";
import { writeDb } from "#lib/db/client.ts";
import type { User } from "#lib/db/generated/client.ts";
import { editConfig } from "#lib/domain/vcd/config-document.ts";
import { createConfigDocument } from "#lib/domain/vcd/new-config.ts";
import { pauseImage } from "#lib/domain/cluster-config/mirrored-image.ts";
import { type ConfigForm, type ConfigTopic, configForm, configTopics } from "#lib/schemas/cluster-config.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import { createPeople } from "#lib/testing/people.ts";
import { addCertificates } from "../certificates/index.ts";
import { saveRevision } from "../server-config/index.ts";
import { choosePlace, draftConfig, makeConfig } from "./index.ts";

const people = createPeople(writeDb);
const authority = issueCertificate({ subject: "CN=Harbor Root", ca: true, keyUsage: ["keyCertSign"] });
const ofRegistry = issueCertificate({ subject: "CN=Acme Root", ca: true, keyUsage: ["keyCertSign"] });
const componentVersions = {
  ...{ capvcd: "1.3.0", cloudProvider: "1.6.0", csiDriver: "1.6.0" },
  ...{ rdeProjector: "0.7.0", clusterType: "1.3.0" },
};
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

function accessOf<P extends Permission>(user: User, permission: P): Access<P> {
  const { id: userId, username: name, role, organizationId } = user;
  const actor = { userId, name, role, organizationId, requestId: "test", address: "192.0.2.1" };
  return issueAccess(permission, actor, role, null);
}
const asReader = (user: User) => accessOf(user, "cluster-config.read");

let database: TestDatabase;
let provider: User;
let auditor: User;
let tenant: User;
let releaseId: string;
const places = { shared: "", acme: "", globex: "" };

beforeAll(async () => {
  database = await createTestDatabase();
  provider = await people.user({ username: "provider" });
  auditor = await people.user({ username: "auditor", role: "auditor" });
  const acme = await people.organization({ name: "acme" });
  const globex = await people.organization({ name: "globex" });
  tenant = await people.user({ username: "tenant", organizationId: acme.id });
  places.shared = await addPlace("harbor.example.com", "mirror", null);
  places.acme = await addPlace("acme.example.com:8443", "", acme.id);
  places.globex = await addPlace("globex.example.com", "own", globex.id);
  await writeDb.offer.create({ data: { destinationId: places.shared } });
  releaseId = (await writeDb.release.create({ data: { kind: "list", name: "All", version: "1" } })).id;
  await publish("quay.io/a/provided", "mirror/a/provided", "a", null);
  await publish("quay.io/a/own", "mirror/a/own", "b", acme.id);
  await publish("ghcr.io/c/foreign", "mirror/elsewhere/foreign", "c", globex.id);
  await publish("quay.io/a/bundled", "mirror/a/bundled", "d", null, "bundle");
  const wanted = { certificates: [{ pem: authority.pem, name: "harbor-root" }], lists: ["panel" as const] };
  await addCertificates(accessOf(provider, "certificate.write"), wanted);
});
afterAll(() => database.drop());

describe("destinations", () => {
  test("are all for the provider, for a tenant its own and the one that it publishes to", async () => {
    const namesOf = async (user: User) =>
      (await choosePlace(asReader(user), null)).places.map(({ host, basePath }) => `${host}/${basePath}`);
    const own = ["acme.example.com:8443/", "harbor.example.com/mirror"];
    expect(await namesOf(provider)).toEqual([own[0], "globex.example.com/own", own[1]]);
    expect(await namesOf(tenant)).toEqual(own);
    expect((await choosePlace(asReader(tenant), null)).placeId).toBe(places.shared);
    expect((await choosePlace(asReader(auditor), null)).placeId).toBe(places.shared);
  });

  test("of another are none", async () => {
    const missing = { code: "not-found", facts: { what: "destination" } };
    await expect(draftConfig(asReader(tenant), "openshift", places.globex)).rejects.toMatchObject(missing);
    const form = await formOf(provider, "openshift", places.globex);
    await expect(makeConfig(asReader(tenant), "openshift", form)).rejects.toMatchObject(missing);
  });
});

describe("images", () => {
  const sourcesFor = async (user: User) =>
    Object.values((await made(user, "openshift")).entries).map(({ source }) => source);

  test("are those that were really mirrored, and a tenant's are no other's; bundles are none", async () => {
    expect(await sourcesFor(provider)).toEqual(["ghcr.io/c/foreign", "quay.io/a/own", "quay.io/a/provided"]);
    expect(await sourcesFor(tenant)).toEqual(["quay.io/a/own", "quay.io/a/provided"]);
  });

  test("are known by their task once their release is gone", async () => {
    const destinationId = await addPlace("later.example.com", "", null);
    const { id } = await writeDb.mirrorJob
      .create({
        data: {
          destinationId,
          tasks: {
            create: {
              ...{
                position: 0,
                kind: "image",
                originalName: "quay.io/b/gone:v1",
                sourceRepository: "b/gone",
              },
              ...{ targetRepository: "b/gone", tag: "v1", finalDigest: digest("e") },
            },
          },
        },
        select: { tasks: { select: { id: true } } },
      })
      .then(({ tasks }) => tasks[0] ?? { id: "" });
    const at = { destinationId, repository: "b/gone", tag: "v1", digest: digest("e") };
    await writeDb.publication.create({ data: at });
    await writeDb.placement.create({
      data: {
        ...at,
        mediaType: "application/vnd.oci.image.index.v1+json",
        verifiedAt: new Date(),
        taskId: id,
      },
    });
    const { entries } = await made(provider, "openshift", {}, destinationId);
    expect(entries).toEqual([
      expect.objectContaining({ source: "quay.io/b/gone", mirrors: ["later.example.com/b/gone"] }),
    ]);
  });

  test("are all there, however often one of them was published", async () => {
    const destinationId = await addPlace("often.example.com", "", null);
    await publishAt(destinationId, "quay.io/a/often", "a/often", "a", null);
    await publishAt(destinationId, "quay.io/z/last", "z/last", "b", null);
    await writeDb.$executeRaw`
      INSERT INTO "Publication" ("destinationId", "repository", "tag", "digest", "componentId")
      SELECT p."destinationId", p."repository", 'v' || n, p."digest", p."componentId"
        FROM "Publication" p, generate_series(2, 20001) n
       WHERE p."destinationId" = ${destinationId}::uuid AND p."repository" = 'a/often'`;
    const { entries } = await made(provider, "openshift", {}, destinationId);
    expect(entries.map(({ source }) => source)).toEqual(["quay.io/a/often", "quay.io/z/last"]);
  });

  test("that nodes would look for elsewhere are named", async () => {
    const { misplaced, misplacedCount } = await makeConfig(
      asReader(provider),
      "containerd",
      await formOf(provider, "containerd", places.shared),
    );
    expect({ misplaced, misplacedCount }).toEqual({
      misplaced: [{ image: "ghcr.io/c/foreign", standsAt: "harbor.example.com/mirror/elsewhere/foreign" }],
      misplacedCount: 1,
    });
  });

  test("that Docker would look for elsewhere are those of Docker Hub, where there is a mirror of it", async () => {
    const misplacedAt = async (basePath: string) => {
      const id = await addPlace(`docker${basePath.length}.example.com`, basePath, null);
      const base = basePath === "" ? "" : `${basePath}/`;
      await publishAt(id, "docker.io/library/nginx", `${base}library/nginx`, "a", null);
      await publishAt(id, "docker.io/library/redis", `${base}hub/redis`, "b", null);
      await publishAt(id, "quay.io/a/b", `${base}quay/b`, "c", null);
      const { misplaced } = await makeConfig(
        asReader(provider),
        "docker",
        await formOf(provider, "docker", id),
      );
      return misplaced;
    };
    expect(await misplacedAt("")).toEqual([
      { image: "docker.io/library/redis", standsAt: "docker0.example.com/hub/redis" },
    ]);
    expect(await misplacedAt("mirror")).toEqual([]);
  });
});

describe("a form begins", () => {
  test("with no more than can be asked for, however much is known", async () => {
    const destinationId = await addPlace("many.example.com", "", null);
    for (let number = 0; number <= 100; number++) {
      await publishAt(destinationId, `r${number}.example.com/a/b`, `r${number}/a/b`, "a", null);
    }
    const { form, sources } = await draftConfig(asReader(provider), "containerd", destinationId);
    expect(sources).toHaveLength(101);
    expect(form.sources).toEqual(sources.slice(0, 100));
  });

  test("with the proxy of the server's configuration, however much it is not for, and nobody signed in", async () => {
    const noProxy = Array.from({ length: 150 }, (_, number) => `host-${number}.example.com`).join(",");
    const document = editConfig(createConfigDocument(componentVersions), {
      ...{
        httpProxy: "http://robot:s3cr3t@proxy.example.com:3128",
        httpsProxy: "robot:s3cr3t@proxy.example.com:3128",
        noProxy,
      },
    });
    const actor = { userId: provider.id, name: provider.username, role: provider.role, organizationId: null };
    await writeDb.$transaction((tx) =>
      saveRevision(
        tx,
        { ...actor, requestId: "test", address: "" },
        { document, origin: "edited", seen: null, confirmed: [] },
      ),
    );
    const { form, isProxyKnown } = await draftConfig(asReader(auditor), "tkg-service", places.shared);
    expect(isProxyKnown).toBe(true);
    expect(form.proxy).toEqual({
      http: "http://proxy.example.com:3128",
      https: "proxy.example.com:3128",
      noProxy,
    });
    expect((await draftConfig(asReader(tenant), "tkg-service", places.acme)).isProxyKnown).toBe(false);
    await writeDb.configRevision.deleteMany();
  });
});

describe("every topic", () => {
  const said: Partial<ConfigForm> = {
    ...{ cluster: "lab", namespace: "tenants", image: "a/own:v1" },
    credentials: { username: "robot", password: "s3cr3t-of-robot" },
  };

  test.each(configTopics)("%s is made of what is known, and passes the linter", async (topic) => {
    const chosen = [fingerprintOf(ofRegistry.pem)];
    const form = { ...(await formOf(tenant, topic, places.acme)), ...said };
    await publishAt(places.acme, "quay.io/a/own", "a/own", "b", tenant.organizationId);
    const { files, findings } = await makeConfig(asReader(tenant), topic, {
      ...{ ...form, certificates: chosen },
    });
    expect(files.length).toBeGreaterThan(0);
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
    const kept = files.map(({ content }) => content).join("\n");
    const hasNone: ConfigTopic[] = ["hosts-toml", "workload"];
    expect(fingerprintsIn(kept)).toEqual(
      hasNone.includes(topic) ? [] : expect.arrayContaining([fingerprintOf(ofRegistry.pem)]),
    );
  });

  test("is checked once, though several files say the same", async () => {
    const form = { ...(await formOf(provider, "tkg-management", places.shared)), skipTlsVerify: true };
    const { findings } = await makeConfig(asReader(provider), "tkg-management", form);
    expect(findings.map(({ rule }) => rule)).toEqual(["verification-off"]);
  });

  test("is checked by the mirror sets where an operator makes the files of them", async () => {
    const form = { ...(await formOf(provider, "hosts-toml", places.shared)), system: "windows" as const };
    const { findings, files } = await makeConfig(asReader(provider), "hosts-toml", form);
    expect(files.map(({ path }) => path)).toContain("registries/ghcr.io/hosts.toml");
    expect(findings.map(({ rule, object }) => `${rule} ${object.split(" ")[0]}`)).toContain(
      "windows-path-differs ImageDigestMirrorSet/drayage",
    );
  });

  test("shows a password only in files that are marked", async () => {
    const form = { ...(await formOf(tenant, "workload", places.acme)), ...said };
    const { files } = await makeConfig(asReader(tenant), "workload", form);
    const encoded = Buffer.from("robot:s3cr3t-of-robot").toString("base64");
    const withPassword = files.filter(({ content }) =>
      [content, ...decodeAll(content)].some((text) => text.includes("s3cr3t") || text.includes(encoded)),
    );
    expect(withPassword.map(({ path }) => path)).toEqual(["pull-secret.yaml"]);
    expect(files.filter(({ isSecret }) => isSecret)).toEqual(withPassword);
  });
});

test.each([" \n", '{"auths":{}}'])(
  "writes no pull secret over one of which %j was pasted",
  async (pullSecret) => {
    const form = {
      ...(await formOf(tenant, "openshift", places.acme)),
      ...{ credentials: { username: "robot", password: "s3cr3t" }, pullSecret },
    };
    const { files, notes } = await makeConfig(asReader(tenant), "openshift", form);
    expect(files.map(({ path }) => path)).not.toContain("pull-secret.json");
    expect(notes.map(({ code }) => code)).toContain("pull-secret-needed");
  },
);

test("says plain HTTP of a destination that has no TLS, where clients can be told so, and warns of it", async () => {
  const id = await addPlace("plain.example.com", "mirror", null);
  await writeDb.registry.updateMany({
    where: { host: "plain.example.com" },
    data: { tlsMode: "plain_http" },
  });
  await publishAt(id, "quay.io/a/b", "mirror/a/b", "a", null);
  const of = async (topic: ConfigTopic) => {
    const form = await formOf(provider, topic, id);
    const { files, findings } = await makeConfig(asReader(provider), topic, form);
    return { text: files.map(({ content }) => content).join(), rules: findings.map(({ rule }) => rule) };
  };
  const [containerd, podman] = [await of("containerd"), await of("podman")];
  expect(containerd.text).toContain('"http://plain.example.com/v2/mirror"');
  expect(containerd.rules).toContain("plain-http");
  expect(podman.text).toContain("insecure = true");
  expect(podman.rules).toContain("insecure-allowed");
  for (const { text } of [containerd, podman]) expect(text).not.toContain("CERTIFICATE");
});

describe("is refused", () => {
  test.each([
    ["a password", { credentials: { username: "robot", password: "s3cr3t" } }],
    ["a pull secret", { pullSecret: '{"auths":{}}' }],
    [
      "a proxy with a password",
      { hasProxy: true, proxy: { http: "http://a:b@p:1", https: "", noProxy: "" } },
    ],
  ])("to whoever may not have secrets: %s", async (_, part) => {
    const form = { ...(await formOf(auditor, "openshift", places.shared)), ...part };
    await expect(makeConfig(asReader(auditor), "openshift", form)).rejects.toMatchObject({
      code: "not-allowed",
      facts: { permission: "cluster-config.secret" },
    });
  });

  test.each<[string, ConfigTopic, Partial<ConfigForm>, Record<string, string>]>([
    ["what is missing", "supervisor-cluster", {}, { cluster: "required", namespace: "required" }],
    ["a name", "cluster-class", { cluster: "A_B", namespace: "x" }, { cluster: "object-name-format" }],
    [
      "a proxy",
      "tkg-management",
      { hasProxy: true, proxy: { http: "proxy", https: "", noProxy: "a b,c" } },
      { "proxy.http": "proxy-format", "proxy.https": "required" },
    ],
    [
      "one exception of a proxy that is too long, of which the form has all in one field",
      "tkg-management",
      { hasProxy: true, proxy: { http: "http://p:1", https: "http://p:1", noProxy: `a,${"b".repeat(256)}` } },
      { "proxy.noProxy": "no-proxy-format" },
    ],
    [
      "another registry",
      "tkg-management",
      { additionalRegistries: [{ registry: "https://x", trustsSame: false, skipTlsVerify: false }] },
      { "additionalRegistries.0.registry": "registry-url" },
    ],
    ["a duration", "tkg-service", { nodeDrainTimeout: "soon" }, { nodeDrainTimeout: "duration-format" }],
    [
      "a field of a later version",
      "tkg-service",
      { version: "v1alpha1", nodeDrainTimeout: "90s" },
      { nodeDrainTimeout: "needs-v1alpha2" },
    ],
    [
      "a password without a user name",
      "openshift",
      { credentials: { username: "", password: "s3cr3t" } },
      { "credentials.username": "required" },
    ],
    [
      "a pull secret",
      "hosts-toml",
      { system: "windows", pullSecret: "{" },
      { pullSecret: "pull-secret-format" },
    ],
  ])("%s, by its field", async (_, topic, part, codes) => {
    const form = { ...(await formOf(provider, topic, places.shared)), ...part };
    const error = await makeConfig(asReader(provider), topic, form).catch((refusal: unknown) => refusal);
    expect(error).toMatchObject({
      code: "invalid-input",
      facts: { fields: Object.fromEntries(Object.entries(codes).map(([field, code]) => [field, { code }])) },
    });
  });

  test.each<[ConfigTopic, string, Partial<ConfigForm>, number]>([
    ["cluster-class", "cluster", { cluster: "a".repeat(64), namespace: "x" }, 63],
    ["tkg-service", "nodeDrainTimeout", { nodeDrainTimeout: "9".repeat(33) }, 32],
    ["openshift", "credentials.username", { credentials: { username: "a".repeat(256), password: "x" } }, 255],
  ])("what is too long, with how long it may be: of %s, %s", async (topic, field, part, maximum) => {
    const form = { ...(await formOf(provider, topic, places.shared)), ...part };
    await expect(makeConfig(asReader(provider), topic, form)).rejects.toMatchObject({
      code: "invalid-input",
      facts: { fields: { [field]: { code: "too-long", facts: { maximum } } } },
    });
  });

  test("a certificate that is not there any more, or is known to the provider only, where one is asked for", async () => {
    const certificates = [ofRegistry, authority].map(({ pem }) => fingerprintOf(pem));
    const refusal = {
      code: "invalid-input",
      facts: { fields: { certificates: { code: "certificate-gone" } } },
    };
    const form = { ...(await formOf(tenant, "cse", places.acme)), certificates };
    await expect(makeConfig(asReader(tenant), "cse", form)).rejects.toMatchObject(refusal);
    await expect(makeConfig(asReader(tenant), "hosts-toml", form)).resolves.toBeDefined();
    const gone = { ...form, destinationId: places.shared, certificates: ["0".repeat(64)] };
    await expect(makeConfig(asReader(provider), "cse", gone)).rejects.toMatchObject(refusal);
  });

  test("a destination within a folder that clusters add themselves", async () => {
    const id = await addPlace("folder.example.com", "mirror/tkg", null);
    const form = await formOf(provider, "cse", id);
    await expect(makeConfig(asReader(provider), "cse", form)).rejects.toMatchObject({
      facts: { fields: { destinationId: { code: "path-ends-in-folder" } } },
    });
  });
});

test("tells where Windows nodes look for the image of every pod's sandbox, and that it is there", async () => {
  const id = await addPlace("windows.example.com", "mirror", null);
  const form = {
    ...(await formOf(provider, "hosts-toml", id)),
    system: "windows" as const,
    includesTags: true,
  };
  const before = (await makeConfig(asReader(provider), "hosts-toml", form)).windows;
  expect(before).toMatchObject({
    pause: { foundAt: null },
    pauseBelongsAt: "windows.example.com/mirror/oss/kubernetes/pause",
    pauseComponent: null,
  });
  await publishAt(id, pauseImage.source, "mirror/oss/kubernetes/pause", "f", null, pauseImage.tag);
  const after = await makeConfig(asReader(provider), "hosts-toml", form);
  expect(after.windows?.pause).toEqual({
    image: "mcr.microsoft.com/oss/kubernetes/pause:3.9",
    foundAt: "windows.example.com/mirror/oss/kubernetes/pause",
    requests: expect.arrayContaining([
      expect.objectContaining({
        url: "https://windows.example.com/v2/mirror/oss/kubernetes/pause/manifests/3.9?ns=mcr.microsoft.com",
      }),
    ]) as unknown,
  });
  expect(after.windows?.pauseComponent).toMatchObject({ releaseId });
  expect(after.files.map(({ path }) => path)).toEqual(["registries/mcr.microsoft.com/hosts.toml"]);
});

async function addPlace(host: string, basePath: string, organizationId: string | null): Promise<string> {
  const registry = await writeDb.registry.create({
    data: { name: host, host, organizationId, caPem: organizationId === null ? null : ofRegistry.pem },
  });
  return (await writeDb.destination.create({ data: { registryId: registry.id, basePath } })).id;
}

const publish = (
  source: string,
  repository: string,
  letter: string,
  organizationId: string | null,
  kind: "image" | "bundle" = "image",
) => publishAt(places.shared, source, repository, letter, organizationId, "v1", kind);

/** As jobs leave it behind. */
async function publishAt(
  destinationId: string,
  source: string,
  repository: string,
  letter: string,
  organizationId: string | null,
  tag = "v1",
  kind: "image" | "bundle" = "image",
): Promise<void> {
  const at = { destinationId, organizationId, repository, tag, digest: digest(letter) };
  if ((await writeDb.publication.count({ where: at })) > 0) return;
  const [sourceHost = "", ...path] = source.split("/");
  const position = await writeDb.component.count();
  const component = await writeDb.component.create({
    data: {
      ...{ releaseId, position, kind, sourceHost, sourceRepository: path.join("/"), tag },
      targetPath: repository,
    },
  });
  await writeDb.publication.create({ data: { ...at, componentId: component.id } });
}

/** As the page begins with it. */
async function formOf(user: User, topic: ConfigTopic, destinationId: string): Promise<ConfigForm> {
  return configForm.parse((await draftConfig(asReader(user), topic, destinationId)).form);
}

interface MirrorEntry {
  source: string;
  mirrors: string[];
}

async function made(user: User, topic: ConfigTopic, part: Partial<ConfigForm> = {}, place = places.shared) {
  const { files } = await makeConfig(asReader(user), topic, {
    ...(await formOf(user, topic, place)),
    ...part,
  });
  const [first] = parseAllDocuments(files.find(({ path }) => path === "mirror-sets.yaml")?.content ?? "");
  const set = first?.toJSON() as { spec: { imageDigestMirrors: MirrorEntry[] } };
  return { entries: set.spec.imageDigestMirrors };
}

const fingerprintOf = (pem: string): string =>
  new X509Certificate(pem).fingerprint256.replaceAll(":", "").toLowerCase();

/** Of all certificates in a text, plain or encoded up to two times. */
function fingerprintsIn(text: string): string[] {
  const once = decodeAll(text);
  const texts = [text.replaceAll("\\n", "\n"), ...once, ...once.flatMap(decodeAll)];
  return texts.flatMap((each) =>
    (each.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []).map((pem) =>
      fingerprintOf(pem.replaceAll(/^[ \t]+/gm, "")),
    ),
  );
}

const decodeAll = (text: string): string[] =>
  (text.match(/[A-Za-z0-9+/]{40,}={0,2}/g) ?? []).map((data) =>
    Buffer.from(data, "base64").toString("latin1"),
  );
