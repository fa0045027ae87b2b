import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { configKinds } from "#lib/domain/cluster-config/config-kinds.ts";
import { runDrayage } from "#lib/testing/drayage-command.ts";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";

const authority = issueCertificate({ ca: true, keyUsage: ["keyCertSign"], subject: "Lab Root" });
const certificates = [{ name: "lab-root", pem: authority.pem }];
const registry = "harbor.example.com/airgap";
const images = [
  {
    source: "quay.io/org/app",
    targets: ["harbor.example.com/airgap/org/app"],
    tags: ["v1"],
    digests: [`sha256:${"a".repeat(64)}`],
  },
];

/** What each kind is made of, as somebody would write it. */
const inputs: Readonly<Record<string, object>> = {
  "tkg-management": { registry, certificates },
  "tkg-service": { version: "v1alpha3", certificates },
  "cluster-class": { registry, certificates, cluster: "one", namespace: "default" },
  "supervisor-cluster": { cluster: "one", namespace: "team", certificates },
  "tanzu-kubernetes-cluster": { version: "v1alpha3", cluster: "one", namespace: "team", certificates },
  workload: {
    registry,
    credentials: { username: "robot", password: "not:simple" },
    namespace: "team",
    name: "app",
    image: "org/app:v1",
  },
  cse: { registry, certificates },
  openshift: {
    ...{ name: "airgap", images, includesTags: true, hasWindowsNodes: true, credentials: [] },
    trust: [{ registry: "harbor.example.com", certificates }],
  },
  containerd: { registry, sources: ["quay.io"], certificates, mayAskSource: false, system: "linux" },
  docker: { registry, sources: ["quay.io"], certificates, system: "linux" },
  podman: { registry, sources: ["quay.io"], certificates, mayAskSource: false, pullBy: "all" },
};

const sets = `apiVersion: config.openshift.io/v1
kind: ImageTagMirrorSet
metadata:
  name: windows
spec:
  imageTagMirrors:
    - source: mcr.microsoft.com/oss/kubernetes/pause
      mirrors:
        - harbor.example.com/x/oss/kubernetes/pause
      mirrorSourcePolicy: NeverContactSource
`;

let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "drayage-cluster-config-"));
  const auths = { "harbor.example.com": { username: "robot", password: "not:simple" } };
  await Promise.all([
    writeFile(at("sets.yaml"), sets),
    writeFile(at("partial.yaml"), sets.replace("/x/oss/kubernetes/pause", "/pause")),
    writeFile(at("auth.json"), JSON.stringify({ auths })),
    ...Object.entries(inputs).map(([kind, input]) => writeFile(at(`${kind}.yaml`), stringify(input))),
  ]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("drayage cluster-config", () => {
  it.each(configKinds)("makes %s of what is given, and finds nothing wrong with it", async (kind) => {
    const made = await runDrayage(
      "cluster-config",
      kind,
      ...["-f", at(`${kind}.yaml`), "--out", at(`${kind}.out`)],
    );
    expect(made.status, made.stderr).toBe(0);
    const paths = made.stdout.trim().split("\n");
    expect(paths.length).toBeGreaterThan(0);
    expect(made.stderr).not.toMatch(/rules\.|notes\.|steps\.|configGuides/);
    const checked: string[] = [];
    for (const path of paths.filter((each) =>
      /\.(?:ya?ml|env|sh|conf)$|hosts\.toml$|vcdke-config.*\.json$/.test(each),
    )) {
      // Patches name what they change only.
      if (!path.endsWith("-patch.yaml")) checked.push("-f", path);
    }
    if (checked.length === 0) return;
    const { status, stdout } = await runDrayage("cluster-config", "lint", ...checked);
    expect({ status, stdout }).toMatchObject({ status: 0 });
  });

  it("writes nothing over what is there", async () => {
    await writeFile(at("there.yaml"), stringify(inputs["tkg-service"]));
    const make = () =>
      runDrayage("cluster-config", "tkg-service", ...["-f", at("there.yaml"), "--out", at("there")]);
    expect((await make()).status).toBe(0);
    const { status, stderr } = await make();
    expect([status, stderr]).toEqual([2, expect.stringContaining("EEXIST")]);
  });

  it("writes passwords for nobody else", async () => {
    const { status } = await runDrayage(
      "cluster-config",
      "hosts-toml",
      ...["-f", at("sets.yaml"), "--windows", "--docker-config", at("auth.json"), "--out", at("windows")],
    );
    expect(status).toBe(0);
    const path = at("windows/registries/mcr.microsoft.com/hosts.toml");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const basic = Buffer.from("robot:not:simple").toString("base64");
    expect(await readFile(path, "utf8")).toContain(`authorization = "Basic ${basic}"`);
  });

  it("makes a single file for a pipe, of what comes down one", async () => {
    const { status, stdout } = await runDrayage("cluster-config", "hosts-toml", "-f", at("sets.yaml"));
    expect(status).toBe(0);
    expect(stdout).toBe(
      'server = "https://harbor.example.com/v2/x"\ncapabilities = [ "pull", "resolve" ]\noverride_path = true\n\n[host]\n',
    );
  });

  it("says with codes what is wrong, and what a node would ask", async () => {
    const { status, stdout } = await runDrayage(
      "cluster-config",
      "lint",
      ...["-f", at("partial.yaml"), "--windows", "--json"],
    );
    expect(status).toBe(1);
    const findings = JSON.parse(stdout) as { rule: string }[];
    expect(findings.find(({ rule }) => rule === "windows-path-differs")).toEqual({
      rule: "windows-path-differs",
      severity: "error",
      object: "ImageTagMirrorSet/windows spec.imageTagMirrors[0].mirrors[0]",
      url: "https://harbor.example.com/v2/oss/kubernetes/pause/manifests/<tag>?ns=mcr.microsoft.com",
      message: expect.stringContaining("harbor.example.com/oss/kubernetes/pause") as string,
    });
  });

  it("checks a registries.conf by whatever name for what it is", async () => {
    const text = '[[registry]]\nlocation = "quay.io"\n[[registry.mirror]]\nlocation = "harbor/base"\n';
    await writeFile(at("pasted.txt"), text);
    const { status, stdout } = await runDrayage(
      "cluster-config",
      "lint",
      ...["-f", at("pasted.txt"), "--registry", "harbor", "--json"],
    );
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toEqual([
      {
        rule: "location-unusable",
        severity: "error",
        object: `${at("pasted.txt")} registry[0].mirror[0]`,
        message: expect.stringContaining("every pull of quay.io fails") as string,
      },
    ]);
  });

  it("checks a VCDKEConfig, whatever of it there is", async () => {
    const lists = {
      bootstrapClusterConfig: { certificateAuthorities: [authority.pem] },
      K8Config: { certificateAuthorities: [] },
    };
    await writeFile(
      at("vcdke.json"),
      JSON.stringify({ containerRegistryUrl: "https://harbor.example.com", ...lists }),
    );
    const { status, stdout } = await runDrayage("cluster-config", "lint", "-f", at("vcdke.json"), "--json");
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([
      { rule: "repository-scheme", object: "VCDKEConfig profiles[0].containerRegistryUrl" },
      {
        rule: "certificate-one-sided",
        message: expect.stringContaining("CN=Lab Root is missing in profiles[0].K8Config") as string,
      },
    ]);
  });

  it("holds what is checked to a registry that wants a sign-in, and says which file each finding is of", async () => {
    await writeFile(at("tkg.env"), "TKG_CUSTOM_IMAGE_REPOSITORY=harbor.example.com/tkg\n");
    const { status, stdout } = await runDrayage(
      "cluster-config",
      "lint",
      ...["-f", at("tkg.env"), "-f", at("sets.yaml"), "--registry", "harbor.example.com", "--sign-in"],
    );
    expect(status).toBe(1);
    expect(stdout).toContain(`  PROBLEM  ${at("tkg.env")} TKG_CUSTOM_IMAGE_REPOSITORY: `);
  });

  it("names the field of an input that will not do, and writes nothing", async () => {
    await writeFile(
      at("bad.yaml"),
      stringify({ version: "v1alpha3", certificates: [{ name: "a b", pem: "-" }] }),
    );
    const { status, stdout, stderr } = await runDrayage(
      "cluster-config",
      "tkg-service",
      ...["-f", at("bad.yaml"), "--out", at("bad")],
    );
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("certificates.0.pem: no-certificate-found");
    expect(await readdir(folder)).not.toContain("bad");
  });

  it.each([
    ["a quotation mark too few", 'registry: a.io\npassword: "s3cr3t\n', "no YAML: see line 3, column 1"],
    ["a colon too many", "credentials: {password: s3cr3t: x}\n", "no YAML: see line 1, column 25"],
    ["a tag of a stranger", "password: !<s3cr3t> x\n", "the input is not what is needed"],
    [
      "what is taken for an alias",
      "password: *s3cr3t\n",
      "no YAML: an alias in it leads nowhere, or too far",
    ],
    ["two documents", "password: s3cr3t\n---\n", "more than one document"],
  ])("shows nothing of an input with %s, which may have passwords", async (_, text, words) => {
    await writeFile(at("passwords.yaml"), text);
    const { status, stderr } = await runDrayage("cluster-config", "workload", "-f", at("passwords.yaml"));
    expect([status, stderr]).toEqual([2, expect.stringContaining(words)]);
    expect(stderr).not.toContain("s3cr3t");
  });

  it("does not call right what it does not know", async () => {
    await writeFile(at("other.yaml"), "kind: ConfigMap\n");
    const { status, stdout } = await runDrayage("cluster-config", "lint", "-f", at("other.yaml"));
    expect([status, stdout]).toEqual([0, expect.stringMatching(/\nNothing was checked\.\n$/)]);
    const both = ["-f", at("other.yaml"), "-f", at("sets.yaml")];
    const { stdout: told } = await runDrayage("cluster-config", "lint", ...both);
    expect(told).toMatch(/\nNothing is wrong with what was checked\.\n$/);
  });

  it.each([
    ["of PowerShell", Buffer.from("\ufeffkind: ImageTagMirrorSet\n", "utf16le"), "not plain text in UTF-8"],
    ["of anything", Buffer.from("a\0b"), "not plain text in UTF-8"],
    ["without end", Buffer.alloc(9_000_000, "a"), "larger than 4 MiB"],
  ])("reads no file %s", async (_, content, words) => {
    await writeFile(at("strange.yaml"), content);
    for (const act of ["lint", "tkg-service", "hosts-toml"]) {
      const { status, stderr } = await runDrayage("cluster-config", act, "-f", at("strange.yaml"));
      expect([status, stderr]).toEqual([2, expect.stringContaining(words)]);
    }
  });

  it("refuses what does not go together", async () => {
    for (const [args, words] of [
      [["tkg"], '"tkg" is none of the kinds: tkg-management'],
      [[], "say what to make: tkg-management"],
      [["workload", "--windows"], "--windows does not go with this"],
      [["workload", "--sign-in"], "--sign-in does not go with this"],
      [["lint", "--out", "x"], "--out does not go with this"],
      [["hosts-toml", "-f", "missing.yaml"], "missing.yaml"],
    ] as const) {
      const { status, stderr } = await runDrayage("cluster-config", ...args);
      expect([status, stderr]).toEqual([2, expect.stringContaining(words)]);
    }
  });
});
