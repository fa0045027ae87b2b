import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildImage, buildIndex, buildLayer, type SampleManifest } from "#lib/demo/sample-image.ts";
import { runProgram, type Program } from "#lib/testing/child-process.ts";
import { startContainerd } from "#lib/testing/containerd.ts";
import { findProgram } from "#lib/testing/programs.ts";
import { pushSample } from "#lib/testing/push-sample.ts";
import { startRegistry, type RegistryServer } from "#lib/testing/registry-server.ts";
import { startSampleSource } from "#lib/testing/sample-source.ts";
import { createMirrorSession, createRegistryTarget } from "../../mirror/index.ts";
import { digestBytes } from "../../oci/digest.ts";
import { parseManifest } from "../../oci/manifests.ts";
import { parseImagePath, parseRegistryHost, parseRepository } from "../../oci/reference.ts";
import { createRegistryClient, type RegistryClient } from "../../oci/registry-client.ts";
import { toMirrorItem } from "../import-images.ts";
import { openBundle } from "../open-any-bundle.ts";

const amd64 = { os: "linux", architecture: "amd64" };
const arm64 = { os: "linux", architecture: "arm64" };
const layer = (seed: string) => buildLayer([{ path: `opt/${seed}`, content: { seed, sizeBytes: 30_000 } }]);
type Format = "oci" | "docker";
const image = (format: Format, seed: string, platform = amd64) =>
  buildImage({ format, platform, layers: [layer("shared"), layer(seed)], entrypoint: `/opt/${seed}` });
const index = (format: Format, seed: string) =>
  buildIndex(
    format,
    [amd64, arm64].map((platform) => ({
      platform,
      image: image(format, `${seed}-${platform.architecture}`, platform),
    })),
  );
const images: Record<string, SampleManifest> = {
  "tkg/oci:v1": image("oci", "oci"),
  "tkg/docker:v1": image("docker", "docker"),
  "tkg/oci-many:v1": index("oci", "oci-many"),
  "tkg/docker-many:v1": index("docker", "docker-many"),
};

let dir: string;
let skopeo: Program;
let servers: { source: RegistryServer; target: RegistryServer };
let clients: { source: RegistryClient; target: RegistryClient };
const clientOf = ({ host }: RegistryServer) =>
  createRegistryClient({ registry: parseRegistryHost(host), plainHttp: true, access: "pull,push" });

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-foreign-"));
  skopeo = await findProgram("skopeo");
  servers = { source: await startRegistry(), target: await startRegistry() };
  clients = { source: clientOf(servers.source), target: clientOf(servers.target) };
  for (const [path, manifest] of Object.entries(images)) {
    const { repository, tag } = parseImagePath(path);
    await pushSample(clients.source, repository, tag ?? manifest.descriptor.digest, manifest);
  }
});
afterAll(async () => {
  await Promise.all([clients.source.close(), clients.target.close()]);
  await Promise.all([servers.source.stop(), servers.target.stop()]);
  await rm(dir, { recursive: true, force: true });
});

const insecure = ["--src-tls-verify=false", "--dest-tls-verify=false"];
const copyBySkopeo = (...args: string[]) => runProgram(skopeo, ["copy", "--quiet", ...insecure, ...args]);
const at = ({ host }: RegistryServer, path: string) => `docker://${host}/${path}`;
async function inspect(reference: string, ...options: string[]): Promise<string> {
  return (await runProgram(skopeo, ["inspect", "--tls-verify=false", ...options, reference])).stdout;
}
const digestOf = async (reference: string) => digestBytes(await inspect(reference, "--raw"));

/** What unpacked layers an image has, and how it is configured. */
async function describeConfig(reference: string) {
  const { rootfs, config, architecture } = JSON.parse(await inspect(reference, "--config")) as {
    rootfs: { diff_ids: string[] };
    config: object;
    architecture: string;
  };
  return { layers: rootfs.diff_ids, config, architecture };
}

/** Checks what a path has and imports all of it. @returns what it had, `repository:tag` each */
async function importAll(path: string, base: string): Promise<string[]> {
  const bundle = await openBundle(path);
  try {
    expect(await bundle.check()).toEqual([]);
    const target = createRegistryTarget(clients.target);
    const session = createMirrorSession({ source: bundle.source, target, scope: bundle.scope });
    for (const each of bundle.images) await session.copy(toMirrorItem(each, parseRepository(base)));
    return bundle.images.map(({ repository, tag }) => `${repository}:${tag ?? ""}`);
  } finally {
    await bundle.close();
  }
}

describe("what skopeo has written", () => {
  test.each([
    ["oci-archive", "tkg/oci:v1", "tkg/oci:v1"],
    ["oci", "tkg/oci:v1", "tkg/oci:v1"],
    ["oci-archive", "tkg/oci-many:v1", "renamed/many:v2"],
    ["oci-archive", "tkg/docker:v1", "tkg/docker:v1"],
    ["oci", "tkg/docker-many:v1", "tkg/docker-many:v1"],
  ])("as %s is read and imported: %s as %s", async (transport, path, name) => {
    const file = join(dir, `${transport}-${path.replace(/\W/g, "-")}`);
    await copyBySkopeo("--all", at(servers.source, path), `${transport}:${file}:${name}`);
    const base = `by-${transport}`;
    expect(await importAll(file, base)).toEqual([name]);
    const arrived = at(servers.target, `${base}/${name}`);
    expect(await digestOf(arrived)).toBe(await digestOf(`${transport}:${file}:${name}`));
    // What is of OCI's media types is not changed on the way.
    if (path.startsWith("tkg/oci")) expect(await digestOf(arrived)).toBe(images[path]?.descriptor.digest);
    expect(await describeConfig(arrived)).toEqual(await describeConfig(at(servers.source, path)));
    // It reads every layer and holds it to its digest.
    await copyBySkopeo("--all", arrived, `dir:${await mkdtemp(join(dir, "read-"))}`);
  });

  test.each(["tkg/oci:v1", "tkg/docker:v1"])("as docker-archive is read and imported: %s", async (path) => {
    const file = join(dir, `saved-${path.replace(/\W/g, "-")}.tar`);
    await copyBySkopeo(at(servers.source, path), `docker-archive:${file}:registry.example:5000/${path}`);
    expect(await importAll(file, "saved")).toEqual([path]);
    const arrived = at(servers.target, `saved/${path}`);
    const expected = await describeConfig(`docker-archive:${file}`);
    expect(await describeConfig(arrived)).toEqual(expected);
    expect(expected).toMatchObject({ layers: [layer("shared").diffId, layer(path.slice(4, -3)).diffId] });
    const raw = Buffer.from(await inspect(arrived, "--raw"));
    const manifest = parseManifest(raw, "application/vnd.oci.image.manifest.v1+json");
    if (manifest.kind !== "image") throw new Error("no image");
    expect(manifest.layers.map(({ digest }) => digest)).toEqual(expected.layers);
    await copyBySkopeo(arrived, `dir:${await mkdtemp(join(dir, "read-"))}`);
    // Imported again it is the same image.
    await importAll(file, "saved");
    expect(await digestOf(arrived)).toBe(digestBytes(raw));
  });

  test("side by side in a folder is one bundle", async () => {
    const folder = await mkdtemp(join(dir, "several-"));
    await copyBySkopeo(at(servers.source, "tkg/oci:v1"), `oci-archive:${join(folder, "a.tar")}:tkg/oci:v1`);
    await copyBySkopeo(
      at(servers.source, "tkg/docker:v1"),
      `docker-archive:${join(folder, "b.tar")}:docker:v1`,
    );
    expect(await importAll(folder, "several")).toEqual(["tkg/oci:v1", "library/docker:v1"]);
  });
});

describe("an unsplit volume of ours", () => {
  let volume: string;
  beforeAll(async () => {
    const samples = await startSampleSource(images);
    const folder = await mkdtemp(join(dir, "drayage-"));
    await samples.write(folder);
    await samples.stop();
    expect(await readdir(folder)).toContain("sample.tar");
    volume = join(folder, "sample.tar");
  });

  test.each(Object.keys(images))("is read and copied by skopeo: %s", async (path) => {
    const there = `oci-archive:${volume}:${path}`;
    expect(JSON.parse(await inspect(there))).toMatchObject({ Architecture: "amd64", Os: "linux" });
    expect(await describeConfig(there)).toEqual(await describeConfig(at(servers.source, path)));
    const to = at(servers.target, `by-skopeo/${path}`);
    await copyBySkopeo("--all", there, to);
    expect(await describeConfig(to)).toEqual(await describeConfig(at(servers.source, path)));
    if (path.startsWith("tkg/oci")) expect(await digestOf(to)).toBe(images[path]?.descriptor.digest);
  });

  test("is imported by containerd, every image with its own digest", async () => {
    const containerd = await startContainerd(join(dir, "containerd"));
    try {
      await containerd.ctr("images", "import", "--all-platforms", "--no-unpack", volume);
      const listed = await containerd.ctr("images", "ls");
      for (const [path, { descriptor }] of Object.entries(images)) {
        const line = listed.split("\n").find((each) => each.includes(`${path} `));
        expect(line).toContain(descriptor.digest);
      }
    } finally {
      await containerd.stop();
    }
  });

  test("is read by ourselves as the image layout that it is", async () => {
    expect((await importAll(volume, "alone")).sort()).toEqual(Object.keys(images).sort());
    for (const [path, { descriptor }] of Object.entries(images)) {
      expect(await digestOf(at(servers.target, `alone/${path}`))).toBe(descriptor.digest);
    }
  });
});
