import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buildImage, buildLayer } from "#lib/demo/sample-image.ts";
import { parseRegistryHost, parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import { createRegistryClient } from "#lib/engine/oci/registry-client.ts";
import { createCertificateAuthority, type CertificateAuthority } from "#lib/testing/certificate-authority.ts";
import { runProgram, type Program } from "#lib/testing/child-process.ts";
import { findProgram } from "#lib/testing/programs.ts";
import { pushSample } from "#lib/testing/push-sample.ts";
import { startRecordingProxy, type RecordingProxy } from "#lib/testing/recording-proxy.ts";
import { startRegistry, type RegistryServer } from "#lib/testing/registry-server.ts";
import { listPullPlaces } from "./list-pull-places.ts";
import { checkRegistriesConf } from "./check-registries-conf.ts";
import type { ConfigOutput } from "./config-output.ts";
import { generatePodmanRegistries, podmanRegistriesInput } from "./podman-registries.ts";
import { readRegistriesConf } from "./registries-conf.ts";

// It answers to no name service, so that whoever goes to the source fails.
const source = "source.invalid";
const repository = "oss/kubernetes/pause";
const base = "tkg/mirror";
const image = buildImage({
  format: "oci",
  platform: { os: "linux", architecture: "amd64" },
  layers: [buildLayer([{ path: "opt/x", content: { seed: "podman", sizeBytes: 20_000 } }])],
  entrypoint: "/opt/x",
});
const { digest } = image.descriptor;

let dir: string;
let skopeo: Program;
let authority: CertificateAuthority;
let registry: RegistryServer;
let proxy: RecordingProxy;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-registries-conf-"));
  skopeo = await findProgram("skopeo");
  authority = await createCertificateAuthority();
  const tls = await authority.issueServer(["127.0.0.1"]);
  registry = await startRegistry({ tls });
  proxy = await startRecordingProxy({ tls, upstream: registry.host });
  const client = createRegistryClient({
    registry: parseRegistryHost(registry.host),
    access: "pull,push",
    caCertificates: [authority.cert],
  });
  await pushSample(client, parseRepository(`${base}/${repository}`), parseTag("3.9"), image);
  await client.close();
});
afterAll(async () => {
  await proxy.stop();
  await registry.stop();
  await rm(dir, { recursive: true, force: true });
});
beforeEach(() => {
  proxy.takeRequests();
});

const make = (changes: object = {}) =>
  generatePodmanRegistries(
    podmanRegistriesInput.parse({
      registry: `${proxy.host}/${base}`,
      sources: [source],
      certificates: [{ name: "own-ca", pem: authority.cert }],
      mayAskSource: false,
      pullBy: "all",
      ...changes,
    }),
  );

/** Copies by skopeo with these files only. @returns what the mirror was asked */
async function copy(
  { files }: Pick<ConfigOutput, "files">,
  suffix: string,
  host = source,
): Promise<readonly string[]> {
  const folder = await mkdtemp(join(dir, "config-"));
  for (const { path, content } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  const conf = files.find(({ path }) => path.endsWith(".conf"))?.path ?? "";
  const certificates = join(folder, "certs.d", proxy.host);
  await mkdir(certificates, { recursive: true });
  await runProgram(skopeo, [
    ...["--registries-conf", join(folder, conf), "copy", "--quiet", "--src-cert-dir", certificates],
    ...[`docker://${host}/${repository}${suffix}`, `dir:${join(folder, "image")}`],
  ]);
  return proxy.takeRequests();
}

/** Where the page says that the image is looked for first. */
function findFirst(output: ReturnType<typeof make>, by: "tag" | "digest"): string {
  const reading = readRegistriesConf(output.files[0]?.content ?? "");
  if (!reading.ok) throw new Error(reading.problem);
  return listPullPlaces(reading.rules, `${source}/${repository}`, by)[0]?.location ?? "";
}

describe.each([true, false])("generated registries.conf and certs.d, source allowed: %s", (mayAskSource) => {
  test.each([
    [":3.9", "tag", "3.9"],
    [`@${digest}`, "digest", digest],
  ] as const)("lead skopeo to the mirror for %s, as is shown", async (suffix, by, reference) => {
    const output = make({ mayAskSource });
    const asked = await copy(output, suffix);
    const [host, ...path] = findFirst(output, by).split("/");
    const repositoryUrl = `https://${host ?? ""}/v2/${path.join("/")}`;
    expect(asked).toContain(`GET ${repositoryUrl}/manifests/${reference}`);
    expect(asked.filter((each) => !each.endsWith("/v2/"))).toEqual(
      expect.arrayContaining(
        image.blobs.map((blob) => `GET ${repositoryUrl}/blobs/${blob.descriptor.digest}`),
      ),
    );
  });
});

test("without the certificate the mirror is not believed", async () => {
  await expect(copy(make({ certificates: [] }), ":3.9")).rejects.toThrow("x509");
});

describe("a registry without TLS", () => {
  let plain: RegistryServer;
  beforeAll(async () => {
    plain = await startRegistry({ logPath: join(dir, "plain.log") });
    const client = createRegistryClient({
      registry: parseRegistryHost(plain.host),
      ...{ access: "pull,push", plainHttp: true },
    });
    await pushSample(client, parseRepository(`${base}/${repository}`), parseTag("3.9"), image);
    await client.close();
  });
  afterAll(() => plain.stop());

  const makePlain = (changes: object) => make({ registry: `${plain.host}/${base}`, ...changes });

  test.each([
    [true, [source]],
    [false, [source]],
    [false, []],
  ])(
    "is asked, and for its own images, too; source allowed: %s, sources %j",
    async (mayAskSource, sources) => {
      const output = makePlain({ plainHttp: true, mayAskSource, sources });
      for (const host of [...sources, `${plain.host}/${base}`]) {
        const before = (await plain.accessLog()).length;
        await copy(output, ":3.9", host);
        const asked = (await plain.accessLog()).slice(before).join("\n");
        expect(asked).toContain(`"GET /v2/${base}/${repository}/manifests/3.9 HTTP/`);
      }
    },
  );

  test("is asked for nothing unless that is said", async () => {
    const output = makePlain({});
    for (const host of [source, `${plain.host}/${base}`]) {
      await expect(copy(output, ":3.9", host)).rejects.toThrow("HTTP response to HTTPS client");
    }
  });
});

test.each([
  ["digest-only", "tag"],
  ["tag-only", "digest"],
] as const)("a mirror for %s is not asked by %s, and the source is", async (pullBy, by) => {
  const suffix = by === "tag" ? ":3.9" : `@${digest}`;
  const output = make({ pullBy, mayAskSource: true });
  expect(findFirst(output, by)).toBe(`${source}/${repository}`);
  await expect(copy(output, suffix)).rejects.toThrow(source);
  expect(proxy.takeRequests()).toEqual([]);
});

test.each([
  ["digest-only", "digest"],
  ["tag-only", "tag"],
] as const)("a mirror for %s is asked by %s", async (pullBy, by) => {
  const suffix = by === "tag" ? ":3.9" : `@${digest}`;
  const asked = await copy(make({ pullBy }), suffix);
  expect(asked).toContain(
    `GET https://${proxy.host}/v2/${base}/${repository}/manifests/${by === "tag" ? "3.9" : digest}`,
  );
});

test("a source without a port that has the registry's host does not block the registry", async () => {
  const host = proxy.host.replace(/:\d+$/, "");
  for (const mayAskSource of [true, false]) {
    const asked = await copy(make({ sources: [host], mayAskSource }), ":3.9", host);
    expect(asked).toContain(`GET https://${proxy.host}/v2/${base}/${repository}/manifests/3.9`);
  }
  const direct = await copy(make({ sources: [host] }), ":3.9", `${proxy.host}/${base}`);
  expect(direct).toContain(`GET https://${proxy.host}/v2/${base}/${repository}/manifests/3.9`);
});

describe("what is told of a registries.conf is what skopeo does", () => {
  const table = (prefix: string, ...lines: readonly string[]) =>
    `[[registry]]\nprefix = "${prefix}"\n${lines.join("\n")}\n`;
  const mirror = (location: string, ...lines: readonly string[]) =>
    `[[registry.mirror]]\nlocation = "${location}"\n${lines.join("\n")}\n`;
  const right = () => table(source, `location = "${source}"`) + mirror(`${proxy.host}/${base}`);
  /** With the certificate that the mirror is believed for. */
  const pull = (content: string) =>
    copy(
      {
        files: [
          { path: "registries.conf", content, isSecret: false },
          { path: `certs.d/${proxy.host}/own-ca.crt`, content: authority.cert, isSecret: false },
        ],
      },
      ":3.9",
    );
  const rulesOf = (text: string) =>
    checkRegistriesConf(text, { file: "registries.conf", mayAskSource: true }).map(({ rule }) => rule);

  test.each<[string, () => string, RegExp]>([
    ["a table of TOML twice", () => "[x]\n[x]\n", /already been defined/],
    [
      "a mirror with a kind under a registry with one",
      () =>
        '[[registry]]\nlocation = "a.io"\nmirror-by-digest-only = true\n' +
        mirror("m.io", 'pull-from-mirror = "all"'),
      /at the same time/,
    ],
    [
      "a kind at the registry itself",
      () => table("a.io", 'location = "a.io"', 'pull-from-mirror = "all"'),
      /must not be set/,
    ],
    ["a wildcard with a path", () => table("*.example.com/a"), /incorrectly formatted/],
    [
      "tables that differ",
      () => table(source, `location = "${source}"`, "blocked = true"),
      /conflicting 'blocked'/,
    ],
    ["lists of version 1", () => '[registries.block]\nregistries = ["a.io"]\n', /mixing sysregistry/],
    ["an alias of nothing", () => '[aliases]\napp = "b"\n', /invalid alias/],
    ["a scheme", () => table("a.io", 'location = "https://a.io"'), /URI schemes/],
  ])("%s makes it refuse the file, whatever else is right", async (_, wrong, words) => {
    const text = right() + wrong();
    expect(rulesOf(text)).toEqual(["registries-conf-refused"]);
    await expect(pull(text)).rejects.toThrow(words);
    expect(proxy.takeRequests()).toEqual([]);
  });

  test.each(['unqualified-search-registries = ["a.io/b"]', 'short-name-mode = "ask"'])(
    "%s makes it refuse the file",
    async (line) => {
      const text = `${line}\n${right()}`;
      expect(rulesOf(text)).toEqual(["registries-conf-refused"]);
      await expect(pull(text)).rejects.toThrow("registries.conf");
      expect(proxy.takeRequests()).toEqual([]);
    },
  );

  test.each<[string, string, () => string, RegExp]>([
    ["a mirror without a host", "location-unusable", () => right() + mirror("harbor/base"), /canonical/],
    ["a mirror in upper case", "location-unusable", () => right() + mirror("m.io/Base"), /lowercase/],
    ["a mirror with a scheme", "location-unusable", () => right() + mirror("docker://m.io"), /rewriting/],
    [
      "a mirror that is blocked",
      "mirror-blocked",
      () => right() + table(proxy.host, `location = "${proxy.host}"`, "blocked = true"),
      /is blocked/,
    ],
    [
      "a mirror whose host is blocked",
      "mirror-blocked",
      () => right() + table("127.0.0.1", 'location = "127.0.0.1"', "blocked = true"),
      /is blocked/,
    ],
    [
      "a second table",
      "prefix-twice",
      () => table(source, `location = "${source}"`) + right(),
      /no such host|dial tcp/,
    ],
    [
      "a prefix with a tag",
      "prefix-matches-nothing",
      () =>
        table(`${source}/${repository}:3.9`, `location = "${source}/${repository}:3.9"`) +
        mirror(`${proxy.host}/${base}/${repository}:3.9`),
      /no such host|dial tcp/,
    ],
    [
      "a block without mirrors",
      "blocked-wholly",
      () => table(source, `location = "${source}"`, "blocked = true"),
      /is blocked/,
    ],
    [
      "a block of version 1",
      "registries-version-1",
      () => `[registries.block]\nregistries = ["${source}"]\n`,
      /is blocked/,
    ],
  ])("%s keeps it from pulling: %s", async (_, rule, text, words) => {
    expect(rulesOf(text())).toContain(rule);
    await expect(pull(text())).rejects.toThrow(words);
    expect(proxy.takeRequests()).toEqual([]);
  });

  test.each<[string, string, () => string]>([
    [
      "a block of what is elsewhere",
      "block-without-effect",
      () => table(source, `location = "${proxy.host}/${base}"`, "blocked = true"),
    ],
    ["a key that nobody reads", "key-ignored", () => `${right()}mirrors = "x"\n`],
    [
      "a wildcard in the middle",
      "prefix-matches-nothing",
      () => right() + table("a.*.com", 'location = "a.io"'),
    ],
    ["a second table behind", "prefix-twice", () => right() + table(source, `location = "${source}"`)],
  ])("%s does not keep it from pulling: %s", async (_, rule, text) => {
    expect(rulesOf(text())).toContain(rule);
    expect(await pull(text())).toContain(`GET https://${proxy.host}/v2/${base}/${repository}/manifests/3.9`);
  });

  test("keys count in any letter case", async () => {
    const text = right().replace("prefix", "Prefix").replace("location", "LOCATION");
    expect(rulesOf(text)).toEqual(rulesOf(right()));
    expect((await pull(text)).length).toBeGreaterThan(0);
  });
});
