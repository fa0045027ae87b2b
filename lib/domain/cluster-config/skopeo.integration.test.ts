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

/** Copies by skopeo with generated files only. @returns what the mirror was asked */
async function copy(output: ReturnType<typeof make>, suffix: string): Promise<readonly string[]> {
  const folder = await mkdtemp(join(dir, "config-"));
  for (const { path, content } of output.files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  const conf = output.files.find(({ path }) => path.endsWith(".conf"))?.path ?? "";
  const certificates = join(folder, "certs.d", proxy.host);
  await mkdir(certificates, { recursive: true });
  await runProgram(skopeo, [
    ...["--registries-conf", join(folder, conf), "copy", "--quiet", "--src-cert-dir", certificates],
    ...[`docker://${source}/${repository}${suffix}`, `dir:${join(folder, "image")}`],
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
