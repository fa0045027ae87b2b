import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fetchPluginInventory } from "#lib/domain/catalog/plugin-inventory.ts";
import { metadataFile, parsePluginMetadata } from "#lib/engine/bundle/plugins/plugin-metadata.ts";
import { createRegistrySource } from "#lib/engine/mirror/index.ts";
import { readImageFile } from "#lib/engine/mirror/image-file.ts";
import { parseRegistryHost, parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import { createRegistryClient, type RegistryClient } from "#lib/engine/oci/registry-client.ts";
import { startPluginSource, type PluginSource } from "#lib/testing/plugin-source.ts";
import { startRegistry, type RegistryServer } from "#lib/testing/registry-server.ts";

const program = fileURLToPath(new URL("main.ts", import.meta.url));
const group = "vmware-tkg/default:v2.5.4";
let dir: string;
let source: PluginSource;
let target: RegistryServer;
let client: RegistryClient;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-plugins-test-"));
  source = await startPluginSource();
  target = await startRegistry();
  client = createRegistryClient({
    registry: parseRegistryHost(target.host),
    plainHttp: true,
    access: "pull",
  });
});
afterAll(async () => {
  await client.close();
  await Promise.all([source.stop(), target.stop()]);
  await rm(dir, { recursive: true, force: true });
});

async function run(...args: string[]) {
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
  await once(child, "close");
  return { status: child.exitCode, ...output };
}

const exportTo = (folder: string, ...args: string[]) =>
  run(
    ...[
      "export",
      "--format",
      "tanzu-plugins",
      "--json",
      "--to-dir",
      join(dir, folder),
      "--name",
      "plugin-bundle",
    ],
    ...["--from", `${source.registry.host}/tanzu_cli/plugins`, "--from-plain-http", ...args],
  );
const importFrom = (folder: string) =>
  run("import", "--dir", join(dir, folder), "--to", `${target.host}/airgap`, "--to-plain-http", "--json");

async function readAvailable() {
  const { content } = await readImageFile(
    createRegistrySource(client),
    {
      repository: parseRepository("airgap/tanzu_cli/plugins/plugin-inventory-metadata"),
      reference: parseTag("latest"),
    },
    metadataFile,
    { limits: { maxFileBytes: 1e7, maxLayerBytes: 1e7 } },
  );
  return parsePluginMetadata(content);
}

test("plug-ins are chosen, carried and found at the other side, with those that were there before", async () => {
  const one = await exportTo("one", "--plugin", "package", "--machine", "linux/amd64");
  expect(one).toMatchObject({ status: 0, stderr: "" });
  expect(JSON.parse(one.stdout)).toMatchObject({ complete: true, images: 3, format: "tanzu-plugins" });
  expect(await readdir(join(dir, "one"))).toEqual(["plugin-bundle.tar.gz"]);
  expect(await importFrom("one")).toMatchObject({ status: 0, stderr: "" });
  const listAvailable = async () =>
    (await readAvailable()).plugins.map(({ name, version }) => `${name} ${version}`);
  // The essentials always come along.
  expect(await listAvailable()).toEqual(["package v0.32.1", "telemetry v1.1.0"]);

  expect(await exportTo("group", "--group", group)).toMatchObject({ status: 0 });
  expect(await importFrom("group")).toMatchObject({ status: 0 });
  expect(await listAvailable()).toEqual([
    "isolated-cluster v0.32.5",
    "package v0.32.1",
    "telemetry v0.32.5",
    "telemetry v1.1.0",
  ]);
  expect((await readAvailable()).groups.map(({ name }) => name)).toEqual(["essentials", "default"]);
  const repository = parseRepository("airgap/tanzu_cli/plugins/plugin-inventory");
  const { digest } = await fetchPluginInventory(createRegistrySource(client), {
    repository,
    reference: parseTag("latest"),
  });
  expect(digest).toBe(source.inventoryDigest);
});

test("what the inventory does not have is told, and nothing is written", async () => {
  const unknown = await exportTo("unknown", "--plugin", "no-such-plugin");
  expect(unknown.status).toBe(1);
  expect(unknown.stderr).toContain("no-such-plugin");
  await expect(readdir(join(dir, "unknown"))).rejects.toThrow("ENOENT");
});
