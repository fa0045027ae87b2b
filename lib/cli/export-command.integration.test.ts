import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildIndex, type SampleManifest } from "#lib/demo/sample-image.ts";
import {
  buildSeeded,
  hashFiles,
  startBundleJourney,
  type BundleJourney,
} from "#lib/testing/bundle-journey.ts";
import { runProgram } from "#lib/testing/child-process.ts";
import { reportOf, runDrayage } from "#lib/testing/drayage-command.ts";
import { startMemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import { putSample } from "#lib/testing/contract/put-sample.ts";

const mebibyte = 1024 * 1024;
let journey: BundleJourney;
let multi: SampleManifest;
const at = (...names: string[]) => join(journey.dir, ...names);
const program = (path: string) => ({ path, env: {} });

beforeAll(async () => {
  journey = await startBundleJourney();
  await journey.put("app:v1", buildSeeded({ shared: 200_000, app: 300_000 }));
  await journey.put("large:v1", buildSeeded({ shared: 200_000, large: 2_700_000, larger: 3_400_000 }));
  const images = ["amd64", "arm64"].map((architecture) => ({
    platform: { os: "linux", architecture },
    image: buildSeeded({ [architecture]: 400_000 }, architecture),
  }));
  multi = await journey.put("multi:v1", buildIndex("oci", images));
});
afterAll(() => journey.stop());

describe("volumes", () => {
  test("none is larger than asked for, and blobs that are get there in parts", async () => {
    const report = await journey.make("cut", ["large:v1", "app:v1", "multi:v1"], "--volume-size", "1M");
    const volumes = (await readdir(at("cut"))).filter((name) => name.endsWith(".tar"));
    expect(volumes.length).toBeGreaterThan(6);
    expect(report.files).toBe(volumes.length);
    for (const name of volumes) {
      expect((await stat(at("cut", name))).size).toBeLessThanOrEqual(mebibyte);
      // Each is a tar that others read, too.
      await runProgram(program("tar"), ["-tf", at("cut", name)]);
    }
    const sums = await runProgram(program("sha256sum"), ["-c", "SHA256SUMS"], { cwd: at("cut") });
    expect(sums.stdout.trim().split("\n")).toHaveLength(volumes.length + 1);
    const imported = await runDrayage(...journey.importFrom("cut"));
    expect(reportOf(imported)).toMatchObject({ copied: 3, failed: 0, findings: [] });
    expect((await journey.target.verifyAll()).problems).toEqual([]);
    for (const name of ["large", "app", "multi"]) {
      expect(journey.target.findTag(`mirror/${name}`, "v1")).toBe(journey.source.findTag(name, "v1"));
    }
  });
});

describe("platforms", () => {
  test("of an index only the chosen ones are carried, under the index's own digest", async () => {
    await journey.make("whole", ["multi:v1"]);
    await journey.make("chosen", ["multi:v1"], "--platform", "linux/arm64");
    const sizes = await Promise.all(
      ["whole", "chosen"].map(async (name) => (await stat(at(name, `${name}.tar`))).size),
    );
    expect((sizes[0] ?? 0) - (sizes[1] ?? 0)).toBeGreaterThan(390_000);
    const to = ["--to", `${journey.target.host}/chosen`];
    expect((await runDrayage(...journey.importFrom("chosen", ...to))).status).toBe(0);
    expect(journey.target.findTag("chosen/multi", "v1")).toBe(multi.descriptor.digest);
    const [amd64, arm64] = multi.children.map(({ descriptor }) => descriptor.digest);
    expect(journey.target.hasManifest("chosen/multi", arm64 ?? "")).toBe(true);
    expect(journey.target.hasManifest("chosen/multi", amd64 ?? "")).toBe(false);
  });
});

describe("files that travel along", () => {
  test("are in the bundle as they were, with their checksums", async () => {
    const content = Buffer.from("not an image at all ".repeat(100_000));
    const paths = [
      await journey.write("tanzu-cli linux.tar.gz", content),
      await journey.write("empty.ova", ""),
      await journey.write("harbor.ova", "harbor"),
    ];
    const files = paths.flatMap((path) => ["--file", path]);
    await journey.make("along", ["app:v1"], ...files, "--volume-size", "1M");
    const report = reportOf(await runDrayage("bundle", "inspect", at("along"), "--json")) as {
      extraFiles: { name: string; sizeBytes: number; sha256: string }[];
    };
    const sums = await runProgram(program("sha256sum"), paths);
    expect(report.extraFiles.map(({ sha256 }) => sha256)).toEqual(
      sums.stdout
        .trim()
        .split("\n")
        .map((line) => line.slice(0, 64)),
    );
    expect(report.extraFiles[0]).toMatchObject({
      name: "tanzu-cli linux.tar.gz",
      sizeBytes: content.byteLength,
    });
    expect((await runDrayage("bundle", "verify", at("along"))).status).toBe(0);
    // A file in parts is put together by what every system has.
    const volumes = (await readdir(at("along"))).filter((name) => name.endsWith(".tar")).sort();
    for (const volume of volumes)
      await runProgram(program("tar"), ["-xf", at("along", volume), "-C", journey.dir]);
    const parts = (await readdir(at("parts", "files", "tanzu-cli linux.tar.gz"))).sort();
    expect(parts.length).toBeGreaterThan(1);
    const pieces = await Promise.all(
      parts.map((part) => readFile(at("parts", "files", "tanzu-cli linux.tar.gz", part))),
    );
    expect(Buffer.concat(pieces).equals(content)).toBe(true);
    expect(await readFile(at("files", "harbor.ova"), "utf8")).toBe("harbor");
    expect(await readFile(at("files", "empty.ova"), "utf8")).toBe("");
  });
});

describe("what a bundle says of its source", () => {
  test("has no credentials in it", async () => {
    const [username, password] = ["carrier", "s3cret-of-the-vendor"];
    const guarded = await startMemoryRegistry({ auth: { scheme: "basic", username, password } });
    try {
      await putSample(guarded, "app", buildSeeded({ app: 10_000 }), "v1");
      const auth = Buffer.from(`${username}:${password}`).toString("base64");
      const config = await journey.write(
        "config.json",
        JSON.stringify({ auths: { [guarded.host]: { auth } } }),
      );
      const from = ["--from", guarded.host, "--from-auth", config];
      await journey.make("guarded", ["app:v1"], ...from);
      const document = await readFile(at("guarded", "bundle.json"), "utf8");
      expect(document).toContain(guarded.host);
      for (const secret of [username, password, auth]) expect(document).not.toContain(secret);
    } finally {
      await guarded.stop();
    }
  });
});

describe("before anything is written", () => {
  test("a dry run tells how much it would be, and leaves no trace", async () => {
    const ended = await runDrayage(...(await journey.exportTo("never", ["app:v1", "multi:v1"], "--dry-run")));
    expect(ended).toMatchObject({ status: 0, stderr: "" });
    const report = reportOf(ended);
    expect(report).toMatchObject({ complete: false, images: 2, files: 1, bytesTransferred: 0, error: null });
    expect(report.sizeBytes).toBeGreaterThan(1_300_000);
    await expect(stat(at("never"))).rejects.toThrow("ENOENT");
    const words = await runDrayage(
      ...(await journey.exportTo("never", ["app:v1"], "--dry-run")).filter((each) => each !== "--json"),
    );
    expect(words.stdout).toMatch(/^1 image; 1 file of [\d.]+ \w+ together would be written to .*never\n$/);
    // It is as large as was told.
    const made = await journey.make("dry", ["app:v1", "multi:v1"]);
    expect(made.sizeBytes).toBe(report.sizeBytes);
    expect((await stat(at("dry", "dry.tar"))).size).toBe(report.sizeBytes);
  });

  test("a folder that holds a bundle, or anything else, is refused and left as it is", async () => {
    await journey.make("done", ["app:v1"]);
    const before = await hashFiles(at("done"));
    const again = await runDrayage(...(await journey.exportTo("done", ["app:v1"])));
    expect(again.status).toBe(1);
    expect(reportOf(again)).toMatchObject({ complete: false, error: { code: "folder-occupied" } });
    expect(again.stderr).toContain("is not empty");
    const discarding = await runDrayage(...(await journey.exportTo("done", ["app:v1"], "--discard")));
    expect(reportOf(discarding)).toMatchObject({ error: { code: "folder-occupied" } });
    expect(await hashFiles(at("done"))).toEqual(before);
    await mkdir(at("photos"));
    await writeFile(at("photos", "holiday.jpg"), "sun");
    const among = await runDrayage(...(await journey.exportTo("photos", ["app:v1"])));
    expect(reportOf(among)).toMatchObject({ error: { code: "folder-occupied" } });
    expect(await readdir(at("photos"))).toEqual(["holiday.jpg"]);
  });

  test("an image that is not there is told, and the others are not fetched", async () => {
    journey.source.clearRequests();
    const ended = await runDrayage(...(await journey.exportTo("lacking", ["app:v1", "app:v9"])));
    expect(ended.status).toBe(1);
    expect(reportOf(ended)).toMatchObject({
      complete: false,
      failed: 1,
      failures: [{ image: `${journey.source.host}/app:v9`, side: "source", code: "manifest-not-found" }],
    });
    expect(ended.stderr).toContain("app:v9");
    // Configurations tell what an image is.
    const layers = journey.source.requests({ kind: "get-blob" }).filter(({ bytesOut }) => bytesOut > 10_000);
    expect(layers).toEqual([]);
    await expect(stat(at("lacking"))).rejects.toThrow("ENOENT");
  });

  test("a volume that cannot hold a manifest is said to be too small, not met halfway", async () => {
    const { raw, blobs, descriptor } = buildSeeded({ wide: 10_000 });
    for (const { content } of blobs) await journey.source.putBlob("wide", Buffer.concat([...content()]));
    const annotations = { notes: "x".repeat(mebibyte) };
    const manifest = { ...(JSON.parse(Buffer.from(raw).toString()) as object), annotations };
    const bytes = Buffer.from(JSON.stringify(manifest));
    await journey.source.putManifest("wide", bytes, descriptor.mediaType, { tag: "v1" });
    const ended = await runDrayage(...(await journey.exportTo("wide", ["wide:v1"], "--volume-size", "1M")));
    expect(reportOf(ended)).toMatchObject({ error: { code: "volume-too-small" } });
    await expect(stat(at("wide"))).rejects.toThrow("ENOENT");
  });

  test("a command that cannot be run as it is written ends with 2", async () => {
    const rsa = at("rsa.pem");
    await runProgram(program("openssl"), ["genpkey", "-algorithm", "rsa", "-out", rsa]);
    const cases: [string[], string][] = [
      [["--sign-key", rsa], "not an Ed25519 key"],
      [["--sign-key", at("no-such-key")], "ENOENT"],
      [["--file", at("no-such-file")], "no-such-file is missing"],
      [["--since", at("photos")], "bundle.json is missing"],
      [["--list", at("no-such-list")], "ENOENT"],
      [["--volume-size", "1K"], "at least 1M"],
    ];
    for (const [more, words] of cases) {
      const ended = await runDrayage(...(await journey.exportTo("wrong", ["app:v1"], ...more)));
      expect(ended).toMatchObject({ status: 2, stdout: "" });
      expect(ended.stderr).toContain(words);
      expect(ended.stderr).not.toContain("    at ");
    }
    await expect(stat(at("wrong"))).rejects.toThrow("ENOENT");
  });
});
