import { createServer } from "node:net";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildBundle, listRelocated, type NestedImage } from "#lib/demo/imgpkg-bundles.ts";
import { buildImage, buildIndex, buildLayer, type SampleManifest } from "#lib/demo/sample-image.ts";
import { digestBytes } from "#lib/engine/oci/digest.ts";
import { parseImagePath, parseRegistryHost, parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import { referrersTag } from "#lib/engine/oci/referrers-endpoint.ts";
import { createRegistryClient, type RegistryClient } from "#lib/engine/oci/registry-client.ts";
import { runProgram } from "#lib/testing/child-process.ts";
import { reportOf, runDrayage } from "#lib/testing/drayage-command.ts";
import { findProgram } from "#lib/testing/programs.ts";
import { pushSample } from "#lib/testing/push-sample.ts";
import { startRegistry, type RegistryServer } from "#lib/testing/registry-server.ts";
import { buildReferrer, buildReferrerList } from "#lib/testing/sample-referrer.ts";

let dir: string;
let servers: { source: RegistryServer; target: RegistryServer };
let source: RegistryClient;
let target: RegistryClient;

const connect = ({ host }: RegistryServer) =>
  createRegistryClient({ registry: parseRegistryHost(host), plainHttp: true, access: "pull,push" });
const amd64 = { os: "linux", architecture: "amd64" };
const arm64 = { os: "linux", architecture: "arm64" };
const image = (
  name: string,
  { format = "oci", platform = amd64 }: Partial<Parameters<typeof buildImage>[0]> = {},
) =>
  buildImage({
    format,
    platform,
    layers: ["shared", name].map((seed) =>
      buildLayer([{ path: "content", content: { seed, sizeBytes: 300_000 } }]),
    ),
  });

/** Lines as people write them; the text is to arrive byte for byte. */
const listText =
  "\uFEFF# spring\r\ntkg/pause:3.7\r\n-i tkg/etcd:v3\r\n\r\n  tkg/multi:v1  \r\n-b tkg/packages:v1\r\ntkg/pinned@DIGEST\r\nregistry.k8s.io sig-storage/csi-attacher v3.2.1\n\n";
const pinned = image("pinned");
const exported = [
  ...["tkg/pause", "tkg/etcd", "tkg/multi", "tkg/packages", "tkg/pinned"],
  "vmware-cloud-director/sig-storage/csi-attacher",
];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-bundle-test-"));
  servers = { source: await startRegistry(), target: await startRegistry() };
  source = connect(servers.source);
  target = connect(servers.target);
  await push("tkg/etcd:v3", image("etcd", { format: "docker" }));
  await push("sig-storage/csi-attacher:v3.2.1", image("csi-attacher"));
  await push(
    "tkg/multi:v1",
    buildIndex("oci", [
      { platform: amd64, image: image("multi amd64") },
      { platform: arm64, image: image("multi arm64", { platform: arm64 }) },
    ]),
  );
  await push(`tkg/pinned@${pinned.descriptor.digest}`, pinned);
  await pushSigned();
  await pushPackages();
});
afterAll(async () => {
  await Promise.all([source.close(), target.close()]);
  await Promise.all([servers.source.stop(), servers.target.stop()]);
  await rm(dir, { recursive: true, force: true });
});

async function push(path: string, manifest: SampleManifest): Promise<void> {
  const { repository, tag, digest } = parseImagePath(path);
  await pushSample(source, repository, tag ?? digest ?? manifest.descriptor.digest, manifest);
}

/** An image with a signature by cosign's tag, and an artifact whose list the registry keeps under a tag. */
async function pushSigned(): Promise<void> {
  const signed = image("pause");
  const { digest } = signed.descriptor;
  const about = buildReferrer(signed.descriptor, "what is in it");
  await push("tkg/pause:3.7", signed);
  await push(`tkg/pause:${digest.replace(":", "-")}.sig`, image("signature"));
  await push(`tkg/pause@${about.descriptor.digest}`, about);
  await push(`tkg/pause:${referrersTag(digest)}`, buildReferrerList([about]));
}

/** A bundle as `imgpkg copy` leaves it: with all that it lists, and what a bundle in it lists. */
async function pushPackages(): Promise<void> {
  const listed = ["first", "second"].map((name): NestedImage => {
    return { origin: `projects.example.com/${name}`, manifest: image(name, { format: "docker" }) };
  });
  const [first, second] = listed;
  if (first === undefined || second === undefined) throw new Error("two are listed");
  const inner: NestedImage = {
    origin: "projects.example.com/inner",
    manifest: buildBundle("inner", [], [second]),
    nested: [second],
  };
  const nested = [first, inner];
  const packages = buildBundle("packages", [{ path: "config.yml", content: "a: 1\n" }], nested);
  for (const { tag, manifest } of listRelocated(packages, nested))
    await push(`tkg/packages:${tag}`, manifest);
  await push("tkg/packages:v1", packages);
}

async function writeList(name: string, text: string): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, text.replace("DIGEST", pinned.descriptor.digest));
  return path;
}

const from = () => ["--from", servers.source.host, "--from-plain-http"];
const to = (base = "") => ["--to", `${servers.target.host}${base}`, "--to-plain-http"];

/** What stands under every tag of a repository, and the one that has none. */
async function readTags(
  client: RegistryClient,
  repository: string,
): Promise<Record<string, string | undefined>> {
  const parsed = parseRepository(repository);
  const tags = await client.listTags(parsed);
  const references = [
    ...tags.map(parseTag),
    ...(repository.endsWith("pinned") ? [pinned.descriptor.digest] : []),
  ];
  const found = await Promise.all(
    references.map(async (each) => [each, (await client.findManifest(parsed, each))?.digest] as const),
  );
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A proxy that takes note of whoever comes, and lets nobody through. */
async function startTrap() {
  const seen: string[] = [];
  const server = createServer((socket) => {
    socket.once("data", (head) => seen.push(head.toString().split("\r\n", 1)[0] ?? ""));
    socket.on("error", () => socket.destroy());
    setTimeout(() => socket.destroy(), 100).unref();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the trap has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    seen,
    stop: () => new Promise((closed) => server.close(closed)),
  };
}

describe("a bundle that is carried from one registry to another", () => {
  const folder = () => join(dir, "spring");
  let sourceTags: Record<string, string | undefined>[];

  test("is written, and reported as what it is", async () => {
    const list = await writeList("spring-list.txt", listText);
    const ended = await runDrayage(
      "export",
      ...from(),
      "--list",
      list,
      "--to-dir",
      folder(),
      "--referrers",
      "--json",
    );
    expect(ended).toMatchObject({ status: 0, stderr: "" });
    expect(reportOf(ended)).toEqual({
      bundle: folder(),
      name: "spring",
      format: "drayage",
      complete: true,
      images: 6,
      unchanged: 0,
      failed: 0,
      files: 1,
      sizeBytes: expect.any(Number) as number,
      bytesTransferred: expect.any(Number) as number,
      requests: expect.any(Number) as number,
      durationMs: expect.any(Number) as number,
      failures: [],
      error: null,
    });
    expect((await readdir(folder())).sort()).toEqual(["SHA256SUMS", "bundle.json", "spring.tar"]);
    const sums = await runProgram({ path: "sha256sum", env: {} }, ["-c", "SHA256SUMS"], { cwd: folder() });
    expect(sums.stdout).toBe("spring.tar: OK\nbundle.json: OK\n");
  });

  test("carries its list byte for byte, where everything was found, and no image twice", async () => {
    const document = JSON.parse(await readFile(join(folder(), "bundle.json"), "utf8")) as {
      releases: { document: string; name: string; version: string; components: { original: string }[] }[];
      blobs: { digest: string }[];
    };
    const [release] = document.releases;
    expect(release).toMatchObject({ kind: "list", name: "spring-list", version: "spring" });
    const written = await readFile(join(dir, "spring-list.txt"));
    expect(Buffer.from(release?.document ?? "").equals(written)).toBe(true);
    expect(release?.components).toHaveLength(6);
    expect(release?.components[2]).toMatchObject({ platforms: ["linux/amd64", "linux/arm64"] });
    expect(release?.components[3]).toMatchObject({ kind: "bundle" });
    expect(release?.components[5]).toEqual({
      kind: "image",
      enabled: true,
      original: "registry.k8s.io/sig-storage/csi-attacher:v3.2.1",
      targetPath: "vmware-cloud-director/sig-storage/csi-attacher",
      tag: "v3.2.1",
      digest: image("csi-attacher").descriptor.digest,
      sizeBytes: expect.any(Number) as number,
      platforms: [],
    });
    const digests = document.blobs.map(({ digest }) => digest);
    expect(new Set(digests).size).toBe(digests.length);
  });

  test("is told, in words and as JSON", async () => {
    const ended = await runDrayage("bundle", "inspect", folder(), "--json");
    expect(ended).toMatchObject({ status: 0, stderr: "" });
    const report = reportOf(ended) as { images: Record<string, unknown>[] };
    expect(report).toMatchObject({
      name: "spring",
      format: "drayage",
      base: null,
      signedBy: null,
      files: [{ name: "spring.tar", sizeBytes: expect.any(Number) as number }],
      releases: [{ kind: "list", name: "spring-list", version: "spring", components: 6 }],
      extraFiles: [],
    });
    expect(report.images).toHaveLength(6);
    expect(report.images[0]).toEqual({
      repository: "tkg/pause",
      tag: "3.7",
      digest: image("pause").descriptor.digest,
      original: `${servers.source.host}/tkg/pause:3.7`,
      inBase: false,
    });
    expect(report.images[4]).toMatchObject({ repository: "tkg/pinned", tag: null });
    const words = await runDrayage("bundle", "inspect", folder(), "--search", "etcd");
    expect(words).toMatchObject({ status: 0, stderr: "" });
    expect(words.stdout).toMatch(/^spring: drayage, 1 file, [\d.]+ \w+, 6 images\nmade .+ by drayage /);
    expect(words.stdout).toMatch(/\nsigned by nobody\n {2}tkg\/etcd:v3@sha256:[a-f0-9]{64}\n$/);
    expect(words.stdout).not.toContain("pause");
  });

  test("is proven without a registry", async () => {
    const words = await runDrayage("bundle", "verify", folder());
    expect(words).toMatchObject({ status: 0, stderr: "" });
    expect(words.stdout).toMatch(/^spring: whole and sound, /);
    const ended = await runDrayage("bundle", "verify", folder(), "--json");
    expect(reportOf(ended)).toEqual({
      name: "spring",
      sizeBytes: expect.any(Number) as number,
      findings: [],
    });
  });

  test("is read by skopeo, image by image", async () => {
    const skopeo = await findProgram("skopeo");
    const archive = `oci-archive:${join(folder(), "spring.tar")}`;
    const read = async (name: string) =>
      Buffer.from((await runProgram(skopeo, ["inspect", "--raw", `${archive}:${name}`])).stdout);
    expect(digestBytes(await read("tkg/pause:3.7"))).toBe(image("pause").descriptor.digest);
    const out = join(dir, "by-skopeo");
    for (const name of [
      "tkg/etcd:v3",
      "tkg/multi:v1",
      "vmware-cloud-director/sig-storage/csi-attacher:v3.2.1",
    ]) {
      // It reads every blob and holds it to its digest.
      await runProgram(skopeo, ["copy", "--quiet", "--all", `${archive}:${name}`, `dir:${out}`]);
      await rm(out, { recursive: true });
    }
  });

  test("is imported with its source gone, speaking to nothing but the target", async () => {
    sourceTags = await Promise.all(
      exported.map((each) => readTags(source, each.replace("vmware-cloud-director/", ""))),
    );
    await servers.source.stop();
    const trap = await startTrap();
    const away = ["--proxy", trap.url, "--no-proxy", servers.target.host.replace(/:\d+$/, "")];
    const imported = await runDrayage("import", "--dir", folder(), ...to("/mirror"), ...away, "--json");
    await trap.stop();
    expect(imported).toMatchObject({ status: 0, stderr: "" });
    expect(reportOf(imported)).toEqual({
      bundle: folder(),
      name: "spring",
      format: "drayage",
      images: 6,
      copied: 6,
      skipped: 0,
      failed: 0,
      bytesTransferred: expect.any(Number) as number,
      blobsMounted: expect.any(Number) as number,
      requests: expect.any(Number) as number,
      durationMs: expect.any(Number) as number,
      findings: [],
      failures: [],
    });
    expect(trap.seen).toEqual([]);
    servers.source = await startRegistry();
  });

  test("has arrived with every tag, signature and listed image under its own digest", async () => {
    const arrived = await Promise.all(exported.map((each) => readTags(target, `mirror/${each}`)));
    expect(arrived).toEqual(sourceTags);
    const [pause, , , packages] = arrived;
    // The signature and the list of what refers to the image; four of the bundle's and two lists of places, besides v1.
    expect(Object.keys(pause ?? {})).toHaveLength(3);
    expect(Object.keys(packages ?? {})).toHaveLength(7);
    const referrers = await target.listReferrers(
      parseRepository("mirror/tkg/pause"),
      image("pause").descriptor.digest,
    );
    expect(referrers.map(({ artifactType }) => artifactType)).toEqual(["application/vnd.example.sbom.v1"]);
  });

  test("needs nothing the second time, and is pulled whole from the target", async () => {
    const again = await runDrayage("import", "--dir", folder(), ...to("/mirror"), "--json");
    expect(reportOf(again)).toMatchObject({ copied: 0, skipped: 6, failed: 0, bytesTransferred: 0 });
    const skopeo = await findProgram("skopeo");
    const insecure = ["--src-tls-verify=false", "--quiet", "--all"];
    for (const path of ["tkg/multi:v1", `tkg/pinned@${pinned.descriptor.digest}`, "tkg/packages:v1"]) {
      const out = join(dir, "pulled");
      await mkdir(out);
      await runProgram(skopeo, [
        "copy",
        ...insecure,
        `docker://${servers.target.host}/mirror/${path}`,
        `dir:${out}`,
      ]);
      await rm(out, { recursive: true });
    }
  });
});
