import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  buildImage,
  buildIndex,
  buildLayer,
  type ImageFormat,
  type SampleManifest,
} from "#lib/demo/sample-image.ts";
import { fillRegistry } from "#lib/demo/fill-registry.ts";
import { generateRelease } from "#lib/demo/generate-release.ts";
import { runProgram, type Program } from "../child-process.ts";
import { startContainerd } from "../containerd.ts";
import { findProgram } from "../programs.ts";
import { startRegistry } from "../registry-server.ts";
import { ask } from "./ask.ts";
import { startMemoryRegistry, type MemoryRegistry, type MemoryRegistryOptions } from "./memory-registry.ts";

interface Identity {
  cert: string;
  key: string;
}

let dir: string;
let skopeo: Program;
let pki: { ca: string; server: Identity; client: Identity };
const ends: (() => Promise<unknown>)[] = [];
const credentials = { username: "robot", password: "s3cret" };

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "memory-registry-clients-"));
  skopeo = await findProgram("skopeo");
  pki = await makeIdentities();
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** An authority, and a server and a client that it vouches for. */
async function makeIdentities() {
  const openssl = await findProgram("openssl");
  const make = async (name: string, ...args: string[]): Promise<Identity> => {
    const [key, cert] = [join(dir, `${name}.key`), join(dir, `${name}.crt`)];
    await runProgram(openssl, [
      ...[
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
      ],
      ...["-subj", `/CN=${name}`, "-keyout", key, "-out", cert, ...args],
    ]);
    return { cert: await readFile(cert, "utf8"), key: await readFile(key, "utf8") };
  };
  const ca = await make("ca");
  const signed = ["-CA", join(dir, "ca.crt"), "-CAkey", join(dir, "ca.key")];
  const leaf = ["-addext", "basicConstraints=critical,CA:false"];
  return {
    ca: ca.cert,
    server: await make("server", ...signed, ...leaf, "-addext", "subjectAltName=IP:127.0.0.1"),
    client: await make("client", ...signed, ...leaf),
  };
}

async function start(options: MemoryRegistryOptions = {}): Promise<MemoryRegistry> {
  const registry = await startMemoryRegistry(options);
  ends.unshift(() => registry.stop());
  return registry;
}

function sampleIndex(format: ImageFormat): SampleManifest {
  const images = ["amd64", "arm64"].map((architecture) => {
    const platform = { os: "linux", architecture };
    const layers = ["shared", architecture].map((seed) =>
      buildLayer([{ path: seed, content: { seed, sizeBytes: 300_000 } }]),
    );
    return { platform, image: buildImage({ format, platform, layers }) };
  });
  return buildIndex(format, images);
}

/** Puts a sample where it belongs, without a client. */
async function fill(
  registry: MemoryRegistry,
  repository: string,
  manifest: SampleManifest,
  tag?: string,
): Promise<void> {
  for (const child of manifest.children) await fill(registry, repository, child);
  for (const blob of manifest.blobs) await registry.putBlob(repository, Buffer.concat([...blob.content()]));
  const { mediaType } = manifest.descriptor;
  await registry.putManifest(repository, manifest.raw, mediaType, tag === undefined ? {} : { tag });
}

const copy = (...args: string[]) => runProgram(skopeo, ["copy", "--all", ...args]);
const plain = ["--src-tls-verify=false", "--dest-tls-verify=false"];

async function expectSame(
  registry: MemoryRegistry,
  repository: string,
  sample: SampleManifest,
): Promise<void> {
  expect(registry.findTag(repository, "v1")).toBe(sample.descriptor.digest);
  const verification = await registry.verifyAll();
  expect(verification.problems).toEqual([]);
  // Two images of two layers, one of them shared, a configuration each, their manifests and the index.
  expect(verification.checked).toBe(8);
}

describe.each(["docker", "oci"] as const)("skopeo with %s images", (format) => {
  test("copies in from a real registry's copy, across, and out to files, with all platforms", async () => {
    const sample = sampleIndex(format);
    const folder = join(dir, `folder-${format}`);
    const [first, second, third] = [await start(), await start({ folder }), await start()];
    await fill(first, "a/b", sample, "v1");
    const real = await startRegistry();
    ends.unshift(() => real.stop());
    await copy(...plain, `docker://${first.host}/a/b:v1`, `docker://${real.host}/a/b:v1`);
    await copy(...plain, `docker://${real.host}/a/b:v1`, `docker://${second.host}/c/d:v1`);
    await expectSame(second, "c/d", sample);
    expect(second.requests({ kind: "patch-blob" }).length).toBeGreaterThan(0);
    expect(second.uploadCount()).toBe(0);
    const files = join(dir, `files-${format}`);
    const transport = format === "oci" ? `oci:${files}:v1` : `dir:${files}`;
    await copy(...plain, `docker://${second.host}/c/d:v1`, transport);
    await copy(...plain, transport, `docker://${third.host}/e:v1`);
    await expectSame(third, "e", sample);
    const { stdout } = await runProgram(skopeo, [
      ...["list-tags", "--tls-verify=false", `docker://${third.host}/e`],
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ Tags: ["v1"] });
    await runProgram(skopeo, ["delete", "--tls-verify=false", `docker://${third.host}/e:v1`]);
    expect(third.listTags("e")).toEqual([]);
  });
});

describe("skopeo with credentials", () => {
  const auth = `${credentials.username}:${credentials.password}`;

  test.each(["basic", "bearer"] as const)("%s", async (scheme) => {
    const sample = sampleIndex("oci");
    const registry = await start({ auth: { scheme, ...credentials } });
    await fill(registry, "a/b", sample, "v1");
    const from = `docker://${registry.host}/a/b:v1`;
    const to = `docker://${registry.host}/c:v1`;
    await copy(...plain, `--src-creds=${auth}`, `--dest-creds=${auth}`, from, to);
    await expectSame(registry, "c", sample);
    await expect(
      copy(...plain, "--src-creds=robot:wrong", from, `dir:${join(dir, "never")}`),
    ).rejects.toThrow();
    const schemes = new Set(
      registry.requests({ kind: "put-manifest" }).map((each) => each.authorizationScheme),
    );
    expect([...schemes]).toEqual([scheme]);
    expect(registry.requests({ kind: "token" }).length > 0).toBe(scheme === "bearer");
  });

  test("and certificates, through TLS both ways", async () => {
    const sample = sampleIndex("docker");
    const registry = await start({ tls: { ...pki.server, clientCa: pki.ca } });
    await fill(registry, "a/b", sample, "v1");
    const [withClient, without] = [join(dir, "with-client"), join(dir, "without")];
    for (const certDir of [withClient, without]) {
      await mkdir(certDir);
      await writeFile(join(certDir, "ca.crt"), pki.ca);
    }
    await writeFile(join(withClient, "client.cert"), pki.client.cert);
    await writeFile(join(withClient, "client.key"), pki.client.key);
    const ways = [`docker://${registry.host}/a/b:v1`, `docker://${registry.host}/c:v1`];
    await expect(copy(`--src-cert-dir=${without}`, `--dest-cert-dir=${without}`, ...ways)).rejects.toThrow(
      /certificate required/,
    );
    await copy(`--src-cert-dir=${withClient}`, `--dest-cert-dir=${withClient}`, ...ways);
    await expectSame(registry, "c", sample);
  });
});

test("skopeo follows a redirect to another origin and shows it no credentials", async () => {
  const sample = sampleIndex("oci");
  const registry = await start({ auth: { scheme: "basic", ...credentials } });
  await fill(registry, "a/b", sample, "v1");
  registry.faults.add({ match: { kind: "get-blob" }, times: Infinity, action: { kind: "redirect" } });
  const from = `docker://${registry.host}/a/b:v1`;
  await copy(...plain, "--src-creds=robot:s3cret", from, `oci:${join(dir, "redirected")}:v1`);
  expect(registry.blobHostRequests().length).toBeGreaterThan(0);
  expect(registry.blobHostRequests().every(({ headers }) => headers.authorization === undefined)).toBe(true);
});

test("over TLS, connections are reset, and redirects lead to TLS or out of it", async () => {
  const registry = await start({ tls: pki.server });
  const digest = await registry.putBlob("a/b", Buffer.alloc(100_000, "x"));
  const get = () => ask(`${registry.url}/v2/a/b/blobs/${digest}`, { tls: { ca: pki.ca } });
  const match = { kind: "get-blob" } as const;
  registry.faults.add({ match, action: { kind: "reset" } });
  expect(await get()).toMatchObject({ status: 0, error: "ECONNRESET" });
  registry.faults.add({ match, action: { kind: "reset-download", afterBytes: 5_000 } });
  const cut = await get();
  expect([cut.status, cut.body.byteLength, cut.error]).toEqual([200, 5_000, "ECONNRESET"]);
  registry.faults.add({ match, action: { kind: "redirect" } });
  const safe = (await get()).headers.location ?? "";
  expect(safe).toMatch(/^https:/);
  expect((await ask(safe, { tls: { ca: pki.ca } })).body.byteLength).toBe(100_000);
  registry.faults.add({ match, action: { kind: "redirect", downgrade: true } });
  const unsafe = (await get()).headers.location ?? "";
  expect(unsafe).toMatch(/^http:/);
  expect((await ask(unsafe)).body.byteLength).toBe(100_000);
  expect(new Set(registry.blobHostRequests().map(({ origin }) => origin)).size).toBe(2);
});

test("drayage copies from here to a real registry and back", async () => {
  const sample = sampleIndex("docker");
  const [source, target] = [await start(), await start({ folder: join(dir, "drayage") })];
  const real = await startRegistry();
  ends.unshift(() => real.stop());
  await fill(source, "a/b", sample, "v1");
  const list = join(dir, "list.txt");
  await writeFile(list, "a/b:v1\n");
  const program = { path: process.execPath, env: {} };
  const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));
  const drayage = (from: string, to: string) =>
    runProgram(program, [
      ...[main, "copy", "--from", from, "--from-plain-http", "--to", to, "--to-plain-http"],
      ...["--list", list, "--json"],
    ]);
  await drayage(source.host, real.host);
  await drayage(real.host, target.host);
  await expectSame(target, "a/b", sample);
  // Each distinct blob crossed the wire once.
  expect(source.requests({ kind: "get-blob" })).toHaveLength(5);
  const { stdout } = await drayage(source.host, target.host);
  expect(JSON.parse(stdout)).toMatchObject({ skipped: 1, bytesTransferred: 0, requests: 2 });
});

test("a folder is sound after its process was killed in the middle, and the rest can follow", async () => {
  const folder = join(dir, "killed");
  const module = new URL("memory-registry.ts", import.meta.url).href;
  const program = `
    const { startMemoryRegistry } = await import(${JSON.stringify(module)});
    console.log((await startMemoryRegistry({ folder: ${JSON.stringify(folder)} })).url);
    process.stdin.resume().once("end", () => process.exit());`;
  const images = generateRelease({ seed: "killed", scale: 0.1 }).slice(0, 20);
  for (const imagesBeforeKill of [4, 12]) {
    // Its standard input ends with us, and it with that.
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    const [url] = (await once(child.stdout, "data")) as [Buffer];
    const onProgress = ({ imagesDone }: { imagesDone: number }) => {
      if (imagesDone >= imagesBeforeKill) child.kill("SIGKILL");
    };
    await expect(fillRegistry(url.toString().trim(), { images, onProgress })).rejects.toThrow();
    expect(await exited).toEqual([null, "SIGKILL"]);
    const survived = await startMemoryRegistry({ folder });
    const { checked, problems } = await survived.verifyAll();
    await survived.stop();
    expect(problems).toEqual([]);
    expect(checked).toBeGreaterThan(imagesBeforeKill);
  }
  const registry = await start({ folder });
  const { imagesPresent, imagesPushed } = await fillRegistry(registry.url, { images });
  expect(imagesPresent).toBeGreaterThanOrEqual(12);
  expect(imagesPresent + imagesPushed).toBe(20);
  expect((await registry.verifyAll()).problems).toEqual([]);
});

test("containerd fetches an image with all its platforms", async () => {
  const sample = sampleIndex("oci");
  const registry = await start({ auth: { scheme: "bearer", ...credentials } });
  await fill(registry, "a/b", sample, "v1");
  const containerd = await startContainerd(join(dir, "containerd"));
  ends.unshift(() => containerd.stop());
  const name = `${registry.host}/a/b:v1`;
  await containerd.ctr(
    ...["content", "fetch", "--plain-http", "--all-platforms"],
    ...["--user", `${credentials.username}:${credentials.password}`, name],
  );
  const stdout = await containerd.ctr("content", "ls", "--quiet");
  const wanted = [sample, ...sample.children].flatMap(({ descriptor, blobs }) => [
    descriptor.digest,
    ...blobs.map((blob) => blob.descriptor.digest),
  ]);
  expect(new Set(stdout.trim().split("\n"))).toEqual(new Set(wanted));
});
