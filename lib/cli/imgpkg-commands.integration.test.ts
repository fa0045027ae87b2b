import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildBundle, listRelocated, type NestedImage } from "#lib/demo/imgpkg-bundles.ts";
import { buildIndex, buildImage, buildLayer } from "#lib/demo/sample-image.ts";
import { buildSeeded, startBundleJourney, type BundleJourney } from "#lib/testing/bundle-journey.ts";
import { runProgram } from "#lib/testing/child-process.ts";
import { reportOf, runDrayage } from "#lib/testing/drayage-command.ts";

let journey: BundleJourney;
const at = (...names: string[]) => join(journey.dir, ...names);
const lines = ["tkg/pause:3.7", "tkg/multi:v1", "tkg/packages:v1"];

beforeAll(async () => {
  journey = await startBundleJourney();
  await journey.put("tkg/pause:3.7", buildSeeded({ shared: 200_000, pause: 300_000 }));
  const platforms = ["amd64", "arm64"].map((architecture) => ({
    platform: { os: "linux", architecture },
    image: buildSeeded({ [architecture]: 100_000 }, architecture),
  }));
  await journey.put("tkg/multi:v1", buildIndex("oci", platforms));
  const nested = ["first", "second"].map((seed): NestedImage => {
    const layers = [buildLayer([{ path: "content", content: { seed, sizeBytes: 100_000 } }])];
    const platform = { os: "linux", architecture: "amd64" };
    return {
      origin: `projects.example.com/${seed}`,
      manifest: buildImage({ format: "docker", platform, layers }),
    };
  });
  const packages = buildBundle("packages", [{ path: "config.yml", content: "a: 1\n" }], nested);
  for (const { tag, manifest } of listRelocated(packages, nested))
    await journey.put(`tkg/packages:${tag}`, manifest);
  await journey.put("tkg/packages:v1", packages);
});
afterAll(() => journey.stop());

describe("tars of imgpkg's", () => {
  test("are written, one for each image, with the map that isolated-cluster reads", async () => {
    const report = await journey.make("tars", lines, "--format", "imgpkg");
    expect(report).toMatchObject({ format: "imgpkg", complete: true, images: 3, files: 3, failed: 0 });
    const names = (await readdir(at("tars"))).sort();
    expect(names.filter((name) => name.endsWith(".tar"))).toHaveLength(3);
    expect(names).toContain("publish-images-fromtar.yaml");
    expect(names).toHaveLength(4);
    const map = await readFile(at("tars", "publish-images-fromtar.yaml"), "utf8");
    for (const name of names.filter((each) => each.endsWith(".tar"))) {
      expect(map).toContain(name);
      const { stdout } = await runProgram({ path: "tar", env: {} }, ["-tf", at("tars", name)]);
      expect(stdout.split("\n")[0]).toBe("manifest.json");
    }
  });

  test("are told, proven, and imported with every digest and listed image", async () => {
    journey.source.clearRequests();
    const inspected = reportOf(await runDrayage("bundle", "inspect", at("tars"), "--json"));
    expect(inspected).toMatchObject({ format: "imgpkg", signedBy: null });
    expect((inspected.images as unknown[]).length).toBe(3);
    expect(await runDrayage("bundle", "verify", at("tars"))).toMatchObject({ status: 0 });
    const ended = await runDrayage(...journey.importFrom("tars"));
    expect(reportOf(ended)).toMatchObject({
      format: "imgpkg",
      images: 3,
      copied: 3,
      failed: 0,
      findings: [],
    });
    expect(journey.source.requests()).toEqual([]);
    for (const path of lines) {
      const [name = "", tag = ""] = path.split(":");
      expect(journey.target.findTag(`mirror/${name}`, tag)).toBe(journey.source.findTag(name, tag));
    }
    const listed = journey.source
      .listTags("tkg/packages")
      .filter((tag) => /^sha256-[a-f0-9]{64}\.imgpkg$/.test(tag));
    expect(listed).toHaveLength(3);
    for (const tag of listed) {
      expect(journey.target.findTag("mirror/tkg/packages", tag)).toBe(
        journey.source.findTag("tkg/packages", tag),
      );
    }
    expect((await journey.target.verifyAll()).problems).toEqual([]);
  });

  test("are refused once anything is wrong with them, before the first write", async () => {
    await journey.make("zeroed", ["tkg/pause:3.7"], "--format", "imgpkg");
    const name = (await readdir(at("zeroed"))).find((each) => each.endsWith(".tar")) ?? "";
    const { size } = await stat(at("zeroed", name));
    // As that tool leaves them when a download breaks off: of the right size, with zeros in them.
    await runProgram({ path: "dd", env: {} }, [
      ...["if=/dev/zero", `of=${at("zeroed", name)}`, "bs=1024", "count=100", "conv=notrunc"],
      `seek=${Math.floor(size / 1024) - 150}`,
    ]);
    journey.target.clearRequests();
    const ended = await runDrayage(...journey.importFrom("zeroed", "--to", `${journey.target.host}/zeroed`));
    expect(ended.status).toBe(1);
    expect(reportOf(ended)).toMatchObject({ copied: 0, findings: [{ code: "bundle-content-damaged" }] });
    expect(ended.stderr).toContain(name);
    expect(journey.target.requests()).toEqual([]);
  });

  test("are as large as a dry run has told", async () => {
    const dry = await runDrayage(
      ...(await journey.exportTo("dry", lines, "--format", "imgpkg", "--dry-run")),
    );
    const made = reportOf(await runDrayage("bundle", "inspect", at("tars"), "--json"));
    expect(reportOf(dry)).toMatchObject({ complete: false, error: null, sizeBytes: made.sizeBytes });
  });
});
