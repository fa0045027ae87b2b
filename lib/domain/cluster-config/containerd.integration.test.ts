import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buildImage, buildLayer, type SampleManifest } from "#lib/demo/sample-image.ts";
import { createRegistryClient } from "#lib/engine/oci/registry-client.ts";
import { parseRegistryHost, parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import { createCertificateAuthority, type CertificateAuthority } from "#lib/testing/certificate-authority.ts";
import { startContainerd, type Containerd } from "#lib/testing/containerd.ts";
import { pushSample } from "#lib/testing/push-sample.ts";
import { startRecordingProxy, type RecordingProxy } from "#lib/testing/recording-proxy.ts";
import { startRegistry, type RegistryServer } from "#lib/testing/registry-server.ts";
import type { ConfigFile } from "./config-output.ts";
import { containerdHostsInput, generateContainerdHosts } from "./containerd-hosts.ts";
import { makeContainerdSets } from "./containerd-sets.ts";
import { formatHostsToml } from "./format-hosts-toml.ts";
import { nameHostDirectory } from "./host-directories.ts";
import { listRequests, type RequestKind } from "./list-requests.ts";
import type { MirrorSet, MirrorSourcePolicy } from "./mirror-set.ts";
import { readHostsToml } from "./read-hosts-toml.ts";
import { makeWindowsHosts } from "./windows-hosts.ts";

// It answers to no name service, so that whoever goes to the source fails.
const source = "source.invalid";
const repository = "oss/kubernetes/pause";
const base = "tkg/mirror";
const image: SampleManifest = buildImage({
  format: "oci",
  platform: { os: "linux", architecture: "amd64" },
  layers: [buildLayer([{ path: "opt/x", content: { seed: "mirrors", sizeBytes: 20_000 } }])],
  entrypoint: "/opt/x",
});
const { digest } = image.descriptor;

let dir: string;
let authority: CertificateAuthority;
let registry: RegistryServer;
let proxy: RecordingProxy;
let containerd: Containerd;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-hosts-"));
  authority = await createCertificateAuthority();
  const tls = await authority.issueServer(["127.0.0.1"]);
  registry = await startRegistry({ tls, logPath: join(dir, "access.log") });
  proxy = await startRecordingProxy({ tls, upstream: registry.host });
  const client = createRegistryClient({
    registry: parseRegistryHost(registry.host),
    access: "pull,push",
    caCertificates: [authority.cert],
  });
  for (const path of [repository, `${base}/${repository}`, `org/${repository}`]) {
    await pushSample(client, parseRepository(path), parseTag("3.9"), image);
  }
  await client.close();
  containerd = await startContainerd(join(dir, "containerd"));
});
afterAll(async () => {
  await containerd.stop();
  await proxy.stop();
  await registry.stop();
  await rm(dir, { recursive: true, force: true });
});
beforeEach(async () => {
  proxy.takeRequests();
  const known = (await containerd.ctr("images", "ls", "--quiet")).split("\n").filter(Boolean);
  if (known.length > 0) await containerd.ctr("images", "rm", "--sync", ...known);
  const content = (await containerd.ctr("content", "ls", "--quiet")).split("\n").filter(Boolean);
  if (content.length > 0) await containerd.ctr("content", "rm", ...content);
});

/** Writes generated files into a folder of their own. @returns its `certs.d` */
async function place(files: readonly Pick<ConfigFile, "path" | "content">[]): Promise<string> {
  const folder = await mkdtemp(join(dir, "config-"));
  for (const { path, content } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return join(folder, "certs.d");
}

/** As nodes do: all of the image for one platform, unpacked. */
async function pullBy(hostsDir: string, name: string): Promise<void> {
  const how = ["--hosts-dir", hostsDir, "--platform", "linux/amd64", "--snapshotter", "native"];
  await containerd.ctr("images", "pull", ...how, name);
}

async function fetchBy(hostsDir: string, name: string): Promise<void> {
  await containerd.ctr("content", "fetch", "--hosts-dir", hostsDir, "--platform", "linux/amd64", name);
}

/** What the page would show: the first request that the mirror answers, and then those for all content. */
function expectedRequests(
  hostsToml: string,
  host: string,
  reference: { tag?: string; digest?: string },
): string[] {
  const hosts = readHostsToml(hostsToml);
  const first = (kind: RequestKind) => {
    const [request] = listRequests(hosts, host, { repository, ...reference }, kind);
    return `${request?.method ?? ""} ${request?.url ?? ""}`;
  };
  return [
    first({ for: "resolve" }),
    first({ for: "manifest", digest }),
    ...image.blobs.map(({ descriptor }) => first({ for: "blob", digest: descriptor.digest })),
  ];
}

const input = (changes: object = {}) =>
  containerdHostsInput.parse({
    registry: `${proxy.host}/${base}`,
    sources: [source],
    certificates: [{ name: "own-ca", pem: authority.cert }],
    mayAskSource: false,
    system: "linux",
    ...changes,
  });
const contentOf = (files: readonly ConfigFile[], path: string) =>
  files.find((file) => file.path === path)?.content ?? "";
const references = [
  [`:3.9`, { tag: "3.9" }],
  [`@${digest}`, { digest }],
] as const;

describe("generated hosts.toml, the source being out of reach", () => {
  describe.each([true, false])("source allowed: %s", (mayAskSource) => {
    test.each(references)("leads containerd to the mirror for %s, as is shown", async (suffix, reference) => {
      const { files } = generateContainerdHosts(input({ mayAskSource }));
      const hostsDir = await place(files);
      await fetchBy(hostsDir, `${source}/${repository}${suffix}`);
      const expected = expectedRequests(contentOf(files, `certs.d/${source}/hosts.toml`), source, reference);
      const asked = proxy.takeRequests();
      expect(asked.slice(0, 2)).toEqual(expected.slice(0, 2));
      expect([...asked].sort()).toEqual([...expected].sort());
      const held = await containerd.ctr("content", "ls", "--quiet");
      for (const { descriptor } of [image, ...image.blobs]) expect(held).toContain(descriptor.digest);
    });
  });

  test.each(references)("has containerd pull an image whole, for %s", async (suffix, reference) => {
    const { files } = generateContainerdHosts(input());
    const name = `${source}/${repository}${suffix}`;
    await pullBy(await place(files), name);
    const expected = expectedRequests(contentOf(files, `certs.d/${source}/hosts.toml`), source, reference);
    expect([...proxy.takeRequests()].sort()).toEqual([...expected].sort());
    expect(await containerd.ctr("images", "ls", "--quiet")).toBe(`${name}\n`);
    const [, row = ""] = (await containerd.ctr("images", "check", "--snapshotter", "native")).split("\n");
    expect(row).toMatch(new RegExp(`${digest} +complete .* true *$`));
  });

  test("serves the registry's own name, with a port, by the directories of both systems", async () => {
    for (const system of ["linux", "windows"] as const) {
      const { files } = generateContainerdHosts(input({ system, sources: [] }));
      const hostsDir = await place(files);
      await fetchBy(hostsDir, `${proxy.host}/${base}/${repository}:3.9`);
      const [first] = proxy.takeRequests();
      expect(first).toBe(`HEAD https://${proxy.host}/v2/${base}/${repository}/manifests/3.9`);
    }
  });

  test("serves a source with a port by Windows' name for its directory", async () => {
    const host = `${source}:5000`;
    const { files } = generateContainerdHosts(input({ system: "windows", sources: [host] }));
    const path = `certs.d/${nameHostDirectory(host)}/hosts.toml`;
    await fetchBy(await place(files), `${host}/${repository}:3.9`);
    const [expected] = expectedRequests(contentOf(files, path), host, { tag: "3.9" });
    expect(proxy.takeRequests()[0]).toBe(expected);
  });

  test("is believed for its certificates only: without them the mirror is not asked", async () => {
    const { files } = generateContainerdHosts(input({ certificates: [] }));
    const hostsDir = await place(files);
    await expect(fetchBy(hostsDir, `${source}/${repository}:3.9`)).rejects.toThrow("x509");
    expect(proxy.takeRequests()).toEqual([]);
  });

  test("with an error in it makes containerd go to the source", async () => {
    const { files } = generateContainerdHosts(input());
    const broken = files.map(({ path, content }) => ({
      path,
      content: path.endsWith("hosts.toml") ? `${content}\n[host."x"]\n[host."x"]\n` : content,
    }));
    await expect(fetchBy(await place(broken), `${source}/${repository}:3.9`)).rejects.toThrow(
      `https://${source}/v2/${repository}/manifests/3.9`,
    );
    expect(proxy.takeRequests()).toEqual([]);
  });
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

  const makePlain = (changes: object) =>
    generateContainerdHosts(input({ registry: `${plain.host}/${base}`, ...changes })).files;
  const names = () => [
    [`${source}/${repository}`, `?ns=${source}`],
    [`${plain.host}/${base}/${repository}`, ""],
  ];

  test.each([true, false])(
    "is asked, and for its own images, too; source allowed: %s",
    async (mayAskSource) => {
      const hostsDir = await place(makePlain({ plainHttp: true, mayAskSource }));
      for (const [name = "", query] of names()) {
        const before = (await plain.accessLog()).length;
        await fetchBy(hostsDir, `${name}:3.9`);
        const [first] = (await plain.accessLog()).slice(before);
        expect(first).toContain(`"HEAD /v2/${base}/${repository}/manifests/3.9${query} HTTP/`);
      }
    },
  );

  test("is asked for nothing unless that is said", async () => {
    const hostsDir = await place(makePlain({ certificates: [] }));
    for (const [name = ""] of names()) {
      await expect(fetchBy(hostsDir, `${name}:3.9`)).rejects.toThrow("HTTP response to HTTPS client");
    }
  });
});

test("the capability referrers makes containerd 1 go to the source", async () => {
  const { files } = generateContainerdHosts(input());
  const newer = files.map(({ path, content }) => ({
    path,
    content: content.replaceAll('"resolve"', '"resolve", "referrers"'),
  }));
  await expect(fetchBy(await place(newer), `${source}/${repository}:3.9`)).rejects.toThrow(
    "unknown capability referrers",
  );
  expect(proxy.takeRequests()).toEqual([]);
});

test("mirrors are asked in the order of the file, until one has it", async () => {
  const path = (name: string) => `https://${proxy.host}/v2/${name}`;
  const capabilities = ["pull", "resolve"] as const;
  const mirrors = ["z-empty", "a-empty", base].map((name) => ({
    url: path(name),
    capabilities,
    overridePath: true,
    ca: [join(dir, "order-ca.crt")],
  }));
  await writeFile(join(dir, "order-ca.crt"), authority.cert);
  const content = formatHostsToml({ mirrors });
  const hostsDir = await place([{ path: `certs.d/${source}/hosts.toml`, content }]);
  await fetchBy(hostsDir, `${source}/${repository}:3.9`);
  const hosts = readHostsToml(content);
  const list = (kind: RequestKind) =>
    listRequests(hosts, source, { repository, tag: "3.9" }, kind)
      .filter(({ to }) => to === "mirror")
      .map(({ method, url }) => `${method} ${url}`);
  const asked = proxy.takeRequests();
  expect(asked.slice(0, 3)).toEqual(list({ for: "resolve" }));
  expect(asked.slice(3, 6)).toEqual(list({ for: "manifest", digest }));
});

test("mirror sets have plain containerd ask mirrors as they are written, and nobody else under Never", async () => {
  const mirrors = ["z-empty", "a-empty", base].map((name) => `${proxy.host}/${name}/${repository}`);
  const mirrorSourcePolicy = "NeverContactSource";
  const { files } = makeContainerdSets([
    {
      kind: "ImageTagMirrorSet",
      name: "own",
      entries: [{ source: `${source}/${repository}`, mirrors, mirrorSourcePolicy }],
    },
  ]);
  const ca = join(dir, "sets-ca.crt");
  await writeFile(ca, authority.cert);
  const trusting = files.map(({ path, content }) => ({
    path,
    content: content.replaceAll(/^override_path = true$/gm, `$&\nca = "${ca}"`),
  }));
  await fetchBy(await place(trusting), `${source}/${repository}:3.9`);
  expect(proxy.takeRequests().slice(0, 3)).toEqual(
    ["z-empty", "a-empty", base].map(
      (name) => `HEAD https://${proxy.host}/v2/${name}/${repository}/manifests/3.9?ns=${source}`,
    ),
  );
});

describe("what the Windows operator writes", () => {
  /** Its files, and the authority that Windows would have in its own store. */
  async function placeWindows(sets: readonly MirrorSet[]) {
    const files = [...makeWindowsHosts(sets)].map(([directory, content]) => ({
      path: `certs.d/${directory}/hosts.toml`,
      // The node's own store is not ours to change, so the file is told of the authority.
      content: content
        .replace("override_path = true\n", `override_path = true\nca = "${join(dir, "ca.crt")}"\n`)
        .replaceAll(
          /^ {2}override_path = true$/gm,
          `  override_path = true\n  ca = "${join(dir, "ca.crt")}"`,
        ),
    }));
    await writeFile(join(dir, "ca.crt"), authority.cert);
    return { hostsDir: await place(files), text: files[0]?.content ?? "" };
  }
  const setOf = (
    kind: MirrorSet["kind"],
    mirror: string,
    mirrorSourcePolicy: MirrorSourcePolicy = "NeverContactSource",
  ): MirrorSet => ({
    kind,
    name: "own",
    entries: [
      { source: `${source}/${repository}`, mirrors: [`${proxy.host}/${mirror}`], mirrorSourcePolicy },
    ],
  });

  test.each([
    ["", "ImageTagMirrorSet", { tag: "3.9" }],
    ["org/", "ImageTagMirrorSet", { tag: "3.9" }],
    ["org/", "ImageDigestMirrorSet", { digest }],
    // By digests only: the server, which is the first mirror, is asked for the tag.
    ["org/", "ImageDigestMirrorSet", { tag: "3.9" }],
  ] as const)("leads to %s by %s for %j, as is shown", async (organization, kind, reference) => {
    const { hostsDir, text } = await placeWindows([setOf(kind, `${organization}${repository}`)]);
    const suffix = "tag" in reference ? `:${reference.tag}` : `@${reference.digest}`;
    await fetchBy(hostsDir, `${source}/${repository}${suffix}`);
    const asked = proxy.takeRequests();
    const expected = expectedRequests(text, source, reference);
    expect(asked.slice(0, 2)).toEqual(expected.slice(0, 2));
    expect([...asked].sort()).toEqual([...expected].sort());
  });

  test("sends containerd to the source, NeverContactSource or not, where a table stands twice", async () => {
    const set = setOf("ImageTagMirrorSet", repository);
    const twice = set.entries.map((each) => ({ ...each, mirrors: [...each.mirrors, `${proxy.host}/pause`] }));
    const { hostsDir, text } = await placeWindows([{ ...set, entries: twice }]);
    const [expected] = expectedRequests(text, source, { tag: "3.9" });
    expect(expected).toBe(`HEAD https://${source}/v2/${repository}/manifests/3.9`);
    await expect(fetchBy(hostsDir, `${source}/${repository}:3.9`)).rejects.toThrow(
      expected?.replace("HEAD ", ""),
    );
    expect(proxy.takeRequests()).toEqual([]);
  });

  test("sends containerd to the source where there is no table of hosts, and only then", async () => {
    const { hostsDir } = await placeWindows([setOf("ImageTagMirrorSet", repository, "NeverContactSource")]);
    const image = `${source}/${repository}:3.9`;
    const file = join(hostsDir, source, "hosts.toml");
    const [server = ""] = (await readFile(file, "utf8")).split("\n[host");
    await writeFile(file, server);
    await expect(fetchBy(hostsDir, image)).rejects.toThrow(
      `https://${source}/v2/${repository}/manifests/3.9`,
    );
    expect(proxy.takeRequests()).toEqual([]);
    await writeFile(file, `${server}\n[host]\n`);
    await fetchBy(hostsDir, image);
    expect(proxy.takeRequests().length).toBeGreaterThan(0);
  });

  test("asks the source for a tag under rules for digests that allow it", async () => {
    const set = setOf("ImageDigestMirrorSet", `org/${repository}`, "AllowContactingSource");
    const { hostsDir, text } = await placeWindows([set]);
    const [expected] = expectedRequests(text, source, { tag: "3.9" });
    await expect(fetchBy(hostsDir, `${source}/${repository}:3.9`)).rejects.toThrow(
      expected?.replace("HEAD ", ""),
    );
    expect(proxy.takeRequests()).toEqual([]);
  });

  test("asks a mirror with a partial suffix for another path, where nothing is", async () => {
    // The documents say that pause would come from org/pause.
    const { hostsDir, text } = await placeWindows([setOf("ImageTagMirrorSet", "else/pause")]);
    await expect(fetchBy(hostsDir, `${source}/${repository}:3.9`)).rejects.toThrow("not found");
    const [expected] = expectedRequests(text, source, { tag: "3.9" });
    expect(expected).toContain(`/v2/else/${repository}/manifests/3.9?ns=${source}`);
    expect(new Set(proxy.takeRequests())).toEqual(new Set([expected]));
  });
});

test("the registry's own log says the same", async () => {
  const { files } = generateContainerdHosts(input({ registry: `${registry.host}/${base}` }));
  const hostsDir = await place(files);
  const before = (await registry.accessLog()).length;
  await fetchBy(hostsDir, `${source}/${repository}:3.9`);
  const lines = (await registry.accessLog()).slice(before);
  const [expected = ""] = expectedRequests(contentOf(files, `certs.d/${source}/hosts.toml`), source, {
    tag: "3.9",
  });
  const [method = "", url = ""] = expected.split(" ");
  expect(lines[0]).toContain(`"${method} ${url.slice(`https://${registry.host}`.length)} HTTP/`);
});
