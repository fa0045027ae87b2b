import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildImage, buildLayer } from "#lib/demo/sample-image.ts";
import { parseImagePath, parseRegistryHost, parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import { createRegistryClient, type RegistryClient } from "#lib/engine/oci/registry-client.ts";
import { reportOf, runDrayage, startDrayage } from "#lib/testing/drayage-command.ts";
import { pushSample } from "#lib/testing/push-sample.ts";
import { startRegistry, type RegistryServer } from "#lib/testing/registry-server.ts";

let dir: string;
let servers: { source: RegistryServer; target: RegistryServer };
let source: RegistryClient;
let target: RegistryClient;

const connect = ({ host }: RegistryServer) =>
  createRegistryClient({ registry: parseRegistryHost(host), plainHttp: true, access: "pull,push" });

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-cli-test-"));
  servers = { source: await startRegistry(), target: await startRegistry() };
  source = connect(servers.source);
  target = connect(servers.target);
  for (const path of ["tkg/pause:3.7", "tkg/etcd:v3", "sig-storage/csi-attacher:v3.2.1"])
    await pushNew(path, 10_000);
});
afterAll(async () => {
  await Promise.all([source.close(), target.close()]);
  await Promise.all([servers.source.stop(), servers.target.stop()]);
  await rm(dir, { recursive: true, force: true });
});

async function pushNew(path: string, sizeBytes: number): Promise<void> {
  const { repository, tag } = parseImagePath(path);
  const layers = ["shared", path].map((seed) =>
    buildLayer([{ path: "content", content: { seed, sizeBytes: seed === path ? sizeBytes : 10_000 } }]),
  );
  const platform = { os: "linux", architecture: "amd64" };
  await pushSample(
    source,
    repository,
    tag ?? parseTag("v1"),
    buildImage({ format: "oci", platform, layers }),
  );
}

async function list(name: string, text: string): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, text);
  return path;
}

const ends = (base = "") => [
  ...["--from", servers.source.host, "--from-plain-http"],
  ...["--to", `${servers.target.host}${base}`, "--to-plain-http"],
];

describe("drayage copy", () => {
  test("copies a list, the rest of it when one image is missing, and nothing the second time", async () => {
    const path = await list(
      "mixed.txt",
      "# comment\r\ntkg/pause:3.7\r\n-i tkg/etcd:v3\r\ntkg/etcd:v4\r\nregistry.k8s.io sig-storage/csi-attacher v3.2.1\r\n",
    );
    const first = await runDrayage("copy", ...ends("/base"), "--list", path, "--json");
    expect(first.status).toBe(1);
    expect(reportOf(first)).toEqual({
      images: 4,
      copied: 3,
      skipped: 0,
      failed: 1,
      bytesTransferred: expect.any(Number) as number,
      blobsMounted: 2,
      foreignLayersLeftOut: 0,
      requests: expect.any(Number) as number,
      durationMs: expect.any(Number) as number,
      failures: [
        {
          image: `${servers.source.host}/tkg/etcd:v4`,
          side: "source",
          code: "manifest-not-found",
          message: expect.stringContaining("tkg/etcd:v4") as string,
        },
      ],
    });
    expect(first.stderr).toContain("tkg/etcd:v4");
    const placed = parseRepository("base/vmware-cloud-director/sig-storage/csi-attacher");
    expect(await target.findManifest(placed, parseTag("v3.2.1"))).not.toBeNull();

    const second = await runDrayage(
      "copy",
      ...ends("/base"),
      "--list",
      await list("whole.txt", "tkg/pause:3.7\ntkg/etcd:v3\n"),
      "--json",
    );
    expect(second.status).toBe(0);
    expect(reportOf(second)).toMatchObject({
      images: 2,
      copied: 0,
      skipped: 2,
      bytesTransferred: 0,
      requests: 4,
    });
  });

  test("says in words what it did, and nothing on standard error that is no terminal", async () => {
    const ended = await runDrayage(
      "copy",
      ...ends("/words"),
      "--list",
      await list("one.txt", "tkg/pause:3.7\n"),
    );
    expect(ended).toMatchObject({ status: 0, stderr: "" });
    expect(ended.stdout).toMatch(/^1 image: 1 copied, 0 already there, 0 failed; [\d.]+ KiB transferred/);
  });

  test("names side and cause of what cannot be reached", async () => {
    const path = await list("reach.txt", "tkg/pause:3.7\n");
    const toNobody = [
      "--from",
      servers.source.host,
      "--from-plain-http",
      "--to",
      "127.0.0.1:1",
      "--to-plain-http",
    ];
    const refused = await runDrayage("copy", ...toNobody, "--list", path, "--json");
    expect(refused.status).toBe(1);
    expect(reportOf(refused)).toMatchObject({ failures: [{ side: "target", code: "connection-refused" }] });
    const fromNowhere = ["--from", "registry.invalid", "--to", servers.target.host, "--to-plain-http"];
    const unknown = await runDrayage("copy", ...fromNowhere, "--list", path, "--json");
    expect(reportOf(unknown)).toMatchObject({ failures: [{ side: "source", code: "host-not-found" }] });
    const overTls = ["--from", servers.source.host, "--to", servers.target.host, "--to-plain-http"];
    const mismatch = await runDrayage("copy", ...overTls, "--list", path);
    expect(mismatch.status).toBe(1);
    expect(mismatch.stderr).toContain("--from-plain-http");
  });

  test("refuses a command or a list that is wrong before anything is written", async () => {
    const cases: [string[], string][] = [
      [[], "Usage"],
      [["move"], 'unknown command "move"'],
      [["copy", ...ends("/never")], "--list is missing"],
      [["copy", ...ends("/never"), "--list", join(dir, "no-such-file")], "ENOENT"],
      [["copy", ...ends("/never"), "--list", await list("empty.txt", "# nothing\n")], "names no image"],
      [
        ["copy", ...ends("/never"), "--list", await list("bad.txt", "tkg/pause:3.7\n\nUpper/case:v1\n")],
        "bad.txt:3: ",
      ],
      [["copy", ...ends("/never"), "--list", await list("huge.txt", "a:b\n".repeat(7_500_000))], "too large"],
      [["copy", ...ends("/never/"), "--list", "-"], "slash"],
    ];
    for (const [args, words] of cases) {
      const ended = await runDrayage(...args);
      expect(ended).toMatchObject({ status: 2, stdout: "" });
      expect(ended.stderr).toContain(words);
      expect(ended.stderr).not.toContain("    at ");
    }
    expect(await target.hasRepository(parseRepository("never/tkg/pause"))).toBe(false);
  });

  test("tells its options", async () => {
    const ended = await runDrayage("copy", "--help");
    expect(ended).toMatchObject({ status: 0, stderr: "" });
    for (const option of [
      "--from",
      "--to",
      "--list",
      ...["plain-http", "insecure", "ca", "cert", "key", "auth"].flatMap((each) => [
        `--from-${each}`,
        `--to-${each}`,
      ]),
      ...["--proxy", "--no-proxy", "--rps", "--bandwidth"],
      ...["--platform", "--referrers", "--include-foreign"],
      "--concurrency",
      "--json",
    ]) {
      expect(ended.stdout).toContain(option);
    }
  });

  test("is interrupted cleanly: the report is given, nothing is visible, and a new run completes", async () => {
    await pushNew("large/image:v1", 150_000_000);
    const path = await list("large.txt", "large/image:v1\n");
    const { child, ended } = startDrayage(["copy", ...ends("/cut"), "--list", path, "--json"]);
    // The repository's first blob is there: the copy is under way.
    const repository = parseRepository("cut/large/image");
    const plan = await source.getManifest(parseRepository("large/image"), parseTag("v1"));
    const { config } = JSON.parse(Buffer.from(plan.raw).toString()) as { config: { digest: string } };
    const { digest } = parseImagePath(`any@${config.digest}`);
    while (digest && !(await target.hasBlob(repository, digest)))
      await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill("SIGINT");
    const interrupted = await ended;
    expect(interrupted.status).toBe(1);
    expect(reportOf(interrupted)).toMatchObject({ failed: 1, failures: [{ code: "cancelled" }] });
    expect(await target.findManifest(repository, parseTag("v1"))).toBeNull();
    const again = await runDrayage("copy", ...ends("/cut"), "--list", path, "--json");
    expect(reportOf(again)).toMatchObject({ copied: 1, failed: 0 });
  });
});
